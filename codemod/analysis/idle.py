"""Functions that no code of their file calls: what they do is not done when the file runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.analysis.once import once

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def runs_with_file(node: ast.AST, context: Context) -> bool:
    """Return whether a place is reached when the file runs: it stands at the top level, or in a function that is called from there."""
    seen = set[ast.AST]()
    waiting = [node]
    while waiting:
        function = _around(waiting.pop(), context)
        if function is None:
            return True
        if function not in seen:
            seen.add(function)
            waiting += context.facts.callers.get(function, ())
    return False


def is_idle(node: ast.AST, context: Context) -> bool:
    """Return whether a place stands in a plain function of the top level that nothing in the file so much as names."""
    functions = [each for each in context.names.scopes.ancestors(node) if isinstance(each, _FUNCTIONS)]
    function = functions[-1] if functions else None
    if function is None or function.decorator_list or not isinstance(context.names.scopes.parent(function), ast.Module):
        return False
    own = set(ast.walk(function))
    return all(each in own for each in _named(context).get(function.name, ()))


def _around(node: ast.AST, context: Context) -> ast.AST | None:
    kinds = (*_FUNCTIONS, ast.Lambda)
    return next((each for each in context.names.scopes.ancestors(node) if isinstance(each, kinds)), None)


@once
def _named(context: Context) -> dict[str, list[ast.AST]]:
    """Return where the code speaks of names, as names or in strings."""
    found: dict[str, list[ast.AST]] = {}
    for name in context.names.scopes.of(ast.Name):
        found.setdefault(name.id, []).append(name)
    for text in context.names.scopes.of(ast.Constant):
        if isinstance(text.value, str) and text.value.isidentifier():
            found.setdefault(text.value, []).append(text)
    return found
