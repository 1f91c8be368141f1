import importlib
from importlib import import_module


class OptionalImportError(ImportError):
    """It is not there."""


def optional_import(module, version="", name="", descriptor="{}"):
    try:
        package = __import__(module)
        the_module = import_module(module)
        if name:
            the_module = getattr(the_module, name)
    except ImportError as error:
        failure = error
    else:
        return the_module, True

    class LazyRaise:
        def __getattr__(self, name):
            raise OptionalImportError from failure

    return LazyRaise(), False


def try_import(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def registered(name):
    return REGISTRY[name], True
