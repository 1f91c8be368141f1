"""Doubles of a run's info in tests, which get the name that MLflow 3 has beside the old one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.findings import Safety
from codemod.names.nodes import function_name
from codemod.rewriting.edits import AddKeyword, CallChange, InsertStatements, RenameKeyword
from codemod.rewriting.matches import Match

_NAME = "run_uuid"
_OF_DOUBLE = "this may stand for a run's info, which has only `run_id` in MLflow 3: it must have what the code that it tests reads"


def check_double(node: ast.Call, context: Context) -> Iterator[Match]:
    """Judge ``SimpleNamespace(run_uuid="1")`` and mocks that are made so."""
    if function_name(node.func) == "SimpleNamespace" and "test" not in (context.path or "").lower():
        return  # a plain object, which stands for something of MLflow only in tests
    if any(place.node is node and place.double.path == _NAME for place in context.doubles):
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if "run_id" in given:
            return
        # Code that a person must change reads the old name until then, and a value that is computed is no other one.
        is_plain = isinstance(given.get(_NAME), (ast.Constant, ast.Name))
        change = AddKeyword("run_id", context.source(given[_NAME])) if is_plain else RenameKeyword(_NAME, "run_id")
        yield Match(node, _OF_DOUBLE, Safety.UNSAFE, (CallChange(node, (change,)),))


def set_on_double(node: ast.Attribute, context: Context) -> Iterator[Match]:
    """Give a double that is set up by attributes the new name beside the old one, which code reads until a person has changed it."""
    scopes, owner = context.names.scopes, context.source(node.value)
    new = (each for each in scopes.of(ast.Attribute) if each.attr == "run_id" and isinstance(each.ctx, ast.Store))
    if any(context.source(each.value) == owner for each in new):
        return
    statement = scopes.parent(node)
    if isinstance(statement, ast.Assign) and statement.targets == [node]:
        line = f"{owner}.run_id = {owner}.{_NAME}"
        yield Match(node, _OF_DOUBLE, Safety.UNSAFE, (InsertStatements(statement, (line,)),))
    else:
        yield Match(node, _OF_DOUBLE, Safety.MANUAL)
