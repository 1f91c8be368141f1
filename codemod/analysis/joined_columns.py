"""What stands in a column that code makes of another one: ``runs["artifact_uri"] + "/model"``, ``column.str.cat(names, sep="/")``.

One value of such a column is written as the same expression of the whole column, which is enough to report something.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemod.analysis.once import once
from codemod.analysis.renamed_columns import COLUMN
from codemod.analysis.returns import returned_by
from codemod.names import LocalFunction
from codemod.names.nodes import function_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from codemod.analysis.context import Context

    Origins = Callable[[ast.expr, Context], list[ast.expr]]

# What takes some values of a column, or one.
_PARTS = frozenset(
    "iloc loc at iat values array head tail item squeeze sample nlargest nsmallest where mask dropna drop_duplicates reset_index "
    "sort_values sort_index tolist to_list to_numpy unique copy astype fillna".split()
)
_CALLING = ("map", "apply", "transform")
_DEPTH = 5


def values_of_joined(node: ast.expr, context: Context, origins: Origins) -> Iterator[ast.expr]:
    """Return what an expression may be that takes values of such a column: ``uris.iloc[0]``, ``uris.dropna().tolist()``.

    Args:
        node: The expression.
        context: Its namespace.
        origins: Says where a value may come from.
    """
    if not _speaks_of_roots(context):
        return
    step = _inner(node)
    for _ in range(_DEPTH):
        if step is None:
            return
        if not isinstance(step, ast.Attribute) or step.attr not in _PARTS:
            yield from items_of_joined(step, context, origins)
        step = _inner(step)


def items_of_joined(node: ast.expr, context: Context, origins: Origins) -> Iterator[ast.expr]:
    """Return what the values of a column may be, where code makes it of another one."""
    if not _speaks_of_roots(context):
        return
    for source in origins(node, context) if isinstance(node, ast.Name) else [node]:
        if isinstance(source, ast.BinOp) and isinstance(source.op, ast.Add):
            yield source
        elif isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute):
            yield from _by_method(source, source.func, context)


@once
def _speaks_of_roots(context: Context) -> bool:
    """Return whether code names the column that tells where the artifacts of runs are."""
    scopes = context.names.scopes
    texts = (each.value == COLUMN for each in scopes.of(ast.Constant))
    return any(texts) or any(each.attr == COLUMN for each in scopes.of(ast.Attribute))


def _inner(node: ast.expr) -> ast.expr | None:
    """Return the column of which an expression takes some values, or one."""
    if isinstance(node, ast.Subscript):
        is_named = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
        return None if is_named else node.value
    if isinstance(node, ast.Attribute):
        return node.value if node.attr in _PARTS else None
    method = node.func if isinstance(node, ast.Call) else None
    return method.value if isinstance(method, ast.Attribute) and method.attr in _PARTS else None


def _by_method(call: ast.Call, method: ast.Attribute, context: Context) -> Iterator[ast.expr]:
    """Return one value of the column that a method of another column gives."""
    given = call.args[0] if call.args else None
    if given is None:
        return
    if method.attr == "add":
        yield _sum(call, method.value, given)
    elif method.attr == "cat" and isinstance(method.value, ast.Attribute) and method.value.attr == "str":
        between = next((keyword.value for keyword in call.keywords if keyword.arg == "sep"), None)
        column = method.value.value
        yield _sum(call, _sum(call, column, between) if between is not None else column, _of_each(given))
    elif method.attr in _CALLING:
        function = context.resolve(given)
        if isinstance(function, LocalFunction):
            yield from [function.node.body] if isinstance(function.node, ast.Lambda) else returned_by(function.node)
        elif function_name(given) == "format":
            yield ast.copy_location(ast.Call(given, [method.value], []), call)


def _sum(call: ast.Call, left: ast.expr, right: ast.expr) -> ast.expr:
    while isinstance(left, ast.Call) and (inner := _inner(left)) is not None:
        left = inner  # which values of a column are taken does not matter
    return ast.copy_location(ast.BinOp(left, ast.Add(), right), call)


def _of_each(given: ast.expr) -> ast.expr:
    """Return what a list adds to each value that holds the same for all of them: ``["/model"] * len(runs)``."""
    listed = given.left if isinstance(given, ast.BinOp) and isinstance(given.op, ast.Mult) else given
    same = isinstance(listed, (ast.List, ast.Tuple)) and len({ast.dump(each) for each in listed.elts}) == 1
    return listed.elts[0] if isinstance(listed, (ast.List, ast.Tuple)) and same else given
