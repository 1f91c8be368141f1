"""Which other names code gives to the column of a table of runs that tells where their artifacts are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemod.analysis.once import once
from codemod.names.nodes import function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

#: What MLflow calls it.
COLUMN = "artifact_uri"


def renaming(node: ast.Call, context: Context) -> dict[str, str] | None:
    """Return the new names of columns by their old ones, where ``table.rename(columns={...})`` shows all of them; else None."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "rename":
        return None
    given = next((keyword.value for keyword in node.keywords if keyword.arg == "columns"), None)
    if given is None and any(keyword.arg == "axis" for keyword in node.keywords):
        given = node.args[0] if node.args else None
    made = context.names.definition(given) if isinstance(given, ast.Name) else given
    if not isinstance(made, ast.Dict):
        return None
    found: dict[str, str] = {}
    for old, new in zip(made.keys, made.values, strict=True):
        if not isinstance(old, ast.Constant) or not isinstance(new, ast.Constant):
            return None
        found[str(old.value)] = str(new.value)
    return found


@once
def other_names_of_roots(context: Context) -> frozenset[str]:
    """Return the names that code gives to that column, or to a copy of it; whose table it is must be asked besides."""
    return frozenset(_other_names(context))


def _other_names(context: Context) -> Iterator[str]:
    for call in context.names.scopes.of(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "rename":
            new = (renaming(call, context) or {}).get(COLUMN)
            yield from (new,) if new is not None else ()
        elif function_name(call.func) in ("merge", "join"):
            yield from (f"{COLUMN}{suffix}" for suffix in _suffixes(call))
        elif isinstance(call.func, ast.Attribute) and call.func.attr == "assign":
            yield from (each.arg for each in call.keywords if each.arg is not None and _is_column(each.value))
    for statement in context.names.scopes.of(ast.Assign):
        for target in statement.targets:
            key = target.slice if isinstance(target, ast.Subscript) and _is_column(statement.value) else None
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value


def _suffixes(call: ast.Call) -> Iterator[str]:
    """Return what pandas puts behind the names of columns that both tables have which a call joins."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    listed = given.get("suffixes")
    values = listed.elts if isinstance(listed, (ast.Tuple, ast.List)) else []
    values = [*values, *(given[name] for name in ("lsuffix", "rsuffix") if name in given)]
    if function_name(call.func) == "merge" and listed is None:
        yield from ("_x", "_y")
    yield from (each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str))


def keeps_name(call: ast.Call, column: str) -> bool:
    """Return whether a column has its name where a call joins its table with another one, which may have one of that name, too.

    A suffix goes to the columns of both tables, but not to those by which these are joined.
    """
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if function_name(call.func) == "join":
        return "lsuffix" not in given and "rsuffix" not in given
    by_name = given.get("on")
    keys = by_name.elts if isinstance(by_name, (ast.Tuple, ast.List)) else [by_name]
    return any(isinstance(each, ast.Constant) and each.value == column for each in keys)


def _is_column(node: ast.expr) -> bool:
    """Return whether an expression is, by its name, that column."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and node.slice.value == COLUMN
    return isinstance(node, ast.Attribute) and node.attr == COLUMN
