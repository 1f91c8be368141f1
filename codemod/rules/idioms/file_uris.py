"""Tells from an expression whether it is the URI of a store of files."""

from __future__ import annotations

import ast
import re

from codemod.analysis.context import Context
from codemod.analysis.declared_defaults import declared_defaults
from codemod.analysis.origins import origins
from codemod.analysis.texts import PATHS, text_of
from codemod.analysis.uris import Origin, uri_of
from codemod.names import Foreign
from codemod.names.nodes import function_name

_PATH_MAKERS = (
    *PATHS,
    "abspath",
    "join",
    "realpath",
    "expanduser",
    "mkdtemp",
    "getcwd",
    "cwd",
)
_PATH_METHODS = ("as_uri", "absolute", "resolve", "as_posix", "joinpath", "expanduser")
# A setting with such a value is a store of files whatever reads it.
_PLAIN = re.compile(r"file:|(?:\.{0,2}/|~/)?(?:[\w.-]+/)*(?:mlruns|ml-runs)/?\Z")
# The folder in which MLflow 2 keeps runs; no server has a path that ends so.
_FOLDER = re.compile(r"[/\\](?:mlruns|ml-runs)/?\Z")


def is_files(node: ast.expr, context: Context) -> bool:
    """Return whether the value is seen to be a path or a ``file:`` URI, or may be one of these."""
    for source in origins(node, context):
        default = context.names.default(source) if isinstance(source, ast.Name) else None
        defaults = [*([default] if default is not None else []), *declared_defaults(source, context)]
        if any(_is_store(each, context) for each in (source, *defaults)):
            return True
    return False


def _is_store(node: ast.expr, context: Context) -> bool:
    uri = uri_of(node, context)
    start = uri.text.start
    if uri.text.known in ("", "uc") or start.startswith(("databricks", "<")):  # `<uri>` stands for one
        return False
    if uri.root is not None:
        return uri.root.origin is Origin.FOLDER
    if start:
        return uri.scheme == "file" or (uri.scheme == "" and (uri.text.known is not None or start[0] in "./~"))
    if _is_made_of_path(node):
        return True
    last = uri.text.parts[-1] if uri.text.parts else None
    if (isinstance(last, str) and _FOLDER.search(last) is not None) or _is_joined(node):
        return True  # whatever folder it lies in
    return isinstance(node, ast.Call) and _is_called(node, context)


def _is_made_of_path(node: ast.expr) -> bool:
    """Return whether only a path of this machine has such a value: ``str(base / name)``, ``folder.as_uri()``."""
    while isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in _PATH_METHODS and function.attr != "joinpath":
            if function.attr == "as_uri":
                return True
            node = function.value
        elif function_name(function) in ("str", "fspath") and len(node.args) == 1:
            node = node.args[0]
        else:
            return False
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)


def _is_joined(node: ast.expr) -> bool:
    """Return whether a path is made that ends in the folder of MLflow's runs: ``folder.joinpath("mlruns")``, ``folder / "mlruns"``."""
    if isinstance(node, ast.Call) and function_name(node.func) == "joinpath" and node.args:
        last = node.args[-1]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        last = node.right
    else:
        return False
    return isinstance(last, ast.Constant) and last.value in ("mlruns", "ml-runs")


def _is_called(node: ast.Call, context: Context) -> bool:
    function = node.func
    name = function_name(function)
    default = default_of_variable(node)
    if default is not None:
        return is_files(default, context)
    fallback = _fallback(node, name)
    if fallback is not None and is_plain_store(fallback, context):
        return True
    made = context.resolve(function)
    return name in _PATH_MAKERS and isinstance(made, Foreign) and made.what in ("pathlib", "os", "tempfile")


def _fallback(node: ast.Call, name: str) -> ast.expr | None:
    """Return what ``settings.get("uri", "mlruns")`` and the like take where nothing is set."""
    place = {"get": 1, "pop": 1, "getattr": 2}.get(name)
    if place is None:
        return None
    if len(node.args) > place:
        return node.args[place]
    return next((keyword.value for keyword in node.keywords if keyword.arg in ("default", "fallback")), None)


def default_of_variable(node: ast.expr) -> ast.expr | None:
    """Return what ``os.getenv("NAME", "default")`` and ``os.environ.get`` take where the environment has no such variable."""
    if not isinstance(node, ast.Call) or len(node.args) != 2:
        return None
    return node.args[1] if ast.unparse(node.func).endswith(("environ.get", "getenv")) else None


def is_plain_store(node: ast.expr, context: Context) -> bool:
    """Return whether a value is without doubt a store of files: ``"file:./runs"``, ``"./mlruns"``, or such a default."""
    if isinstance(node, ast.Call):
        return _is_plain_call(node, context)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return is_plain_store(node.right, context)  # only paths are divided by strings
    if not isinstance(node, (ast.Constant, ast.JoinedStr)):
        return False
    return _PLAIN.match(text_of(node, context.names).filled("x")) is not None


def _is_plain_call(node: ast.Call, context: Context) -> bool:
    function = node.func
    default = default_of_variable(node)
    if default is not None:
        return is_plain_store(default, context)
    if isinstance(function, ast.Name):
        return function.id in ("str", "Path") and len(node.args) == 1 and is_plain_store(node.args[0], context)
    if isinstance(function, ast.Attribute) and function.attr in _PATH_METHODS and not node.args:
        return is_plain_store(function.value, context)
    return False
