"""From which file does code read its settings? What the file calls ``path`` or ``name`` at its top is then known to be meant."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemod.analysis.origins import origins
from codemod.analysis.texts import text_of
from codemod.names import LocalFunction, OwnModule
from codemod.names.nodes import asked_attribute, function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

#: What stands behind a name in a summary of a module where the file is told whose content it is.
FILE_OF = "[@file]"
_FILE = re.compile(r"[\w.-]+\.(?:ya?ml|json|toml|ini|cfg)")
_LOOK_UPS = ("get", "pop", "getattr")
_DEPTH = 5


def files_of_settings(read: ast.expr, context: Context) -> frozenset[str]:
    """Return the names of the files at whose top a key may stand that is read: of ``yaml.safe_load(open("config.yaml"))["path"]``, its one."""
    owner = _owner(read)
    sources = origins(owner, context) if owner is not None else []
    return frozenset(name for source in sources for name in _named(source, context, _DEPTH))


def files_behind(node: ast.expr, context: Context) -> frozenset[str]:
    """Return the names of the files whose content a value may be: of ``json.load(open("options.json"))``, that one."""
    return frozenset(name for source in origins(node, context) for name in _named(source, context, _DEPTH))


def _owner(read: ast.expr) -> ast.expr | None:
    """Return what a key is asked of, directly."""
    if isinstance(read, ast.Call):
        attribute = asked_attribute(read)
        if attribute is not None:
            return attribute.value
        is_look_up = isinstance(read.func, ast.Attribute) and read.func.attr in _LOOK_UPS
        return read.func.value if is_look_up and isinstance(read.func, ast.Attribute) else None
    return read.value if isinstance(read, (ast.Subscript, ast.Attribute)) else None


def _named(node: ast.expr, context: Context, depth: int) -> Iterator[str]:
    name = posixpath.basename(text_of(node, context.names).filled("*").replace("\\", "/"))
    if _FILE.fullmatch(name):
        yield name
    elif depth and isinstance(node, ast.Name):
        source = context.names.source_of(node)
        found = _named(source, context, depth - 1) if source is not None else _of_hydra(node, context)
        yield from (*found, *_of_other_module(node, context))
    elif depth and isinstance(node, ast.Attribute):
        yield from _of_other_module(node, context)
    elif depth and isinstance(node, ast.Call):
        function = context.resolve(node.func)
        if isinstance(function, LocalFunction):
            strings = (each for each in ast.walk(function.node) if isinstance(each, ast.Constant))
            yield from (name for each in strings for name in _named(each, context, 0))
        below = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        for each in (*below, *node.args[:1]):
            yield from _named(each, context, depth - 1)


def _of_other_module(node: ast.Name | ast.Attribute, context: Context) -> Iterator[str]:
    """Return the file that another module of the project reads into a name: ``from config import SETTINGS``."""
    elsewhere = context.names.elsewhere
    if not elsewhere.modules.by_name:
        return
    if isinstance(node, ast.Name):
        modules = context.names.imports(node)
        form = elsewhere.text(f"{modules[0]}{FILE_OF}") if len(modules) == 1 else None
    else:
        owner = context.resolve(node.value)
        form = elsewhere.modules.text_in(owner.path, f"{node.attr}{FILE_OF}") if isinstance(owner, OwnModule) else None
    yield from (part for part in (form.parts if form is not None else ()) if isinstance(part, str))


def file_read_into(source: ast.expr, context: Context) -> str:
    """Return the name of the file whose content a call gives; "" where none, or more than one, is seen."""
    found = {*_named(source, context, _DEPTH)} if isinstance(source, ast.Call) else set[str]()
    return found.pop() if len(found) == 1 else ""


def _of_hydra(node: ast.Name, context: Context) -> Iterator[str]:
    """Return the file that Hydra reads for a function: ``@hydra.main(config_path="conf", config_name="config")``."""
    parameter = context.names.parameter(node)
    arguments = context.names.scopes.parent(parameter) if parameter is not None else None
    function = context.names.scopes.parent(arguments) if arguments is not None else None
    for each in getattr(function, "decorator_list", ()):
        if isinstance(each, ast.Call) and function_name(each.func) == "main":
            given = [keyword.value for keyword in each.keywords if keyword.arg == "config_name"] + each.args[1:2]
            known = text_of(given[0], context.names).known if given else None
            if known:
                yield f"{known.removesuffix('.yaml')}.yaml"
