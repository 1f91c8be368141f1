"""Keys and names of attributes that code has by another name: of a constant, a member of an enumeration, or a parameter's default."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.analysis.origins import origins
from codemod.analysis.texts import text_of


def names_of_key(node: ast.expr, context: Context, *, callers: bool = True) -> frozenset[str]:
    """Return what a key may be that does not stand there itself; none for one that does, or that a loop over what stands here gives.

    Args:
        node: The key.
        context: Its namespace.
        callers: Whether a parameter may be what the calls of its function give.
    """
    if isinstance(node, (ast.Constant, ast.JoinedStr, ast.Slice, ast.Tuple)):
        return frozenset()
    sources = origins(node, context, callers=callers)
    defaults = (context.names.default(each) for each in sources if isinstance(each, ast.Name))
    every = (*sources, *(each for each in defaults if each is not None))
    if isinstance(node, ast.Name) and any(context.names.looping(node)):
        every = tuple(each for each in every if not context.names.scopes.holds(each))
    texts = (text_of(each, context.names).known for each in every)
    return frozenset(text for text in texts if text is not None)
