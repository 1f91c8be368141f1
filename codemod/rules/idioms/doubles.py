"""Keeps code as it is where a test stands in for what it calls: the code and its double move together, or both are reported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from codemod.analysis.context import Context
from codemod.findings import Safety
from codemod.names import Mlflow
from codemod.rewriting.edits import (
    CallChange,
    InsertStatements,
    RenameAttribute,
    RenameFunction,
    Replace,
    RequireImport,
)
from codemod.rules.base import Match


def held(match: Match, context: Context) -> Match:
    """Return a match whose fix is not safe any more where a test would notice it."""
    if match.safety is not Safety.SAFE or not match.changes or not context.project.doubles:
        return match
    doubles = [
        double for path, what in dict.fromkeys(_touched(match, context)) for double in context.doubles_of(path, what)
    ]
    if not doubles:
        return match
    stays = [double for double in doubles if double.what == "name" and not double.moves]
    found = (stays or doubles)[0]
    does = "stands in for it" if found.what == "name" else "depends on its arguments"
    message = f"{match.message}; {found.where or 'a test'} {does}: change both together"
    if stays:
        return replace(match, message=message, safety=Safety.MANUAL, changes=())
    return replace(match, message=message, safety=Safety.UNSAFE)


def _touched(match: Match, context: Context) -> Iterator[tuple[str, str]]:
    """Return what of MLflow a match changes the use of, and whether its name or its arguments."""
    node = match.node
    call = context.call(node) if isinstance(node, ast.Call) else None
    for change in match.changes:
        if isinstance(change, (InsertStatements, RequireImport)):
            continue
        if isinstance(change, CallChange):
            made = context.call(change.call) or call
            if made is not None:
                renamed = any(isinstance(item, RenameFunction) for item in change.operations)
                yield made.path, "name" if renamed else "arguments"
        elif isinstance(change, (Replace, RenameAttribute)) and isinstance(change.node, (ast.Attribute, ast.Name)):
            attribute = change.node
            if isinstance(attribute, ast.Attribute) and attribute.attr == "run_uuid":
                yield "run_uuid", "name"
            value = context.resolve(attribute)
            if isinstance(value, Mlflow):
                yield value.path, "name"
        elif call is not None:
            yield call.path, "arguments"
