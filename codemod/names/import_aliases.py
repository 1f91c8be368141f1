"""Names that an import gives to functions: ``from pathlib import Path as P`` calls `Path` by another name.

Who asks for what is called by its last name alone, without resolving it, must see through that, or the finding depends on how a function was
imported. So the nodes are told once.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.names.nodes import ORIGINAL
from codemod.names.scopes import Scopes


def mark_aliases(scopes: Scopes) -> None:
    """Tell each use of a name that only an import binds, by another name, which one that is."""
    originals: dict[str, set[str]] = {}
    for statement in scopes.of(ast.ImportFrom):
        for alias in statement.names:
            if alias.asname is not None and alias.asname != alias.name:
                originals.setdefault(alias.asname, set()).add(alias.name)
    if not originals:
        return
    only = {name: found.pop() for name, found in originals.items() if len(found) == 1}
    for name in _bound_otherwise(scopes):
        only.pop(name, None)
    for node in scopes.of(ast.Name):
        if node.id in only:
            setattr(node, ORIGINAL, only[node.id])


def _bound_otherwise(scopes: Scopes) -> Iterator[str]:
    """Return all names that something else than an import by another name binds."""
    yield from (node.id for node in scopes.of(ast.Name) if not isinstance(node.ctx, ast.Load))
    yield from (node.arg for node in scopes.of(ast.arg))
    for kind in (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler):
        yield from (getattr(node, "name", None) or "" for node in scopes.of(kind))
    plain = (alias for statement in scopes.of(ast.Import) for alias in statement.names)
    yield from (alias.asname or alias.name.partition(".")[0] for alias in plain)
    taken = (alias for statement in scopes.of(ast.ImportFrom) for alias in statement.names)
    yield from (alias.name for alias in taken if alias.asname is None)
