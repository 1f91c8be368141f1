"""The words of some code: evidence by a name or a string alone, which is enough to report something and never to edit it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.names.scopes import Scopes


def words_of_code(scopes: Scopes) -> Iterator[str]:
    """Return the names and strings of the code, in no order; docstrings and comments are not among them."""
    yield from (node.name for node in scopes.of(ast.alias))
    yield from (node.module or "" for node in scopes.of(ast.ImportFrom))
    yield from (node.id for node in scopes.of(ast.Name))
    yield from (node.attr for node in scopes.of(ast.Attribute))
    yield from (node.arg for node in scopes.of(ast.arg))
    yield from (node.arg or "" for node in scopes.of(ast.keyword))
    for definitions in (scopes.of(ast.FunctionDef), scopes.of(ast.AsyncFunctionDef), scopes.of(ast.ClassDef)):
        yield from (node.name for node in definitions)
    for node in scopes.of(ast.Constant):
        if isinstance(node.value, str) and not isinstance(scopes.parent(node), ast.Expr):
            yield node.value


def code_names_mlflow(scopes: Scopes) -> bool:
    """Return whether an import, a name or a string of the code holds the word MLflow."""
    return any("mlflow" in word.lower() for word in words_of_code(scopes))


def imported_modules(scopes: Scopes) -> Iterator[str]:
    """Return what the code imports, by dotted paths as they are written; relative ones begin with dots."""
    for statement in scopes.of(ast.Import):
        yield from (alias.name for alias in statement.names)
    for origin in scopes.of(ast.ImportFrom):
        module = "." * origin.level + (origin.module or "")
        yield module
        yield from (f"{module}{'' if module.endswith('.') else '.'}{alias.name}" for alias in origin.names)
