"""Doubles of a run's info in tests, which get the name that MLflow 3 has beside the old one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.conftests import TESTING, is_test
from codemod.analysis.context import Context
from codemod.findings import Safety
from codemod.names.nodes import function_name
from codemod.rewriting.edits import AddKeyword, CallChange, InsertStatements, RenameKeyword
from codemod.rewriting.matches import Match

_NAME, _INFO = "run_uuid", "info"
_OF_DOUBLE = "this may stand for a run's info, which has only `run_id` in MLflow 3: it must have what the code that it tests reads"


def check_double(node: ast.Call, context: Context) -> Iterator[Match]:
    """Judge ``SimpleNamespace(run_uuid="1")`` and mocks that are made so."""
    if function_name(node.func) == "SimpleNamespace" and not _may_stand_for_info(node, context):
        return
    if any(place.node is node and place.double.path == _NAME for place in context.doubles):
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        if "run_id" in given:
            return
        # Code that a person must change reads the old name until then, and a value that is computed is no other one.
        is_plain = isinstance(given.get(_NAME), (ast.Constant, ast.Name))
        change = AddKeyword("run_id", context.source(given[_NAME])) if is_plain else RenameKeyword(_NAME, "run_id")
        yield Match(node, _OF_DOUBLE, Safety.UNSAFE, (CallChange(node, (change,)),))


def _may_stand_for_info(node: ast.Call, context: Context) -> bool:
    """Return whether a plain object may stand for a run's info: it is made for tests, or an object is handed on that calls it its `info`."""
    if is_test(context.path or "") or context.facts.imports(*TESTING):
        return True
    scopes = context.names.scopes
    holder = scopes.parent(node)
    if isinstance(holder, ast.keyword) and holder.arg == _INFO:
        run = scopes.parent(holder)
        return isinstance(run, ast.Call) and _is_handed_on(run, context)
    targets = holder.targets if isinstance(holder, ast.Assign) else ()
    owners = (each.value for each in targets if isinstance(each, ast.Attribute) and each.attr == _INFO)
    return any(_is_handed_on(each, context) for each in owners)


def _is_handed_on(node: ast.expr, context: Context) -> bool:
    """Return whether other code gets an object: by a call, or as what a function returns."""
    scopes = context.names.scopes
    parent = scopes.parent(node)
    target = parent.targets[0] if isinstance(parent, ast.Assign) and parent.value is node else node
    if not isinstance(target, ast.Name):
        return _gets(parent, node)
    return any(_gets(scopes.parent(use), use) for use in context.names.uses(target))


def _gets(parent: ast.AST | None, node: ast.expr) -> bool:
    if isinstance(parent, ast.Call):
        return parent.func is not node
    return isinstance(parent, (ast.keyword, ast.Return, ast.Yield, ast.List, ast.Tuple, ast.Dict, ast.Lambda))


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
