"""Values that code keeps in files and reads again: the items of a dict in JSON or YAML, and texts by the name of their file."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemod.analysis.returns import returned_by
from codemod.analysis.texts import Hole, text_of
from codemod.names import LocalFunction
from codemod.names.nodes import function_name
from codemod.settings import IN_FILES

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_DUMPING = ("log_dict", "dump", "dumps", "safe_dump")
_LOADING = ("load_dict", "load", "loads", "safe_load", "full_load")
_STEPS = 4


def written_in_files(call: ast.Call, context: Context) -> Iterator[tuple[str, ast.expr]]:
    """Return what a call writes into a file, by its key: of ``log_dict({"uri": uri}, "where.json")``, ``uri``."""
    name, function = function_name(call.func), call.func
    if name in _DUMPING and call.args:
        yield from ((f"{IN_FILES}{key}", item) for key, item in _items(call.args[0], context))
        return
    value: ast.expr | None = None
    place: ast.expr | None = None
    if name == "log_text" and len(call.args) > 1:
        value, place = call.args[0], call.args[1]
    elif name in ("write_text", "write") and call.args and isinstance(function, ast.Attribute):
        value, place = call.args[0], function.value if name == "write_text" else _opened(function.value, context)
    elif name == "print" and len(call.args) == 1 and call.keywords:
        file_given = next((keyword.value for keyword in call.keywords if keyword.arg == "file"), None)
        value, place = call.args[0], _opened(file_given, context) if file_given is not None else None
    file = _file(place, context) if place is not None else ""
    if value is not None and file:
        yield f"{IN_FILES}{file}", _of_line(value, context)


def _of_line(value: ast.expr, context: Context) -> ast.expr:
    """Return the value that a line of its own holds, without the end of the line."""
    parts = text_of(value, context.names).parts
    is_line = len(parts) == 2 and isinstance(parts[0], Hole) and isinstance(parts[1], str) and not parts[1].strip()
    return parts[0].node if is_line and isinstance(parts[0], Hole) and not parts[0].form else value


def key_in_files(node: ast.Subscript | ast.Call, context: Context) -> str | None:
    """Return the key of what is read from a file: of ``json.load(file)["uri"]``, ``uri``; None for anything else."""
    if isinstance(node, ast.Call):
        return _file_read(node, context)
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    return f"{IN_FILES}{key}" if isinstance(key, str) and is_loaded(node.value, context) else None


def is_loaded(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is what a file of JSON or YAML holds, or a part of it."""
    for _ in range(_STEPS):
        if isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Name):
            source = context.names.definition(node)
            if source is None:
                return False
            node = source
        elif isinstance(node, ast.Call):
            if function_name(node.func) in _LOADING:
                return True
            function = context.resolve(node.func)
            given = returned_by(function.node) if isinstance(function, LocalFunction) else []
            if len(given) != 1:
                return False
            node = given[0]
        else:
            return False
    return False


def file_loaded(call: ast.Call, context: Context) -> str:
    """Return the last part of the path of the file whose JSON or YAML a call reads: ``MLmodel``; "" for anything else."""
    if function_name(call.func) not in _LOADING or not call.args:
        return ""
    place: ast.expr | None = call.args[0]
    if function_name(call.func) != "load_dict" and place is not None:
        place = _text_read(place, context)
    return (
        posixpath.basename(text_of(place, context.names).filled("\0").replace("\\", "/")) if place is not None else ""
    )


def _text_read(node: ast.expr, context: Context) -> ast.expr | None:
    """Return the path of the file that an expression is, or whose text it is."""
    made = context.names.definition(node) if isinstance(node, ast.Name) else node
    if isinstance(made, ast.Call):
        name, function = function_name(made.func), made.func
        if name == "load_text":
            return made.args[0] if made.args else None
        if isinstance(function, ast.Attribute) and name in ("read_text", "read_bytes"):
            return function.value
        if isinstance(function, ast.Attribute) and name == "read":
            return _opened(function.value, context)
    return _opened(node, context)


def _items(node: ast.expr, context: Context) -> Iterator[tuple[str, ast.expr]]:
    """Return the items of a dict, and of those in it."""
    made = context.names.definition(node) if isinstance(node, ast.Name) else node
    if isinstance(made, ast.Dict):
        for key, value in zip(made.keys, made.values, strict=True):
            if isinstance(value, ast.Dict):
                yield from _items(value, context)
            elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
    elif isinstance(made, ast.Call) and function_name(made.func) == "dict":
        yield from ((keyword.arg, keyword.value) for keyword in made.keywords if keyword.arg is not None)
    if isinstance(node, ast.Name):
        yield from _set_later(node, context)


def _set_later(node: ast.Name, context: Context) -> Iterator[tuple[str, ast.expr]]:
    """Return the items that a dict gets one by one: ``where["uri"] = info.model_uri``."""
    for use in context.names.uses(node):
        parent = context.names.scopes.parent(use)
        statement = context.names.scopes.parent(parent) if isinstance(parent, ast.Subscript) else None
        if isinstance(parent, ast.Subscript) and isinstance(statement, ast.Assign) and parent in statement.targets:
            if isinstance(parent.slice, ast.Constant) and isinstance(parent.slice.value, str):
                yield parent.slice.value, statement.value


def _file_read(node: ast.Call, context: Context) -> str | None:
    """Return the key of ``load_text(uri)``, ``Path("uri.txt").read_text()`` and ``file.read()``, by the name of the file."""
    name, function = function_name(node.func), node.func
    place: ast.expr | None = None
    if name == "load_text" and node.args:
        place = node.args[0]
    elif name in ("read_text", "read", "readline") and isinstance(function, ast.Attribute):
        place = function.value if name == "read_text" else _opened(function.value, context)
    file = _file(place, context) if place is not None else ""
    return f"{IN_FILES}{file}" if file else None


def _opened(node: ast.expr, context: Context) -> ast.expr | None:
    """Return the path of a file that is open: of ``open("uri.txt")``, and of the name that a ``with`` gives to it."""
    if isinstance(node, ast.Name):
        around = (item for item in context.names.scopes.ancestors(node) if isinstance(item, (ast.With, ast.AsyncWith)))
        opening = (
            item.context_expr
            for block in around
            for item in block.items
            if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == node.id
        )
        made = next(opening, None) or context.names.definition(node)
    else:
        made = node
    if not isinstance(made, ast.Call) or function_name(made.func) != "open":
        return None
    if isinstance(made.func, ast.Attribute) and not made.args:
        return made.func.value  # `Path("uri.txt").open()`
    return made.args[0] if made.args else None


def _file(node: ast.expr, context: Context) -> str:
    """Return the name of a file at the end of a path; "" where it is known only at run time."""
    name = posixpath.basename(text_of(node, context.names).filled("\0").replace("\\", "/"))
    return name if "." in name and "\0" not in name else ""
