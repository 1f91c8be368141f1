"""Attributes of values that have no code here: those of other modules' classes, and of what is not MLflow's."""

from __future__ import annotations

import ast
from dataclasses import replace

from codemod.names.modules import Modules
from codemod.names.objects import SPECIAL_MODULES, mlflow_object
from codemod.names.values import Foreign, OwnClass, OwnInstance, Unknown, Value

_DEPTH = 8

#: How the root of a run's artifacts is called, whoever has the run.
ARTIFACT_ROOT = ".info.artifact_uri"


def vague_member(value: Value, name: str) -> Value:
    """Return an attribute of what is not MLflow's, or of what nobody can tell."""
    if isinstance(value, Foreign) and value.what == "importlib" and name == "import_module":
        return Foreign("importlib.import_module")
    if isinstance(value, Foreign) and "." not in value.what and value.what in SPECIAL_MODULES:
        return Foreign(f"{value.what}.{name}")
    if isinstance(value, Unknown):
        among = tuple(mlflow_object(f"{path}.{name}").path for path in value.among)
        return Unknown(value.reason, among, like=value.like and f"{value.like}.{name}")
    return value


def known_by_name(value: Value, node: ast.Attribute) -> Value:
    """Remember of a value that nobody can tell that its name is that of the root of a run's artifacts."""
    if isinstance(value, Unknown) and node.attr == "artifact_uri" and getattr(node.value, "attr", "") == "info":
        return replace(value, like=f"*{ARTIFACT_ROOT}")
    return value


def own_member(value: OwnInstance | OwnClass, name: str, modules: Modules, depth: int = 0) -> Value:
    """Return an attribute of a class of another module, or of an instance of it; its bases may be in other modules again."""
    kind = value.kind if isinstance(value, OwnInstance) else value
    found = next((member for known, member in kind.members if known == name), None)
    if found is not None:
        return found
    for importer, dotted in kind.parents:
        base = modules.value(importer, dotted)
        if not isinstance(base, OwnClass) or depth > _DEPTH:
            return Unknown(f"`{name}` may come from a base of `{kind.name}`")
        inherited = own_member(base, name, modules, depth + 1)
        if inherited != Foreign(f"class {base.name}"):
            return inherited
    return (
        Foreign(f"class {kind.name}") if kind.complete else Unknown(f"`{name}` may come from a base of `{kind.name}`")
    )
