"""What a list holds that begins empty and gets its items by ``append``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.names.bindings import Binding
from codemod.names.nodes import function_name
from codemod.names.values import Elements, Instance

if TYPE_CHECKING:
    from codemod.names.resolve import Names

#: Methods of a list that put nothing new into it.
_KEEPS = ("sort", "reverse", "copy", "index", "count", "pop", "remove", "clear")
_READS = (
    "len", "print", "enumerate", "zip", "sorted", "max", "min", "list", "tuple", "reversed", "iter", "next", "bool", "map", "filter",
    "any", "all",
)  # fmt: skip


def collected(binding: Binding, names: Names) -> Elements | None:
    """Return what the items of an empty list are, where all of them are instances of one class of MLflow's.

    A list that other code gets, or that has a second name, may get other items there: then nothing is said.
    """
    made, statement = binding.source, binding.node
    if not isinstance(made, ast.List) or made.elts or not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return None
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    target = targets[0]
    if len(targets) != 1 or not isinstance(target, ast.Name) or not names.is_sole(target):
        return None
    paths: set[str] = set()
    for use in names.uses(target):
        if use is target:
            continue
        item = _appended(use, names)
        value = names.resolve(item) if item is not None else None
        if isinstance(value, Instance):
            paths.add(value.path)
        elif item is not None or not _only_reads(use, names):
            return None
    return Elements(paths.pop()) if len(paths) == 1 else None


def _appended(use: ast.Name, names: Names) -> ast.expr | None:
    """Return what ``items.append(item)`` appends."""
    method = names.scopes.parent(use)
    call = names.scopes.parent(method) if isinstance(method, ast.Attribute) and method.attr == "append" else None
    return call.args[0] if isinstance(call, ast.Call) and call.func is method and len(call.args) == 1 else None


def _only_reads(use: ast.Name, names: Names) -> bool:
    parent = names.scopes.parent(use)
    if not isinstance(use.ctx, ast.Load):
        return False
    if isinstance(parent, ast.Attribute):
        return parent.attr in _KEEPS
    if isinstance(parent, ast.Subscript):
        return isinstance(parent.ctx, (ast.Load, ast.Del))
    if isinstance(parent, ast.Call):
        return isinstance(parent.func, ast.Name) and function_name(parent.func) in _READS
    return isinstance(
        parent,
        (ast.For, ast.comprehension, ast.Compare, ast.If, ast.IfExp, ast.UnaryOp, ast.FormattedValue, ast.Return),
    )
