"""Keys and names of attributes that code has by another name: of a constant, a member of an enumeration, or a parameter's default."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.analysis.origins import origins
from codemod.analysis.texts import text_of

_DISPLAYS = (ast.Dict, ast.List, ast.Tuple, ast.Set)


def names_of_key(node: ast.expr, context: Context, *, callers: bool = True) -> frozenset[str]:
    """Return what a key may be that does not stand there itself; none for one that does, or that a loop over what stands here gives.

    Args:
        node: The key.
        context: Its namespace.
        callers: Whether a parameter may be what the calls of its function give.
    """
    if isinstance(node, (ast.Constant, ast.JoinedStr, ast.Slice, ast.Tuple)):
        return frozenset()
    if isinstance(node, ast.Name) and _is_of_loops_over_what_stands_here(node, context):
        return frozenset()
    sources = origins(node, context, callers=callers)
    defaults = (context.names.default(each) for each in sources if isinstance(each, ast.Name))
    every = (*sources, *(each for each in defaults if each is not None))
    if isinstance(node, ast.Name) and any(context.names.looping(node)):
        every = tuple(each for each in every if not context.names.scopes.holds(each))
    texts = (text_of(each, context.names).known for each in every)
    return frozenset(text for text in texts if text is not None)


def _is_of_loops_over_what_stands_here(node: ast.Name, context: Context) -> bool:
    """Return whether a name is that of loops over collections that the code writes out: thousands of loops may run over the same one."""
    iterables = [iterable for _, iterable in context.names.looping(node)]
    return bool(iterables) and all(_stands_here(each, context) for each in iterables)


def _stands_here(iterable: ast.expr, context: Context) -> bool:
    """Return whether what a loop runs over is written out, with its items."""
    inside = [*ast.walk(iterable)]
    functions = [each.func for each in inside if isinstance(each, ast.Call)]
    named = [each for each in inside if isinstance(each, ast.Name) and each not in functions]
    sources = [source for each in named for source in context.names.sources(each) or (each,)] or [iterable]
    return all(isinstance(source, _DISPLAYS) and not any(map(_is_other, ast.walk(source))) for source in sources)


def _is_other(node: ast.AST) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Starred))
