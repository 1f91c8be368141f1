"""Makes values of imports, paths and classes."""

from __future__ import annotations

import sys

from codemod import mlflow_api
from codemod.names.values import (
    OTHER_MODULES,
    OTHER_PACKAGES,
    Foreign,
    Instance,
    LocalClass,
    LocalInstance,
    Mlflow,
    OwnClass,
    OwnInstance,
    Unknown,
    Value,
)

# Modules of which some functions are followed by name.
SPECIAL_MODULES = frozenset({"importlib", "pytest", "functools", "operator", "sys", "types"})


def imported(module: str) -> Value:
    """Return what importing a dotted path binds."""
    if is_mlflow(module):
        return mlflow_object(module)
    if module.startswith("."):
        return Unknown(f"it is imported from this project (`{module}`)")
    top = module.partition(".")[0]
    if module.startswith(OTHER_MODULES):
        return Foreign(module)
    if top in OTHER_PACKAGES or top in sys.stdlib_module_names:
        return Foreign(module if top in SPECIAL_MODULES else top)
    return Unknown(f"it is imported from `{module.rpartition('.')[0] or module}`, which is not read")


def is_mlflow(module: str) -> bool:
    """Return whether a dotted path leads into MLflow."""
    return module == "mlflow" or module.startswith("mlflow.")


def mlflow_object(path: str) -> Mlflow:
    """Return the object that a path leads to, by its public name where it has one."""
    return Mlflow(mlflow_api.canonical(path) or path)


def instance_of(value: Value) -> Value | None:
    """Return an instance of a class value; None for what is no class."""
    if isinstance(value, Mlflow) and mlflow_api.kind_in_api(value.path) == "class":
        return Instance(value.path)
    if isinstance(value, LocalClass):
        return LocalInstance(value.node)
    if isinstance(value, OwnClass):
        return OwnInstance(value)
    if isinstance(value, Foreign) and value.what in OTHER_PACKAGES:
        return value
    return None
