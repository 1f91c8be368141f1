"""Lists and strings that code fills piece by piece, as it builds a command: what follows a piece of one."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.analysis.texts import Part, Text, concatenated, text_of
from codemod.names.nodes import dotted_text

#: Methods of a list that put one item into it.
APPENDING = ("append", "insert")


def added_later(piece: ast.expr, context: Context) -> list[ast.expr]:
    """Return what code adds behind a piece of a list, in order.

    Args:
        piece: A list or tuple that a list begins with or gets, or the call that appends to it: ``[...] + [...]``,
            ``command += [...]``, ``command.extend([...])``, ``command.append("mlflow")``.
        context: The piece's namespace.
    """
    scopes = context.names.scopes
    added: list[ast.expr] = []
    parent = scopes.parent(piece)
    while isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add):
        if parent.left is piece:
            added.append(parent.right)
        piece, parent = parent, scopes.parent(parent)
    target = _target(piece, parent)
    own = scopes.statement(piece)
    for use in _uses(target, context) if target is not None else ():
        if scopes.order(use) < scopes.order(own) or scopes.statement(use) is own:
            continue
        given = _given(use, context)
        if given is None and not isinstance(use.ctx, ast.Load) and not _goes_on(use, context):
            break  # a list of its own begins
        added += [given] if given is not None else []
    return added


def grown_text(node: ast.Name, context: Context) -> Text | None:
    """Return what is known of a string to which code has added more by its use: ``command += " server"``; None for another one."""
    parts: list[Part] = []
    is_grown = False
    for use in _uses(node, context):
        if use is node:
            break
        statement = context.names.scopes.parent(use)
        if isinstance(statement, ast.AugAssign) and isinstance(statement.op, ast.Add) and statement.target is use:
            parts += text_of(statement.value, context.names).parts
            is_grown = True
        elif isinstance(statement, ast.Assign) and statement.targets == [use]:
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


def _uses(target: ast.expr, context: Context) -> list[ast.Name | ast.Attribute]:
    """Return all places that mean the same variable or attribute, in the order of the source."""
    scopes = context.names.scopes
    found: list[ast.Name | ast.Attribute] = []
    if isinstance(target, ast.Name):
        found += context.names.uses(target)
    elif isinstance(target, ast.Attribute):
        written = dotted_text(target)
        found += [
            node for node in scopes.of(ast.Attribute) if node.attr == target.attr and dotted_text(node) == written
        ]
    return sorted(found, key=scopes.order)


def _goes_on(use: ast.Name | ast.Attribute, context: Context) -> bool:
    """Return whether a variable gets itself and more: ``command = command + [...]``."""
    statement = context.names.scopes.parent(use)
    value = statement.value if isinstance(statement, ast.Assign) else None
    return isinstance(value, ast.BinOp) and dotted_text(value.left) == dotted_text(use)


def _given(use: ast.Name | ast.Attribute, context: Context) -> ast.expr | None:
    """Return what is added to a list at a use of its variable."""
    scopes = context.names.scopes
    parent = scopes.parent(use)
    if isinstance(parent, ast.AugAssign) and parent.target is use:
        return parent.value
    if isinstance(parent, ast.BinOp) and parent.left is use and isinstance(scopes.parent(parent), ast.Assign):
        return parent.right  # `command = command + [...]`
    call = scopes.parent(parent) if isinstance(parent, ast.Attribute) else None
    if not isinstance(call, ast.Call) or call.func is not parent or not call.args:
        return None
    return call.args[-1] if getattr(parent, "attr", "") in (*APPENDING, "extend") else None
