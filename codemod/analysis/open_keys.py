"""Which keys may a dict bring of which nobody can tell all: what functions return, classes keep and code puts into it later."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemod.analysis.context import Context
from codemod.analysis.left_out_keys import ANY, dict_behind, lacking, put_in, written_in
from codemod.analysis.origins import origins
from codemod.names import OwnFunction, OwnModule
from codemod.names.forms import Form

# Options of options of options.
_DEPTH = 3
# So many keys of a dict of another file are told; options have a few.
_MANY = 100
#: What stands behind a name in a summary of a module where the keys of the dict are told that it holds.
KEYS_OF = "[@keys]"
_Found = dict[tuple[str, ast.expr], bool]
"""The keys that were found, each with its place, and whether that stands in this file."""


def keys_that_may_come(node: ast.expr, context: Context) -> Iterator[tuple[str, ast.expr]]:
    """Return the keys that the code shows for what is handed on by ``**``, each with the place that says so.

    They are enough to report: another branch, or another caller, may bring none of them.
    """
    found: _Found = {}
    _collect(node, context, found, _DEPTH)
    lacks = lacking(node, context.names)
    for (name, place), is_here in found.items():
        if name != ANY and not lacks.has_not(name):
            # What stands in another file is told where it is taken.
            yield name, place if is_here else node


def _collect(node: ast.expr, context: Context, found: _Found, depth: int) -> None:
    for each in origins(node, context):
        for name, place in (*written_in(each), *(put_in(each, context.names) if isinstance(each, ast.Name) else ())):
            found.setdefault((name, place), True)
        for name in _keys_elsewhere(each, context):
            found.setdefault((name, each), False)
        for part in _parts(each) if depth else ():
            _collect(part, context, found, depth - 1)
        behind = dict_behind(each) if depth else None
        if behind is not None:
            taken: _Found = {}
            _collect(behind, context, taken, depth - 1)
            lacks = lacking(each, context.names)
            for (name, place), is_here in taken.items():
                if not lacks.has_not(name):
                    found.setdefault((name, place), is_here)


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """Return the dicts that are put together to one: ``{**first, **second}``, ``first | second``, ``dict(first)``."""
    if isinstance(node, ast.Dict):
        yield from (value for key, value in zip(node.keys, node.values, strict=True) if key is None)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from (node.left, node.right)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        yield from (*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg is None))


def keys_of_dicts(values: Sequence[ast.expr], context: Context) -> tuple[str, ...]:
    """Return the keys that a dict may have which is one of some values, for other files; none where these show none.

    Args:
        values: What a function returns, or a variable holds.
        context: Their namespace.
    """
    if not any(_may_be_dict(value, context) for value in values):
        return ()
    return tuple(sorted({name for value in values for name, _ in keys_that_may_come(value, context)}))[:_MANY]


def _may_be_dict(value: ast.expr, context: Context) -> bool:
    """Return whether an expression shows that it is a dict, directly, by the value of a variable or as what another file gives."""
    every = context.names.sources(value) if isinstance(value, ast.Name) else [value]
    for each in every:
        if isinstance(each, (ast.Dict, ast.DictComp)) or (
            isinstance(each, ast.BinOp) and isinstance(each.op, ast.BitOr)
        ):
            return True
        if isinstance(each, ast.Call):
            is_dict = isinstance(each.func, ast.Name) and each.func.id == "dict"
            function = context.resolve(each.func)
            if is_dict or (isinstance(function, OwnFunction) and function.keys):
                return True
    return False


def _keys_elsewhere(node: ast.expr, context: Context) -> tuple[str, ...]:
    """Return the keys of a dict that another file holds, or that one of its functions returns."""
    elsewhere = context.names.elsewhere
    if not elsewhere.modules.by_name:
        return ()
    if isinstance(node, ast.Call):
        function = context.resolve(node.func)
        return function.keys if isinstance(function, OwnFunction) else ()
    form: Form | None = None
    if isinstance(node, ast.Name):
        modules = context.names.imports(node)
        form = elsewhere.text(f"{modules[0]}{KEYS_OF}") if len(modules) == 1 else None
    elif isinstance(node, ast.Attribute):
        owner = context.resolve(node.value)
        form = elsewhere.modules.text_in(owner.path, f"{node.attr}{KEYS_OF}") if isinstance(owner, OwnModule) else None
    return tuple(part for part in (form.parts if form is not None else ()) if isinstance(part, str))
