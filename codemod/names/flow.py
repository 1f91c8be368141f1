"""Which of several assignments can a use see? Blocks are enough to answer: no data-flow graph is built."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemod.names.scopes import Binding, Scopes

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_WITH = (ast.With, ast.AsyncWith)
_IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")

Block = tuple["ast.AST | None", str]


def _block(scopes: Scopes, statement: ast.AST) -> Block:
    """Return the block in which a statement certainly runs; the body of a ``with`` runs whenever the ``with`` does."""
    parent, field = scopes.parent(statement), scopes.field(statement)
    while parent is not None and (isinstance(parent, _WITH) or (isinstance(parent, ast.Try) and field == "finalbody")):
        field = scopes.field(parent)
        parent = scopes.parent(parent)
    if isinstance(parent, ast.Module):
        return (None, "")  # the cells of a notebook are one block
    return (parent, field)


def _blocks(scopes: Scopes, node: ast.AST) -> list[Block]:
    """Return all blocks around a node from the inside out."""
    found: list[Block] = []
    statement: ast.AST | None = scopes.statement(node)
    while statement is not None and not isinstance(statement, ast.Module):
        found.append(_block(scopes, statement))
        parent = scopes.parent(statement)
        statement = scopes.statement(parent) if parent is not None else None
    found.append((None, ""))
    return found


def dominates(scopes: Scopes, statement: ast.AST, use: ast.AST) -> bool:
    """Return whether the statement has run whenever the use runs, given that it stands before the use."""
    return _block(scopes, statement) in _blocks(scopes, use)


def excludes(scopes: Scopes, statement: ast.AST, use: ast.AST) -> bool:
    """Return whether statement and use stand in branches of which only one runs."""
    around: dict[ast.AST, str] = {}
    current: ast.AST | None = scopes.statement(statement)
    while current is not None and not isinstance(current, ast.Module):
        parent = scopes.parent(current)
        if parent is not None:
            around.setdefault(parent, _branch(scopes, current))
        current = scopes.statement(parent) if parent is not None else None
    current = scopes.statement(use)
    while current is not None and not isinstance(current, ast.Module):
        parent = scopes.parent(current)
        if parent is not None and parent in around:
            mine, theirs = _branch(scopes, current), around[parent]
            return mine != theirs and isinstance(parent, (ast.If, ast.Match)) and "test" not in (mine, theirs)
        current = scopes.statement(parent) if parent is not None else None
    return False


def _branch(scopes: Scopes, statement: ast.AST) -> str:
    """Name the branch of the parent that a statement belongs to; each case of a ``match`` is one of its own."""
    field = scopes.field(statement)
    return f"{field}:{scopes.order(statement)}" if isinstance(statement, ast.match_case) else field


def in_loop(scopes: Scopes, node: ast.AST) -> bool:
    """Return whether a node stands in a loop of its own function or around it."""
    return any(isinstance(ancestor, _LOOPS) for ancestor in scopes.ancestors(node))


def shared_loop(scopes: Scopes, binding: ast.AST, use: ast.AST, reaching: Iterable[Binding]) -> bool:
    """Return whether a binding after the use reaches it through the next round of a loop."""
    loops = {ancestor for ancestor in scopes.ancestors(use) if isinstance(ancestor, _LOOPS)}
    shared = [ancestor for ancestor in scopes.ancestors(binding) if ancestor in loops]
    if not shared:
        return False
    outermost = shared[-1]
    # A binding inside the loop that always runs before the use hides what an earlier round left behind.
    return not any(
        outermost in scopes.ancestors(item.node) and dominates(scopes, scopes.statement(item.node), use)
        for item in reaching
        if item.kind != "parameter"
    )


def is_import_fallback(scopes: Scopes, node: ast.AST) -> bool:
    """Return whether the node stands in the handler that runs only when an import failed."""
    for ancestor in scopes.ancestors(node):
        if isinstance(ancestor, ast.ExceptHandler):
            names = [ancestor.type] if not isinstance(ancestor.type, ast.Tuple) else list(ancestor.type.elts)
            parent = scopes.parent(ancestor)
            imports = isinstance(parent, ast.Try) and any(
                isinstance(statement, (ast.Import, ast.ImportFrom)) for statement in parent.body
            )
            return imports and any(
                name is None or (isinstance(name, ast.Name) and name.id in _IMPORT_ERRORS) for name in names
            )
    return False
