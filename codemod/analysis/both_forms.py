"""Calls of one function of MLflow in both forms: with ``name=`` in one block of a statement, and without it in another."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.once import once_in_names
from codemod.names import Mlflow, Names

_CATCHES = {"TypeError", "Exception", "BaseException", "MlflowException"}


def has_both_forms(path: str, statement: ast.If | ast.Try, names: Names) -> bool:
    """Return whether a statement's blocks call a function of MLflow with ``name=`` and without it.

    Of a ``try``, its body and the handlers that catch what a wrong argument raises.
    """
    return path != "" and _forms(names).get((statement, path)) == {True, False}


@once_in_names
def _forms(names: Names) -> dict[tuple[ast.AST, str], set[bool]]:
    """Return in which forms each function of MLflow is called in the blocks of each ``if`` and ``try``."""
    found: dict[tuple[ast.AST, str], set[bool]] = {}
    for node in names.scopes.of(ast.Call):
        if isinstance(function := names.resolve(node.func), Mlflow):
            form = has_new_form(node)
            for statement in _deciding(node, names):
                forms = found.setdefault((statement, function.path), set())
                if form in forms:
                    break  # what is around this statement has been told, too
                forms.add(form)
    return found


def _deciding(node: ast.AST, names: Names) -> Iterator[ast.If | ast.Try]:
    """Return the statements one of whose blocks a node stands in, as far as a block may hold another form for another MLflow."""
    child = node
    for ancestor in names.scopes.ancestors(node):
        if isinstance(ancestor, ast.If) and child is not ancestor.test:
            yield ancestor
        elif isinstance(ancestor, ast.Try):
            catching = [handler for handler in ancestor.handlers if _catches_type_error(handler)]
            if catching and (names.scopes.field(child) == "body" or child in catching):
                yield ancestor
        child = ancestor


def has_new_form(call: ast.Call) -> bool:
    """Return whether a call has the form of MLflow 3."""
    return any(keyword.arg == "name" for keyword in call.keywords)


def _catches_type_error(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(ast.unparse(kind).rpartition(".")[2] in _CATCHES for kind in kinds)
