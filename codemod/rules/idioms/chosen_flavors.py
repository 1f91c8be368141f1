"""For MLF101: calls of one of several flavors, all of which are seen, and mean the same by the path of the model."""

from __future__ import annotations

import ast

from codemod.analysis.calls import Argument, BoundCall
from codemod.analysis.chosen_calls import chosen_calls
from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.findings import Safety
from codemod.names.nodes import assigned_name
from codemod.rewriting.edits import CallChange, Change
from codemod.rules.base import Match
from codemod.rules.idioms.arguments import name_from, rename, takes_name
from codemod.rules.idioms.model_names import invalid_name

#: What a person must know of names that only the running program has.
CAUTION = "names that are known only at run time hold none of / : . % \" ', which MLflow 3 refuses"


def renaming_changes(call: BoundCall, argument: Argument, context: Context) -> list[Change] | None:
    """Return what gives the path of a model its new name; None where the positional arguments behind it cannot be told."""
    if argument.index is None:
        changes = rename(call, argument, "name", context)
        return list(changes) if changes is not None else None
    operations = name_from(call, argument.index, context.target.release)
    return [CallChange(call.node, tuple(operations))] if operations is not None else None


def renamed_for_several(node: ast.Call, context: Context) -> Match | None:
    """Rename the argument of a call of one of several flavors that all take it so; None where that is not sure."""
    every, release = chosen_calls(node, context), context.target.release
    if not every or context.target.both or not all(takes_name(call.path, release) for call in every):
        return None
    found = [(call, argument) for call in every if (argument := call.get("artifact_path")) is not None]
    if len(found) != len(every) or any(call.get("name") is not None for call in every):
        return None
    values = [value for _, argument in found for value in argument.values]
    changes = [renaming_changes(call, argument, context) for call, argument in found]
    if changes[0] is None or changes.count(changes[0]) != len(changes):
        return None
    if any(invalid_name(value, context) is not None for value in values):
        return None
    flavors = " and ".join(f"`{call.path.removeprefix('mlflow.')}`" for call in every)
    message, caution = f"`artifact_path=` is now `name=`, in {flavors} alike", ""
    if any(text_of(value, context.names).known is None for value in values):
        message, caution = f"{message}; the value must not hold any of / : . % \" '", CAUTION
    doubles = [double for call in every for double in context.doubles_of(call.path, "arguments")]
    if doubles:
        message += f"; {doubles[0].where or 'code of this file'} depends on its arguments: change both together"
    return Match(node, message, Safety.UNSAFE if doubles else Safety.SAFE, tuple(changes[0]), caution=caution)


def is_renamed_where_called(node: ast.expr, context: Context) -> bool:
    """Return whether a function is one of several that a variable may be, or that stand there, and all calls of these are renamed."""
    scopes = context.names.scopes
    parent = scopes.parent(node)
    while isinstance(parent, ast.IfExp) and parent.test is not node:
        node, parent = parent, scopes.parent(parent)
    if isinstance(parent, ast.Call) and parent.func is node:
        return _is_done(parent, context)
    target = assigned_name(parent)
    if target is None:
        return False
    if scopes.scope(target) is scopes.module and context.read_elsewhere(target.id, target):
        return False
    uses = [use for use in context.names.uses(target) if isinstance(use.ctx, ast.Load)]
    calls = [scopes.parent(use) for use in uses]
    called = [call for call, use in zip(calls, uses, strict=True) if isinstance(call, ast.Call) and call.func is use]
    return len(called) == len(uses) > 0 and all(_is_done(call, context) for call in called)


def _is_done(call: ast.Call, context: Context) -> bool:
    """Return whether a call of one of several flavors is renamed here, or has the form of MLflow 3 already."""
    is_new = any(keyword.arg == "name" for keyword in call.keywords) and bool(chosen_calls(call, context))
    return is_new or renamed_for_several(call, context) is not None
