"""Finds the tables of pandas that `mlflow.search_runs` gives, and what is a part of one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemod.analysis.answers import is_query_for_roots
from codemod.analysis.indirect import calls_giving
from codemod.analysis.once import once
from codemod.analysis.origins import items_in, origins
from codemod.analysis.renamed_columns import keeps_name
from codemod.names import Elements, Instance
from codemod.names.nodes import function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

SEARCH_RUNS = "mlflow.search_runs"
RUN_INFO = "mlflow.entities.RunInfo"
#: What takes rows or columns of a table of pandas, and keeps the names of columns.
TABLES = ("iloc", "loc", "at", "iat", "head", "tail", "sort_values", "query", "reset_index", "dropna", "copy", "squeeze", "iterrows",
           "itertuples", "to_dict", "filter", "nlargest", "nsmallest", "item", "values", "tolist", "to_list", "T", "fillna",
           "merge", "join", "assign", "drop_duplicates", "sort_index", "sample", "_asdict", "sort", "select", "row", "rows", "to_dicts",
           "iter_rows", "with_columns", "to_pandas", "limit", "slice", "unique", "lazy", "collect", "where", "mask", "nth", "xs",
           "get_group", "truncate", "reindex")  # fmt: skip


# Methods that give a row, or the table, to a function.
_GIVING = ("apply", "pipe", "assign")
# What may take the column of the runs' ids away.
_LOOSE = (
    "groupby",
    "group_by",
    "first",
    "last",
    "drop",
    "select",
    "filter",
    "with_columns",
    "set_index",
    "rename",
    "pivot",
    "agg",
    "apply",
    "set_axis",
)


def is_runs_row(node: ast.expr, context: Context, depth: int = 0) -> bool:
    """Return whether an expression is the table of `mlflow.search_runs`, or a part of it that is taken by pandas."""
    if depth > 12:
        return False
    for source in origins(node, context):
        inner = source
        if isinstance(inner, ast.Call):
            call = context.call(inner)
            if call is not None:
                if call.path == SEARCH_RUNS and call.get("output_format") is None:
                    return True
                continue
            if is_query_for_roots(inner, context) or any(
                is_runs_row(each, context, depth + 1) for each in _inside(inner, context)
            ):
                return True
            if not isinstance(inner.func, ast.Attribute) or inner.func.attr not in (*TABLES, *_LOOSE):
                continue
            inner = inner.func
        if isinstance(inner, (ast.Attribute, ast.Subscript)) and not isinstance(
            context.resolve(inner.value), (Instance, Elements)
        ):
            if is_runs_row(inner.value, context, depth + 1):
                return True
    return _is_row_of_loop(node, context, depth) or _is_row_of_function(node, context, depth)


def keeps_run_id(node: ast.expr, context: Context, depth: int = 0) -> bool:
    """Return whether a row of the table of runs still has the id of its run: no columns were chosen, dropped or renamed on the way."""
    if depth > 12 or (isinstance(node, ast.Name) and _is_changed_in_place(node, context)):
        return False
    for source in origins(node, context):
        if isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute):
            if source.func.attr in _LOOSE or is_query_for_roots(source, context) or _makes_columns(source):
                return False  # a database calls that column `run_uuid`
            inner: list[ast.expr] = [source.func.value, *_inside(source, context)]
        elif isinstance(source, ast.Call):
            if is_query_for_roots(source, context) or _makes_columns(source):
                return False
            inner = list(_inside(source, context))
        elif isinstance(source, ast.Subscript):
            chosen = source.slice.elts if isinstance(source.slice, ast.List) else []
            if chosen and not any(isinstance(each, ast.Constant) and each.value == "run_id" for each in chosen):
                return False
            inner = [source.value]
        else:
            inner = [source.value] if isinstance(source, ast.Attribute) else []
        if not all(keeps_run_id(each, context, depth + 1) for each in inner if each is not node):
            return False
    loops = context.names.loops(node) if isinstance(node, ast.Name) else []
    return all(keeps_run_id(loop, context, depth + 1) for loop in loops)


def _is_changed_in_place(node: ast.Name, context: Context) -> bool:
    """Return whether code somewhere takes the runs' ids out of the table that a variable is, or gives it others."""
    changed = _changed_in_place(context)
    return bool(changed) and not changed.isdisjoint(context.names.uses(node))


@once
def _changed_in_place(context: Context) -> frozenset[ast.Name]:
    """Return the names of tables whose columns are changed where they are: ``df.columns = names``, ``df.drop(columns=["run_id"], inplace=True)``."""
    scopes = context.names.scopes
    kinds = scopes.of(ast.Subscript), scopes.of(ast.Attribute), scopes.of(ast.Call)
    owners = [owner for nodes in kinds for each in nodes if (owner := _changed(each)) is not None]
    return frozenset(each for each in owners if isinstance(each, ast.Name))


def _changed(node: ast.AST) -> ast.expr | None:
    """Return the table that an assignment, a deletion or a call changes where it is, if that may be its ids."""
    if isinstance(node, ast.Call):
        function = node.func
        if not isinstance(function, ast.Attribute):
            return None
        in_place = function.attr in _LOOSE and any(each.arg == "inplace" for each in node.keywords)
        return function.value if in_place or (function.attr in ("pop", "insert") and _names_id(*node.args)) else None
    if not isinstance(node, (ast.Attribute, ast.Subscript)) or isinstance(node.ctx, ast.Load):
        return None
    if isinstance(node, ast.Attribute):
        return node.value if node.attr in ("columns", "run_id") else None
    by_place = isinstance(node.value, ast.Attribute) and node.value.attr in ("loc", "at")
    owner = node.value.value if isinstance(node.value, ast.Attribute) and by_place else node.value
    return owner if _names_id(node.slice) else None


def _names_id(*nodes: ast.expr) -> bool:
    return any(isinstance(each, ast.Constant) and each.value == "run_id" for node in nodes for each in ast.walk(node))


def _makes_columns(node: ast.Call) -> bool:
    """Return whether a call says by itself which columns a table has, or may give it other run ids."""
    name = function_name(node.func)
    if name in ("merge", "join"):
        return not keeps_name(node, "run_id")
    if name == "DataFrame":
        return len(node.args) > 1 or bool(node.keywords)
    return name == "assign" and any(keyword.arg in ("run_id", None) for keyword in node.keywords)


def _inside(node: ast.Call, context: Context) -> Iterator[ast.expr]:
    """Return the row of which a call makes a dict, and the tables that pandas puts one below the other, or beside another one."""
    name = function_name(node.func)
    if name == "dict" and isinstance(node.func, ast.Name):
        yield from node.args[:1]
    elif name == "concat" and node.args:
        yield from items_in(node.args[0], context)
    elif name == "merge":
        yield from node.args[:2]
    elif name in ("from_pandas", "DataFrame"):
        yield from node.args[:1]  # of polars, or a copy


def _is_row_of_loop(node: ast.expr, context: Context, depth: int) -> bool:
    """Return whether a name is the row of a loop: ``for _, row in df.iterrows()``, ``for row in df.itertuples()``."""
    return isinstance(node, ast.Name) and any(
        isinstance(loop, ast.Call) and is_runs_row(loop, context, depth + 1) for loop in context.names.loops(node)
    )


def _is_row_of_function(node: ast.expr, context: Context, depth: int) -> bool:
    """Return whether a name is what pandas gives to a function: ``df.apply(load, axis=1)``, ``df.pipe(show)``."""
    calls = calls_giving(node, context.names) if isinstance(node, ast.Name) else ()
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr in _GIVING
        and is_runs_row(call.func.value, context, depth + 1)
        for call in calls
    )


def is_info_dict(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is ``run.to_dictionary()["info"]`` or ``dict(run.info)``."""
    source = context.names.definition(node) if isinstance(node, ast.Name) else None
    node = source if source is not None else node
    if isinstance(node, ast.Subscript):
        is_info = isinstance(node.slice, ast.Constant) and node.slice.value == "info"
        call = context.call(node.value) if is_info and isinstance(node.value, ast.Call) else None
        return call is not None and call.path == "mlflow.entities.Run.to_dictionary"
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("dict", "vars") and len(node.args) == 1:
        made = context.resolve(node.args[0])
        return isinstance(made, Instance) and made.path == RUN_INFO
    return False
