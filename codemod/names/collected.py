"""What a list or dict holds that begins empty and gets its items one by one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.names.bindings import Binding
from codemod.names.nodes import function_name
from codemod.names.values import Elements, Instance, Unknown, Value

if TYPE_CHECKING:
    from codemod.names.resolve import Names

#: Methods of a list that put nothing new into it.
_KEEPS = ("sort", "reverse", "copy", "index", "count", "pop", "remove", "clear")
_READS = (
    "len", "print", "enumerate", "zip", "sorted", "max", "min", "list", "tuple", "reversed", "iter", "next", "bool", "map", "filter",
    "any", "all",
)  # fmt: skip


def collected(binding: Binding, names: Names) -> Value | None:
    """Return what the items are of a list or dict that begins empty, where all that are seen are instances of one class of MLflow's.

    A list that other code gets, or that has a second name, may get other items there: then that class is only one of those that they
    may have. So it is for a dict.
    """
    made, target = binding.source, _target(binding.node)
    is_list = isinstance(made, ast.List) and not made.elts
    is_dict = (isinstance(made, ast.Dict) and not made.keys) or _is_empty_call(made)
    if target is None or not (is_list or is_dict) or not names.is_sole(target):
        return None
    if binding.node not in names.collections:
        before = names.unanswered
        found = _held(target, names, is_list=is_list)
        if names.unanswered > before:
            return found  # what led to this question is not told yet
        names.collections[binding.node] = found
    return names.collections[binding.node]


def _held(target: ast.Name, names: Names, *, is_list: bool) -> Value | None:
    """Return what all uses of the variable put into it."""
    paths: dict[str, None] = {}
    is_seen = is_list
    for use in names.uses(target):
        item = _added(use, names) if use is not target else None
        value = names.resolve(item) if item is not None else None
        if isinstance(value, Instance):
            paths[value.path] = None
        elif isinstance(value, Unknown):
            paths.update(dict.fromkeys(value.among))
        if use is not target and not isinstance(value, Instance):
            is_seen = is_seen and item is None and _only_reads(use, names)
    if is_seen and len(paths) == 1:
        return Elements(next(iter(paths)))
    return Unknown(f"`{target.id}` is filled elsewhere", tuple(paths)) if paths else None


def held_items(node: ast.Name, names: Names) -> ast.expr:
    """Return the tuple that a name holds, or the list where nothing else uses it; the name itself where there is none."""
    held = names.definition(node)
    statement = names.scopes.parent(held) if isinstance(held, ast.List) else None
    is_alone = statement is not None and _target(statement) is not None and len(names.uses(node)) <= 2
    return held if held is not None and (is_alone or isinstance(held, ast.Tuple)) else node


def _target(statement: ast.AST) -> ast.Name | None:
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return None
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return targets[0] if len(targets) == 1 and isinstance(targets[0], ast.Name) else None


def _is_empty_call(made: ast.expr | None) -> bool:
    """Return whether an expression is ``dict()`` or ``defaultdict(list)``."""
    return (
        isinstance(made, ast.Call)
        and function_name(made.func) in ("dict", "defaultdict", "OrderedDict")
        and not made.keywords
    )


def _added(use: ast.Name, names: Names) -> ast.expr | None:
    """Return what ``items.append(item)`` appends, and what ``items[key] = item`` keeps."""
    parent = names.scopes.parent(use)
    if isinstance(parent, ast.Subscript) and parent.value is use and isinstance(parent.ctx, ast.Store):
        statement = names.scopes.parent(parent)
        return statement.value if isinstance(statement, ast.Assign) else None
    if isinstance(parent, ast.Subscript):  # `found[key].append(item)`
        parent = names.scopes.parent(parent)
    call = names.scopes.parent(parent) if isinstance(parent, ast.Attribute) and parent.attr == "append" else None
    return call.args[0] if isinstance(call, ast.Call) and call.func is parent and len(call.args) == 1 else None


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
