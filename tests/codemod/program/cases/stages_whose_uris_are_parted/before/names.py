def name_of(uri):
    _, name, _ = uri.split("/")
    return name
