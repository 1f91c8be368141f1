"""Whether a variable is one value after the other of the column of a table of runs that tells where their artifacts are."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.analysis import containers
from codemod.analysis.indirect import calls_giving
from codemod.analysis.once import once
from codemod.analysis.renamed_columns import COLUMN, other_names_of_roots
from codemod.analysis.run_tables import is_runs_row
from codemod.names.nodes import function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

# What gives the values of a column in the order that they have in all columns, in another one, one of them, or a place for an index.
_IN_ORDER = ("tolist", "to_list", "head", "tail", "copy", "to_numpy")
_SAME = (
    *_IN_ORDER,
    "unique",
    "dropna",
    "drop_duplicates",
    "sort_values",
    "sort",
    "fillna",
    "astype",
    "to_dict",
    "to_pandas",
    "sample",
    "where",
    "mask",
    "nlargest",
    "nsmallest",
    "reset_index",
    "sort_index",
)
_ONE = ("item", "squeeze", "first", "last", "max", "min", "get", "pop")
_PLACES = ("values", "array", "iloc", "loc", "iat", "at", "T")
_OF_TEXTS = ("rstrip", "lstrip", "strip", "removesuffix")
_ASKING = ("get", "pop", "get_column")
_LISTING = ("list", "sorted", "set", "tuple", "reversed")
_ROWS = ("to_numpy", "itertuples", "tolist", "to_records")
_CALLING = ("map", "apply", "transform")
_STEPS = 5


def is_value_of_column(node: ast.Name, context: Context) -> bool:
    """Return whether a loop over that column, or a function that is called for each of its values, gives a name what it has."""
    if not _speaks_of_column(context):
        return False
    loops = context.names.loops(node)
    for loop in loops:
        around = context.names.scopes.parent(loop)
        target = around.target if isinstance(around, (ast.For, ast.AsyncFor, ast.comprehension)) else None
        if target is not None and (_is_place_of_row(target, node.id, loop, context)):
            return True
        if any(_is_column(each.node, context) for each in containers.looped(node.id, loop, context)):
            return True
    return not loops and _is_given(node, context)


@once
def _speaks_of_column(context: Context) -> bool:
    scopes = context.names.scopes
    texts = (each.value == COLUMN for each in scopes.of(ast.Constant))
    return any(texts) or any(each.attr == COLUMN for each in scopes.of(ast.Attribute))


def _is_place_of_row(target: ast.expr, name: str, rows: ast.expr, context: Context) -> bool:
    """Return whether a name gets that column of the rows: ``for run_id, uri in df[["run_id", "artifact_uri"]].to_numpy()``."""
    if isinstance(rows, ast.Call):
        rows = rows.func if isinstance(rows.func, ast.Attribute) and rows.func.attr in _ROWS else rows
    if not isinstance(rows, ast.Attribute) or not isinstance(target, ast.Tuple):
        return False
    table = rows.value.value if isinstance(rows.value, ast.Attribute) and rows.value.attr == "values" else rows.value
    chosen = table.slice if isinstance(table, ast.Subscript) and is_runs_row(table.value, context) else None
    if not isinstance(chosen, ast.List) or len(chosen.elts) != len(target.elts):
        return False
    pairs = zip(target.elts, chosen.elts, strict=True)
    return any(isinstance(each, ast.Name) and each.id == name and _names(key, context) for each, key in pairs)


def column_of_value(node: ast.expr, context: Context) -> ast.expr | None:
    """Return what names the column of which an expression takes one value, as ``df["artifact_uri"].head(1).item()`` does; None for another."""
    if isinstance(node, ast.Subscript):
        is_key = isinstance(node.slice, ast.Slice) or _names(node.slice, context)
        return None if is_key else _column(node.value, context)
    function = node.func if isinstance(node, ast.Call) else None
    if not isinstance(node, ast.Call) or not isinstance(function, ast.Attribute) or _is_asked(node, context):
        return None
    if function.attr in _ONE:
        return _column(function.value, context)
    accessor = function.value if function.attr in _OF_TEXTS else None
    is_accessor = isinstance(accessor, ast.Attribute) and accessor.attr == "str"
    return _column(accessor.value, context) if isinstance(accessor, ast.Attribute) and is_accessor else None


def is_in_order(node: ast.expr, column: ast.expr) -> bool:
    """Return whether a value that is taken of a column is that of the same row which any other column gives in its place."""
    inner: ast.expr = node
    while inner is not column:
        if isinstance(inner, ast.Call):
            if not isinstance(inner.func, ast.Attribute) or inner.func.attr not in _IN_ORDER:
                return False
            inner = inner.func.value
        elif isinstance(inner, (ast.Attribute, ast.Subscript)):
            inner = inner.value
        else:
            return False  # a variable is not named by another column
    return True


def _is_column(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is the column, or a list of its values."""
    return _column(node, context) is not None


def _column(node: ast.expr, context: Context) -> ast.expr | None:
    for _ in range(_STEPS):
        inner = _inside(node, context)
        if inner is None:
            break
        node = inner
    if isinstance(node, ast.Subscript):
        is_named = _is_key(node.slice, context) and is_runs_row(node.value, context)
    elif isinstance(node, ast.Call):
        is_named = _is_asked(node, context)
    else:
        is_named = isinstance(node, ast.Attribute) and _names(ast.Constant(node.attr), context)
        is_named = is_named and isinstance(node, ast.Attribute) and is_runs_row(node.value, context)
    return node if is_named else None


def _inside(node: ast.expr, context: Context) -> ast.expr | None:
    """Return the column, or the list of its values, of which an expression is one, too."""
    if isinstance(node, ast.Name):
        return context.names.definition(node)
    if isinstance(node, ast.Attribute):
        return node.value if node.attr in _PLACES else None
    if isinstance(node, ast.Subscript):
        return node.value if _is_part(node.slice, context) else None
    if not isinstance(node, ast.Call):
        return None
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in _SAME:
        return function.value
    if isinstance(function, ast.Attribute) and function.attr in ("first", "last"):
        return function.value  # of each group
    if isinstance(function, ast.Attribute) and function.attr in _OF_TEXTS and isinstance(function.value, ast.Attribute):
        return function.value.value if function.value.attr == "str" else None
    return node.args[0] if function_name(function) in _LISTING and node.args else None


def _is_part(key: ast.expr, context: Context) -> bool:
    """Return whether a subscript takes some values of a column: ``column[:3]``, ``column[mask]``, ``column.loc[df["run_id"] == run_id]``."""
    if isinstance(key, ast.Name):
        key = context.names.definition(key) or key
    return isinstance(key, (ast.Slice, ast.Name, ast.Compare, ast.BinOp, ast.UnaryOp, ast.Call, ast.List))


def _is_asked(node: ast.Call, context: Context) -> bool:
    """Return whether a call asks a table for the column: ``df.get("artifact_uri")``."""
    function = node.func
    if not isinstance(function, ast.Attribute) or function.attr not in _ASKING or not node.args:
        return False
    return _names(node.args[0], context) and is_runs_row(function.value, context)


def _is_key(key: ast.expr, context: Context) -> bool:
    """Return whether a subscript names the column, or rows and the column: ``df.loc[mask, "artifact_uri"]``."""
    return _names(key.elts[-1] if isinstance(key, ast.Tuple) and key.elts else key, context)


def _names(key: ast.expr, context: Context) -> bool:
    return isinstance(key, ast.Constant) and (key.value == COLUMN or key.value in other_names_of_roots(context))


def _is_given(node: ast.Name, context: Context) -> bool:
    """Return whether a name is the parameter of a function that is called for each value: ``df["artifact_uri"].map(load)``."""
    for call in calls_giving(node, context.names):
        over = [call.func.value] if isinstance(call.func, ast.Attribute) and call.func.attr in _CALLING else []
        over += call.args[1:] if function_name(call.func) == "map" else []
        if any(_is_column(column, context) for column in over):
            return True
    return False
