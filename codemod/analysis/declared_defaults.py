"""What a value is when nobody gives another one: the defaults of options, of the environment and of settings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemod.analysis.once import once
from codemod.names.nodes import function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_PARSING = ("parse_args", "parse_known_args")
_LOOK_UPS = ("get", "getenv", "pop", "getattr", "setdefault")
_DEFAULTS = ("default", "fallback")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def declared_defaults(node: ast.expr, context: Context) -> Iterator[ast.expr]:
    """Return the defaults that the code declares for a value.

    Of ``args.where``, the one of ``add_argument("--where", default="model")``; of a parameter, that of click's or typer's option; of
    ``os.environ.get("WHERE", "model")`` and ``config.get("where", "model")``, the last argument.
    """
    if isinstance(node, ast.Attribute):
        if _is_parsed(node.value, context):
            yield from _options(context).get(node.attr, ())
    elif isinstance(node, ast.Call):
        yield from _given_here(node)
    elif isinstance(node, ast.Name):
        yield from _of_parameter(node, context)


def _given_here(node: ast.Call) -> Iterator[ast.expr]:
    if function_name(node.func) in _LOOK_UPS:
        yield from (keyword.value for keyword in node.keywords if keyword.arg in _DEFAULTS)
        yield from node.args[1:][-1:]


def _is_parsed(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is what a parser of the command line gives."""
    made = context.names.source_of(node) if isinstance(node, (ast.Name, ast.Attribute)) else node
    if isinstance(made, ast.Subscript):
        made = made.value
    if isinstance(made, ast.Call):
        return function_name(made.func) in _PARSING
    is_given = isinstance(node, ast.Name) and context.names.parameter(node) is not None
    return is_given and isinstance(node, ast.Name) and node.id in ("args", "opts", "options", "opt", "arguments")


@once
def _options(context: Context) -> dict[str, list[ast.expr]]:
    """Return the defaults of the options that the code's parsers have, by the attribute that holds them."""
    found: dict[str, list[ast.expr]] = {}
    for call in context.names.scopes.of(ast.Call):
        if function_name(call.func) == "add_argument":
            for name, default in _declared(call):
                found.setdefault(name, []).append(default)
    return found


def _declared(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """Return the name and the default of an option: of ``add_argument("-w", "--where", default="model")``, ``where``."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    written = [item.value for item in call.args if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    dest = named.get("dest")
    if isinstance(dest, ast.Constant) and isinstance(dest.value, str):
        written = [dest.value]
    for text in written:
        if "default" in named:
            yield text.lstrip("-").partition("/")[0].replace("-", "_"), named["default"]


def _of_parameter(node: ast.Name, context: Context) -> Iterator[ast.expr]:
    parameter = context.names.parameter(node)
    if parameter is None:
        return
    default = context.names.default(node)
    if isinstance(default, ast.Call) and function_name(default.func) in ("Option", "Argument"):
        yield from default.args[:1]
    scopes = context.names.scopes
    arguments = scopes.parent(parameter)
    function = scopes.parent(arguments) if arguments is not None else None
    for decorator in function.decorator_list if isinstance(function, _FUNCTIONS) else ():
        if isinstance(decorator, ast.Call) and function_name(decorator.func) == "option":
            yield from (value for name, value in _declared(decorator) if name == parameter.arg)
