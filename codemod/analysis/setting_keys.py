"""By which keys does code read a value that somebody sets outside of it: in a file of settings, in the environment, on the command line?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemod.analysis.origins import origins
from codemod.analysis.setting_files import files_of_settings
from codemod.analysis.texts import text_of
from codemod.names import Instance, Mlflow
from codemod.names.nodes import asked_attribute, function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

#: A key, behind the one of the section that holds it where the code tells that.
Keys = tuple[str, ...]

#: What stands in front of the name of a file, in the place of a section: the key stands at the top of that file.
OF_FILE = "@"
#: What stands there where all that the file holds, or a section of it, becomes arguments of a function: then come the section, what is
#: to be said of the argument, and the argument.
OF_ARGUMENTS = "**"

# How code calls the whole of its settings.
_WHOLE = frozenset(
    "self cls cfg config conf configs configuration settings args arguments params parameters hparams opts options opt data yaml json "
    "environ os flags namespace".split()
)
# What anything may be called: alone it tells nothing.
_ANYTHING = frozenset(
    "name path model dir folder file id key value type title label output target url uri version kind tag tags description image".split()
)
_LOOK_UPS = ("get", "pop", "getenv", "setdefault", "get_value", "require")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEPTH = 8


def keys_of_settings(value: ast.expr, context: Context) -> Iterator[Keys]:
    """Return the keys under which a string, or a part of it, may be set outside of the code.

    A key that anything may have, such as ``path``, tells something only with the file that it is read from.
    """
    for hole in text_of(value, context.names).holes:
        for source in origins(hole.node, context):
            for read in _read(source, context, _DEPTH):
                named = [key for key in read if key.lower() not in _WHOLE][-2:]
                if not named or not named[-1].isidentifier():
                    continue
                if len(named) > 1 or named[-1].lower() not in _ANYTHING:
                    yield tuple(named)
                else:
                    yield from ((f"{OF_FILE}{file}", named[0]) for file in files_of_settings(source, context))


def _read(node: ast.expr, context: Context, depth: int) -> list[list[str]]:
    """Return the keys that lead to a value from what the code does not show, in all ways that it may mean."""
    if depth == 0:
        return [[]]
    if isinstance(node, ast.Subscript):
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        return _behind(node.value, [key], context, depth) if isinstance(key, str) else []
    if isinstance(node, ast.Call):
        return _asked(node, context, depth)
    if isinstance(node, ast.Attribute):
        known = isinstance(context.resolve(node.value), (Mlflow, Instance))
        return [] if known else _behind(node.value, [node.attr], context, depth)
    return [[node.id]] if isinstance(node, ast.Name) and _is_option(node, context) else []


def _behind(owner: ast.expr, keys: list[str], context: Context, depth: int) -> list[list[str]]:
    source = context.names.definition(owner) if isinstance(owner, ast.Name) else owner
    before = _read(source, context, depth - 1) if isinstance(source, (ast.Subscript, ast.Call, ast.Attribute)) else []
    return [[*each, *keys] for each in before or [[]]]


def _asked(node: ast.Call, context: Context, depth: int) -> list[list[str]]:
    """Read ``settings.get("name")``, ``parser.get("section", "name")``, ``os.getenv("NAME")`` and ``getattr(settings, "name")``."""
    attribute = asked_attribute(node)
    if attribute is not None:
        return _behind(attribute.value, [attribute.attr], context, depth)
    if function_name(node.func) not in _LOOK_UPS:
        return []
    texts = [each.value for each in node.args[:2] if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if not texts:
        return []
    owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    ways = _behind(owner, texts[:1], context, depth)
    return [*ways, *(_behind(owner, texts, context, depth) if len(texts) > 1 else [])]


def _is_option(node: ast.Name, context: Context) -> bool:
    """Return whether a name is a parameter that the command line gives, by click, typer or the like."""
    parameter = context.names.parameter(node)
    arguments = context.names.scopes.parent(parameter) if parameter is not None else None
    function = context.names.scopes.parent(arguments) if arguments is not None else None
    return isinstance(function, _FUNCTIONS) and any(
        isinstance(each, ast.Call) and function_name(each.func) in ("option", "argument", "command")
        for each in function.decorator_list
    )
