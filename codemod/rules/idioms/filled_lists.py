"""Lists and strings that code fills piece by piece, as it builds a command: what follows a piece of one."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.analysis.indirect import arguments_of
from codemod.analysis.texts import Part, Text, concatenated, text_of
from codemod.names import LocalFunction
from codemod.names.nodes import dotted_text, placed
from codemod.rules.idioms.variable_uses import uses_of

# So many functions hand a command on to each other, and so many calls are looked at of each.
_DEPTH, _CALLS = 4, 8
#: Methods of a list that put one item into it.
APPENDING = ("append", "insert")


def added_later(piece: ast.expr, context: Context, depth: int = _DEPTH) -> list[ast.expr]:
    """Return what code adds behind a piece of a list, in order; functions of the code that get the list, or give it, too.

    Args:
        piece: A list or tuple that a list begins with or gets, the call that appends to it, or that makes it: ``[...] + [...]``,
            ``command += [...]``, ``command.extend([...])``, ``command.append("mlflow")``.
        context: The piece's namespace.
        depth: Over how many functions the list is followed.
    """
    scopes = context.names.scopes
    added: list[ast.expr] = []
    parent = scopes.parent(piece)
    while isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add):
        if parent.left is piece:
            added.append(parent.right)
        piece, parent = parent, scopes.parent(parent)
    if depth == 0:
        return added
    if isinstance(parent, ast.Return):
        return [*added, *_by_callers(parent, context, depth - 1)]
    target = _target(piece, parent)
    own = scopes.statement(piece)
    for use in uses_of(target, context) if target is not None else ():
        if scopes.order(use) < scopes.order(own) or scopes.statement(use) is own:
            continue
        given = _given(use, context)
        if given is None and not isinstance(use.ctx, ast.Load) and not _goes_on(use, context):
            break  # a list of its own begins
        added += [given] if given is not None else _by_other_code(use, context, depth - 1)
    return added


def _by_callers(statement: ast.Return, context: Context, depth: int) -> list[ast.expr]:
    """Return what is added to a list that a function returns, where that is called."""
    function = context.names.scopes.scope(statement).node
    calls = context.facts.callers.get(function, ())[:_CALLS]
    return [each for call in calls for each in added_later(call, context, depth)]


def _by_other_code(use: ast.Name | ast.Attribute, context: Context, depth: int) -> list[ast.expr]:
    """Return what is added to a list where it is returned, or by the function that gets it."""
    scopes = context.names.scopes
    parent = scopes.parent(use)
    if depth <= 0 or parent is None:
        return []
    if isinstance(parent, ast.Return):
        return _by_callers(parent, context, depth)
    found: list[ast.expr] = []
    for item in _as_parameter(parent, use, context) if isinstance(parent, ast.Call) else ():
        given = _given(item, context)
        found += [given] if given is not None else _by_other_code(item, context, depth - 1)
    return found


def _as_parameter(call: ast.Call, use: ast.expr, context: Context) -> list[ast.Name]:
    """Return where a function of the code uses the parameter by which a call gives it the list, in order."""
    function = context.resolve(call.func)
    if not isinstance(function, LocalFunction) or isinstance(function.node, ast.Lambda):
        return []
    is_method = isinstance(context.names.scopes.parent(function.node), ast.ClassDef)
    given = arguments_of(call, placed(function.node, is_method=is_method), context.names)
    names = {name for name, value in given if value is use}
    inside = [item for item in ast.walk(function.node) if isinstance(item, ast.Name) and item.id in names]
    uses = (item for item in inside if context.names.parameter(item) is not None)
    return sorted(uses, key=context.names.scopes.order)


def grown_text(node: ast.Name, context: Context) -> Text | None:
    """Return what is known of a string to which code has added more by its use: ``command += " server"``; None for another one."""
    parts: list[Part] = []
    is_grown = False
    for use in uses_of(node, context):
        if use is node:
            break
        statement = context.names.scopes.parent(use)
        if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add) and statement.target is use:
            parts += text_of(statement.value, context.names).parts
            is_grown = True
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value and _target(use, statement) is use:
            value, goes_on = statement.value, _goes_on(use, context)
            added = value.right if goes_on and isinstance(value, ast.BinOp) else value
            parts = [*(parts if goes_on else ()), *text_of(added, context.names).parts]
            is_grown = is_grown or goes_on
    return concatenated(parts) if is_grown else None


def _target(piece: ast.expr, parent: ast.AST | None) -> ast.expr | None:
    """Return the variable whose list a piece begins, or goes into."""
    if isinstance(parent, ast.Assign):
        return parent.targets[0] if len(parent.targets) == 1 else None
    if isinstance(parent, (ast.AnnAssign, ast.AugAssign)):
        return parent.target
    call = piece if isinstance(parent, ast.Expr) else parent
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return None
    return call.func.value if call.func.attr in (*APPENDING, "extend") else None


def _goes_on(use: ast.Name | ast.Attribute, context: Context) -> bool:
    """Return whether a variable gets itself and more: ``command = command + [...]``."""
    statement = context.names.scopes.parent(use)
    value = statement.value if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
    return isinstance(value, ast.BinOp) and dotted_text(value.left) == dotted_text(use)


def _given(use: ast.Name | ast.Attribute, context: Context) -> ast.expr | None:
    """Return what is added to a list at a use of its variable."""
    scopes = context.names.scopes
    parent = scopes.parent(use)
    if isinstance(parent, ast.AugAssign) and parent.target is use:
        return parent.value
    if isinstance(parent, ast.BinOp) and parent.left is use and isinstance(parent.op, ast.Add):
        return parent.right  # `command = command + [...]`, `Popen(command + [...])`
    call = scopes.parent(parent) if isinstance(parent, ast.Attribute) else None
    if not isinstance(call, ast.Call) or call.func is not parent or not call.args:
        return None
    return call.args[-1] if getattr(parent, "attr", "") in (*APPENDING, "extend") else None
