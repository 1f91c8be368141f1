from importlib import import_module


def run(name, model):
    import_module("joined." + name).fit(model)
