def live(name):
    return f"models:/{name}/Production"
