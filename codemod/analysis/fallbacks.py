"""Finds what code calls where MLflow is not installed: ``except ImportError: from app import dummy as mlflow``.

A name that is MLflow's and has such a fallback is MLflow's wherever a release of it matters; but the same call goes to the fallback, too,
which takes the arguments that its own author wrote.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.exact_doubles import is_exact
from codemod.analysis.mocks import LOGS, wants_old
from codemod.names import LocalClass, LocalFunction, Names, OwnFunction, Value
from codemod.names.bindings import Binding
from codemod.names.flow import is_import_fallback
from codemod.names.objects import is_mlflow
from codemod.settings import Double

#: What is said of a function that stands in for one of MLflow's where this is not installed.
FALLBACK = "fallback"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def strict_fallbacks(function: ast.expr, names: Names) -> Iterator[tuple[str, ast.AST]]:
    """Return the functions of the project that stand in for one of MLflow's without it, and take only the arguments that they list.

    Args:
        function: What is called.
        names: The namespace.

    Returns:
        The file of each, "" for this one, with the node that gives it the name of MLflow's.
    """
    parts: list[str] = []
    while isinstance(function, ast.Attribute):
        parts.insert(0, function.attr)
        function = function.value
    if not isinstance(function, ast.Name):
        return
    scopes = names.scopes
    for binding in scopes.module.bindings.get(function.id, ()):
        value = _value(binding, names) if is_import_fallback(scopes, binding.node) else None
        for part in parts:
            value = names.attribute_of(value, part) if value is not None else None
        if value is not None and _is_strict(value, (parts or [function.id])[-1]):
            yield (value.place[0] if isinstance(value, OwnFunction) else ""), binding.node


def fallbacks_offered(names: Names) -> Iterator[tuple[Double, ast.AST]]:
    """Return the functions that a module has for one of MLflow's without it, by the names under which others import them."""
    scopes = names.scopes
    for name, bindings in scopes.module.bindings.items():
        if not any(binding.kind == "import" and is_mlflow(binding.module) for binding in bindings):
            continue
        for binding in bindings:
            if is_import_fallback(scopes, binding.node):
                value = _value(binding, names)
                yield from ((Double(path, FALLBACK), binding.node) for path in _strict_in(value, name))


def _strict_in(value: Value | None, path: str) -> Iterator[str]:
    """Return the paths of the functions that take no arguments but those of MLflow 2: that of one, or those in a class."""
    if isinstance(value, LocalClass):
        for item in value.node.body:
            inner = LocalClass(item) if isinstance(item, ast.ClassDef) else None
            function = LocalFunction(item) if isinstance(item, _FUNCTIONS) else None
            yield from _strict_in(inner or function, f"{path}.{getattr(item, 'name', '')}")
    elif value is not None and _is_strict(value, path.rpartition(".")[2]):
        yield path


def _value(binding: Binding, names: Names) -> Value | None:
    """Return what a fallback gives a name."""
    if binding.kind == "import":
        return names.elsewhere.value(binding.module)
    if isinstance(binding.node, ast.ClassDef):
        return LocalClass(binding.node)
    if isinstance(binding.node, _FUNCTIONS):
        return LocalFunction(binding.node)
    return names.resolve(binding.source) if binding.source is not None else None


def _is_strict(value: Value, name: str) -> bool:
    """Return whether a function takes no arguments but those of MLflow 2; of one in another file, its keywords are not seen."""
    if isinstance(value, LocalFunction):
        is_def = isinstance(value.node, (*_FUNCTIONS, ast.Lambda))
        return is_def and (wants_old(value.node) if name in LOGS else is_exact(value.node))
    return isinstance(value, OwnFunction) and bool(value.parameters) and "name" not in value.parameters
