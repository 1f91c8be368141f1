"""What stands in the columns of the tables that code makes itself: ``pd.DataFrame(rows)["uri"]`` gives what the rows hold under that key.

Only the name of the column and the table tell it, which is enough to report something and never to edit it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from codemod.analysis import containers
from codemod.analysis.indirect import calls_giving
from codemod.analysis.joined_columns import items_of_joined
from codemod.analysis.once import once
from codemod.names.nodes import function_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from codemod.analysis.context import Context

    Origins = Callable[[ast.expr, Context], list[ast.expr]]

_MAKERS = ("DataFrame", "from_records", "from_dict", "json_normalize")
# What gives rows, columns or values of a table, or the table with others.
_PARTS = frozenset(
    "iloc loc at iat head tail sort_values query reset_index dropna copy squeeze iterrows itertuples to_dict filter nlargest nsmallest item "
    "values tolist to_list T fillna merge join assign drop_duplicates sort_index sample unique to_numpy set_index groupby first last astype "
    "drop rename append _append explode".split()
)
_JOINING = ("concat", "merge")
_GIVING = ("apply", "assign", "map", "pipe", "transform")
_DEPTH, _MANY = 6, 40


def values_of_column(node: ast.expr, context: Context, origins: Origins) -> Iterator[ast.expr]:
    """Return what an expression may be that takes values of a column of such a table.

    Args:
        node: The expression, such as ``df["uri"].iloc[0]``, ``row.uri`` or ``df.loc[0, "uri"]``.
        context: Its namespace.
        origins: Says where a value may come from.
    """
    yield from islice(_values_read(node, context, origins), _MANY)


def tables_given(node: ast.Name, context: Context) -> Iterator[ast.expr]:
    """Return the tables, rows and columns of which pandas gives something to a name: ``df["uri"].map(load)``, ``df.apply(load, axis=1)``."""
    for call in calls_giving(node, context.names) if _columns_read(context) else ():
        if isinstance(call.func, ast.Attribute) and call.func.attr in _GIVING:
            yield call.func.value


def _values_read(node: ast.expr, context: Context, origins: Origins) -> Iterator[ast.expr]:
    columns = _columns_read(context)
    step: ast.expr | None = node if columns else None
    for _ in range(_DEPTH):
        if step is None:
            return
        key = _column(step)
        owner = step.value if isinstance(step, (ast.Subscript, ast.Attribute)) else None
        if key and owner is not None and key in columns:
            yield from _held(key, owner, context, origins)
        step = _inner(step)


def _column(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return "" if node.attr in _PARTS else node.attr
    key = node.slice if isinstance(node, ast.Subscript) else None
    key = key.elts[-1] if isinstance(key, ast.Tuple) and key.elts else key
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""


def _inner(node: ast.expr) -> ast.expr | None:
    """Return the table, row or column of which an expression takes a part."""
    if isinstance(node, ast.Subscript):
        return node.value
    if isinstance(node, ast.Call):
        return node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr in _PARTS else None
    return node.value if isinstance(node, ast.Attribute) and node.attr in _PARTS else None


@once
def _columns_read(context: Context) -> frozenset[str]:
    """Return the names by which code that makes tables may take a column: of what it puts into dicts and tables."""
    scopes = context.names.scopes
    if not any(function_name(call.func) in (*_MAKERS, "search_runs") for call in scopes.of(ast.Call)):
        return frozenset()
    keys = [key for each in scopes.of(ast.Dict) for key in each.keys]
    keys += [each.slice for each in scopes.of(ast.Subscript) if isinstance(each.ctx, ast.Store)]
    keys += [each for listed in scopes.of(ast.List) for each in listed.elts]
    parts = [each for key in keys for each in (key.elts if isinstance(key, ast.Tuple) else [key])]
    texts = (each.value for each in parts if isinstance(each, ast.Constant))
    makers = (call for call in scopes.of(ast.Call) if function_name(call.func) in ("dict", "assign"))
    named = (keyword.arg for call in makers for keyword in call.keywords if keyword.arg is not None)
    return frozenset((*named, *(text for text in texts if isinstance(text, str))))


def _held(key: str, owner: ast.expr, context: Context, origins: Origins) -> Iterator[ast.expr]:
    """Return what the tables hold under a name of which an expression is one, or a part."""
    known: set[ast.expr] = set()
    waiting = [owner]
    while waiting and len(known) < _MANY:
        each = waiting.pop()
        if each in known:
            continue
        known.add(each)
        sources = origins(each, context)
        for source in sources:
            waiting += [inner for inner in _parts_of(source) if inner not in known]
            yield from _given_to_name(key, source, context, origins)
            if isinstance(source, ast.Call) and function_name(source.func) in _MAKERS:
                yield from _made(key, source, context, origins)
        if isinstance(each, ast.Name):
            waiting += [inner for loop in context.names.loops(each) if (inner := _inner(loop)) is not None]


def _parts_of(source: ast.expr) -> list[ast.expr]:
    inner = _inner(source)
    found = [inner] if inner is not None else []
    if isinstance(source, ast.Call) and function_name(source.func) in _JOINING:
        for given in source.args[:2]:
            found += given.elts if isinstance(given, (ast.List, ast.Tuple)) else [given]
    return found


def _given_to_name(key: str, source: ast.expr, context: Context, origins: Origins) -> Iterator[ast.expr]:
    """Return what code puts into a column of a variable: ``df["uri"] = uris``, ``df.loc[0, "uri"] = uri``, ``df.append(row)``."""
    if isinstance(source, ast.Name):
        for value in _columns_set(context).get((source.id, key), ()):
            yield from _values(value, context, origins)
        for row in _columns_set(context).get((source.id, ""), ()):
            yield from _of_row(key, row, source, context, origins)
    elif isinstance(source, ast.Call) and function_name(source.func) in ("append", "_append") and source.args:
        yield from _of_rows(key, source.args[0], context, origins)
    elif isinstance(source, ast.Call) and function_name(source.func) == "assign":
        for keyword in source.keywords:
            if keyword.arg == key:
                yield from _values(keyword.value, context, origins)


@once
def _columns_set(context: Context) -> dict[tuple[str, str], list[ast.expr]]:
    """Return what is assigned to columns of variables; under "" what is assigned to rows."""
    found: dict[tuple[str, str], list[ast.expr]] = {}
    for statement in context.names.scopes.of(ast.Assign):
        for target in statement.targets:
            if not isinstance(target, ast.Subscript):
                continue
            owner = target.value
            by_place = isinstance(owner, ast.Attribute) and owner.attr in ("loc", "at")
            table = owner.value if isinstance(owner, ast.Attribute) and by_place else owner
            if isinstance(table, ast.Name):
                column = _column(target) if not by_place or isinstance(target.slice, ast.Tuple) else ""
                if column or by_place:
                    found.setdefault((table.id, column), []).append(statement.value)
    return found


def _made(key: str, made: ast.Call, context: Context, origins: Origins) -> Iterator[ast.expr]:
    """Return what a call that makes a table puts into a column of it."""
    given = made.args[:1] or [each.value for each in made.keywords if each.arg == "data"]
    for data in given:
        for source in origins(data, context):
            if isinstance(source, ast.Dict):
                for value in _under(key, source):
                    yield from _values(value, context, origins)
        yield from _of_rows(key, data, context, origins)
        place = _place(key, made, context)
        for source in origins(data, context) if place is not None else ():
            for row in containers.items(source, context):
                if isinstance(row, (ast.Tuple, ast.List)) and place is not None and place < len(row.elts):
                    yield row.elts[place]


def _place(key: str, made: ast.Call, context: Context) -> int | None:
    """Return at which place of its rows a table has a column, by the list of their names."""
    named = next((each.value for each in made.keywords if each.arg == "columns"), None)
    listed = context.names.definition(named) if isinstance(named, ast.Name) else named
    names = [getattr(each, "value", None) for each in listed.elts] if isinstance(listed, (ast.List, ast.Tuple)) else []
    return names.index(key) if key in names else None


def _of_row(key: str, row: ast.expr, table: ast.Name, context: Context, origins: Origins) -> Iterator[ast.expr]:
    if isinstance(row, (ast.List, ast.Tuple)):
        makers = (each for each in origins(table, context) if isinstance(each, ast.Call))
        places = (_place(key, each, context) for each in makers)
        place = next((each for each in places if each is not None), None)
        if place is not None and place < len(row.elts):
            yield row.elts[place]
    else:
        yield from _of_rows(key, ast.List([row], ast.Load()), context, origins)


def _of_rows(key: str, rows: ast.expr, context: Context, origins: Origins) -> Iterator[ast.expr]:
    """Return what dicts in a list hold under a key, and a dict by itself."""
    for source in origins(rows, context):
        for item in (source, *containers.items(source, context)):
            for row in origins(item, context) if not isinstance(item, ast.Constant) else ():
                yield from _under(key, row)


def _under(key: str, row: ast.expr) -> Iterator[ast.expr]:
    if isinstance(row, ast.Dict):
        pairs = zip(row.keys, row.values, strict=True)
        yield from (value for each, value in pairs if isinstance(each, ast.Constant) and each.value == key)
    elif isinstance(row, ast.Call) and function_name(row.func) == "dict":
        yield from (keyword.value for keyword in row.keywords if keyword.arg == key)
        for given in row.args[:1]:  # `dict(version)["source"]`
            yield ast.copy_location(ast.Subscript(row, ast.Constant(key), ast.Load()), given)


def _values(value: ast.expr, context: Context, origins: Origins) -> Iterator[ast.expr]:
    """Return what a column holds that is given as a list, or as one value for all rows."""
    yield value
    yield from items_of_joined(value, context, origins)
    for source in origins(value, context):
        yield from containers.items(source, context)
