"""Tables that may have the columns of a table of traces: it and another one joined, or what is it or another one."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.analysis.origins import items_in, origins
from codemod.analysis.returns import returned_by
from codemod.names import Foreign, LocalFunction, OwnFunction, Unknown
from codemod.names.flow import dominates
from codemod.names.nodes import dotted_text, function_name
from codemod.rules.idioms.trace_tables import OLD_COLUMNS, SAME_COLUMNS, gives_old_names, is_trace_table

_METHODS = {
    "merge": ("right", "how", "on", "left_on", "right_on"),
    "join": ("other", "on"),
    "append": ("other",),
    "combine_first": ("other",),
}
_FUNCTIONS = {
    "merge": ("left", "right", "how", "on", "left_on", "right_on"),
    "merge_asof": ("left", "right", "on", "left_on", "right_on"),
    "merge_ordered": ("left", "right", "on", "left_on", "right_on"),
    "concat": ("objs",),
}
_PLACES = ("iloc", "loc", "at", "iat")
# What makes a table of another library, or a new one, of a table that it gets first, and methods of such tables that keep columns.
_COPYING = ("from_pandas", "DataFrame", "createDataFrame")
_OF_OTHERS = frozenset(
    "cache coalesce collect distinct dropDuplicates filter group_by groupBy lazy limit orderBy persist repartition select sort toPandas "
    "to_pandas unique where withColumn with_columns".split()
)
_DEPTH = 5


@dataclass(frozen=True, slots=True)
class _Join:
    """A call that joins tables.

    Attributes:
        tables: What is joined; the first one is the left one, the second the right one.
        given: What else the call is given, by the parameter.
        own_key: Whether the key that both have is looked for in the left one alone.
    """

    tables: tuple[ast.expr, ...]
    given: dict[str, ast.expr]
    own_key: bool = False


def columns_left(keys: Iterable[ast.expr], tables: Collection[ast.expr], context: Context) -> Iterator[ast.Constant]:
    """Return those of some names of columns that the code has put into none of some tables itself."""
    for key in keys:
        if isinstance(key, ast.Constant) and not any(sets_column(table, key.value, context) for table in tables):
            yield key


def may_set_column(node: ast.expr, name: str, context: Context) -> bool:
    """Return whether a branch before has put a column of MLflow 2 into a table, or that of a row."""
    return sets_column(node, name, context, surely=False)


def sets_column(node: ast.expr, name: object, context: Context, depth: int = _DEPTH, *, surely: bool = True) -> bool:
    """Return whether the code has put a column of MLflow 2 into a table, or that of a row, itself: ``df["request_id"] = df["trace_id"]``.

    Args:
        node: The table or row.
        name: The column.
        context: The namespace.
        depth: So many steps back are looked at.
        surely: Whether it has done so on each way to the node.
    """
    tables = _tables_with(context).get(name, []) if depth else []
    if not tables:
        return False
    if isinstance(node, ast.Name):
        if any(_is_same(table, node, context, surely) for table in tables):
            return True
        source = context.names.definition(node)
        before = [source] if source is not None else context.names.loops(node)
    elif isinstance(node, (ast.Attribute, ast.Subscript)):
        if any(_is_same_place(table, node, context, surely) for table in tables):
            return True
        before = [node.value]
    elif node in tables:
        return True  # what `assign` gives
    elif isinstance(node, ast.Call) and isinstance(function := context.resolve(node.func), LocalFunction):
        before = returned_by(function.node)
    else:
        before = [node.func.value] if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else []
    return bool(before) and all(sets_column(each, name, context, depth - 1, surely=surely) for each in before)


def _is_same(table: ast.expr, node: ast.Name, context: Context, surely: bool) -> bool:
    """Return whether a variable is that of a table which has got a column before, and nothing has given it another value since."""
    uses = context.names.uses(node)
    if not isinstance(table, ast.Name) or table not in uses or (surely and not _has_run(table, node, context)):
        return False
    start, end = (context.names.scopes.order(each) for each in (table, node))
    return start <= end and not any(
        isinstance(use.ctx, ast.Store) and start < context.names.scopes.order(use) < end for use in uses
    )


def _has_run(table: ast.expr, node: ast.expr, context: Context) -> bool:
    """Return whether what puts a column into a table has run wherever the node is reached, or stands in the same statement or another function."""
    scopes = context.names.scopes
    statement = scopes.statement(table)
    if scopes.scope(table) is not scopes.scope(node) or statement is scopes.statement(node):
        return True
    return dominates(scopes, statement, node)


def _is_same_place(table: ast.expr, node: ast.expr, context: Context, surely: bool) -> bool:
    """Return whether an attribute is written as that of a table which has got a column before in the same function."""
    scopes = context.names.scopes
    is_before = scopes.scope(table) is scopes.scope(node) and scopes.order(table) <= scopes.order(node)
    is_before = is_before and not (surely and not _has_run(table, node, context))
    return is_before and dotted_text(table) == dotted_text(node) != ""


@once
def _tables_with(context: Context) -> dict[object, list[ast.expr]]:
    """Return the tables into which the code puts columns of MLflow 2, by the column."""
    found: dict[object, list[ast.expr]] = {}
    for statement in context.names.scopes.of(ast.Assign):
        for target in statement.targets:
            key = target.slice if isinstance(target, ast.Subscript) else None
            if isinstance(target, ast.Subscript) and isinstance(key, ast.Constant):
                if key.value in OLD_COLUMNS and not _reads(statement.value, key.value):
                    found.setdefault(key.value, []).append(target.value)
    for call in context.names.scopes.of(ast.Call):
        for keyword in call.keywords if function_name(call.func) == "assign" else ():
            if keyword.arg in OLD_COLUMNS and not _reads(keyword.value, keyword.arg):
                found.setdefault(keyword.arg, []).append(call)
    return found


def _reads(value: ast.expr, name: object) -> bool:
    """Return whether what becomes of a column is made of the old one."""
    return any(
        (isinstance(each, ast.Constant) and each.value == name)
        or (isinstance(each, ast.Attribute) and each.attr == name)
        for each in ast.walk(value)
    )


def has_trace_columns(node: ast.expr, context: Context, depth: int = _DEPTH) -> bool:
    """Return whether an expression may be a table that has the columns of one of traces, or a row of such a table.

    It was joined of one and another table, it is one of several tables, or a function of another file made it of one.
    """
    if depth == 0:
        return False
    sources = origins(node, context)
    if any(isinstance(source, ast.Call) and gives_old_names(source, context) for source in sources):
        return False  # the code calls them as MLflow 2 did, where it must
    if any(source is not node and is_trace_table(source, context) for source in sources):
        return True
    return any(_is_joined(source, context, depth) for source in sources) or (
        isinstance(node, ast.Name)
        and any(_takes_rows(loop, context, depth) for loop in context.names.loops(node) if isinstance(loop, ast.Call))
    )


def _is_joined(node: ast.expr, context: Context, depth: int) -> bool:
    if isinstance(node, ast.Subscript):  # with a condition, a list of columns, or the place of a row
        if isinstance(node.value, ast.Attribute) and node.value.attr in _PLACES:
            return has_trace_columns(node.value.value, context, depth - 1)
        return not isinstance(node.slice, ast.Constant) and has_trace_columns(node.value, context, depth - 1)
    if not isinstance(node, ast.Call):
        return False
    join = _join(node, context)
    if join is not None:
        return any(
            is_trace_table(table, context) or has_trace_columns(table, context, depth - 1) for table in join.tables
        )
    function = node.func
    keeps = isinstance(function, ast.Attribute) and (function.attr in SAME_COLUMNS or function.attr in _OF_OTHERS)
    if keeps and isinstance(function, ast.Attribute):
        return has_trace_columns(function.value, context, depth - 1)
    made_of = _made_of(node, context)
    return made_of is not None and (is_trace_table(made_of, context) or has_trace_columns(made_of, context, depth - 1))


def _made_of(node: ast.Call, context: Context) -> ast.expr | None:
    """Return the table that a function gets first of which nobody sees here what it gives: one of another file, or one behind ``pipe``."""
    function, table = node.func, node.args[0] if node.args else None
    if isinstance(node.func, ast.Attribute) and node.func.attr == "pipe" and table is not None:
        function, table = table, node.func.value
    made = context.resolve(function)
    if function_name(node.func) in _COPYING:
        return table
    if isinstance(made, OwnFunction):
        return table if isinstance(made.returns, Unknown) else None  # else it makes another table
    return table if isinstance(made, LocalFunction) and function is not node.func else None


def _takes_rows(loop: ast.Call, context: Context, depth: int) -> bool:
    function = loop.func
    if not isinstance(function, ast.Attribute) or function.attr not in ("iterrows", "itertuples"):
        return False
    return has_trace_columns(function.value, context, depth - 1)


def _join(node: ast.Call, context: Context) -> _Join | None:
    """Read a call that joins tables; None for another one."""
    name = function_name(node.func)
    if name not in _METHODS and name not in _FUNCTIONS:
        return None
    made = context.resolve(node.func)
    is_function = isinstance(made, Foreign) and made.what == "pandas" and name in _FUNCTIONS
    if not is_function and (name not in _METHODS or not isinstance(node.func, ast.Attribute)):
        return None
    parameters = _FUNCTIONS[name] if is_function else _METHODS[name]
    given = dict(zip(parameters, node.args, strict=False))
    given.update({keyword.arg: keyword.value for keyword in node.keywords if keyword.arg is not None})
    tables = [given.pop(each) for each in ("left", "right", "other", "objs") if each in given]
    if name == "concat":
        tables = [item for table in tables for item in items_in(table, context)]
    elif not is_function and isinstance(node.func, ast.Attribute):
        tables.insert(0, node.func.value)
    return _Join(tuple(tables), given, own_key=name == "join")


def join_keys(node: ast.Call, context: Context) -> Iterator[tuple[ast.expr, tuple[ast.expr, ...]]] | None:
    """Return what a call that joins two tables names as their keys, each with the tables in which it is looked for.

    Returns:
        None for a call that joins no tables.
    """
    join = _join(node, context)
    if join is None or len(join.tables) != 2:
        return None
    left, right = join.tables
    places = {
        "on": (left,) if join.own_key else (left, right),
        "left_on": (left,),
        "right_on": (right,),
        "by": (left, right),
    }
    return ((value, places[name]) for name, value in join.given.items() if name in places)
