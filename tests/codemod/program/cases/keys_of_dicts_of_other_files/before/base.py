BASE = {"code_path": ["src"]}


def base_options():
    found = dict(BASE)
    found["pip_requirements"] = []
    return found
