from base import BASE, base_options


class Job:
    def options(self, deep):
        found = {"name": "model", "deep": deep}
        found["code_path"] = ["src"]
        return found


def merged():
    return {**base_options(), "name": "model"}


def handed_on():
    return base_options()


def without():
    return {key: value for key, value in base_options().items() if key != "code_path"}


def new():
    return {"name": "model", "code_paths": ["src"]}


CONSTANT = {**BASE, "name": "model"}
