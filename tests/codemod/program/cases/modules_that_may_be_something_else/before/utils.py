from importlib import import_module


class Stub:
    def log_model(self, model, artifact_path):
        print(artifact_path)


def own(name):
    name = "own." + name
    return import_module(name)


def dry(name, is_dry=False):
    if is_dry:
        return Stub()
    return import_module(name)


def chosen(name, is_dry=False):
    try:
        module = import_module(name)
    except ImportError:
        module = Stub()
    if is_dry:
        module = Stub()
    return module


def part(name):
    return getattr(import_module(name), "flavors")


@wrapped
def decorated(name):
    return import_module(name)


def of_company(name):
    return company.import_module(name)


def by_default(name, member="stub"):
    return getattr(import_module(name), member)


async def later(name):
    return import_module(name)


def stub_if_missing(name):
    try:
        return import_module(name)
    except ImportError:
        pass
    return Stub()
