import functools

import gorilla
import mlflow


def patch(name):
    original = getattr(mlflow, name)

    @functools.wraps(original)
    def wrapped(*arguments, **options):
        return original(*arguments, **options)

    setattr(mlflow, name, wrapped)


def patch_all(names, function):
    for name in names:
        gorilla.patch(mlflow, name)(function)
