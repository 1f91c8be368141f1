"""Whether a variable is one value after the other of the column of a table of runs that tells where their artifacts are."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.analysis import containers
from codemod.analysis.once import once
from codemod.analysis.renamed_columns import COLUMN, other_names_of_roots
from codemod.analysis.run_tables import calls_giving, is_runs_row
from codemod.names.nodes import function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_SAME = ("tolist", "to_list", "unique", "dropna", "head", "tail", "drop_duplicates", "to_numpy", "copy")
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


def _is_column(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is the column, or a list of its values."""
    for _ in range(_STEPS):
        if isinstance(node, ast.Name):
            source = context.names.definition(node)
            if source is None:
                return False
            node = source
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SAME:
            node = node.func.value
        elif isinstance(node, ast.Call) and function_name(node.func) in _LISTING and node.args:
            node = node.args[0]
        elif isinstance(node, ast.Attribute) and node.attr == "values":
            node = node.value
        else:
            break
    if isinstance(node, ast.Subscript):
        return _names(node.slice, context) and is_runs_row(node.value, context)
    is_named = isinstance(node, ast.Attribute) and _names(ast.Constant(node.attr), context)
    return is_named and isinstance(node, ast.Attribute) and is_runs_row(node.value, context)


def _names(key: ast.expr, context: Context) -> bool:
    return isinstance(key, ast.Constant) and (key.value == COLUMN or key.value in other_names_of_roots(context))


def _is_given(node: ast.Name, context: Context) -> bool:
    """Return whether a name is the parameter of a function that is called for each value: ``df["artifact_uri"].map(load)``."""
    for call in calls_giving(node, context):
        over = [call.func.value] if isinstance(call.func, ast.Attribute) and call.func.attr in _CALLING else []
        over += call.args[1:] if function_name(call.func) == "map" else []
        if any(_is_column(column, context) for column in over):
            return True
    return False
