"""What leaves a URI the same place: conversions to a string, to a path of this machine and back."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.analysis.texts import PATHS
from codemod.names import Instance
from codemod.names.nodes import function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

# What gives a value back, or the same place on this machine.
_SAME = ("str", "fspath", "abspath", "realpath", "normpath", "expanduser", "unquote", "url2pathname",
         "local_file_uri_to_path")  # fmt: skip
_SAME_METHODS = ("resolve", "absolute", "as_posix", "as_uri", "expanduser", "rstrip", "strip", "lstrip", "geturl")
_PARSERS = ("urlparse", "urlsplit")


def peeled(node: ast.expr, context: Context) -> tuple[ast.expr, bool]:
    """Take off what leaves a URI the same place: ``str(x)``, ``Path(x)``, ``urlparse(x).path``, ``x.replace("file://", "")``.

    Returns:
        The value inside, and whether it was made a path of this machine.
    """
    local = False
    while True:
        inner, is_local = peel(node, context)
        if inner is None:
            return node, local
        node, local = inner, local or is_local


def peel(node: ast.expr, context: Context) -> tuple[ast.expr | None, bool]:
    """Take off one of these; None where there is none."""
    if isinstance(node, ast.Attribute) and node.attr == "path":
        parsed = assigned_or_same(node.value, context)
        if isinstance(parsed, ast.Call) and function_name(parsed.func) in _PARSERS and parsed.args:
            return parsed.args[0], True
        return None, False
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and node.slice.lower is not None:
        return (node.value, True) if node.slice.upper is None else (None, False)  # `uri[7:]`, `uri[len("file://"):]`
    if not isinstance(node, ast.Call):
        return None, False
    name, function = function_name(node.func), node.func
    if name in PATHS and len(node.args) == 1:
        return node.args[0], True
    if name in _SAME and len(node.args) == 1 and not isinstance(context.resolve(function), Instance):
        return node.args[0], name != "str"
    if not isinstance(function, ast.Attribute):
        return None, False
    if name in ("replace", "removeprefix") and node.args:
        cut = node.args[0]
        is_prefix = isinstance(cut, ast.Constant) and isinstance(cut.value, str) and cut.value.startswith("file:")
        return (function.value, True) if is_prefix else (None, False)
    if name in _SAME_METHODS and len(node.args) <= 1:
        return function.value, name not in ("rstrip", "strip", "lstrip")
    return None, False


def assigned_or_same(node: ast.expr, context: Context) -> ast.expr:
    """Return what a name was assigned, or the expression itself."""
    source = context.names.definition(node) if isinstance(node, ast.Name) else None
    return source if source is not None else node
