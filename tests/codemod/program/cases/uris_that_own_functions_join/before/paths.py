def uri(run_id, name):
    return f"runs:/{run_id}/{name}"


def path(*parts):
    return "/".join(parts)


def model(*parts):
    return "runs:/" + "/".join(parts)
