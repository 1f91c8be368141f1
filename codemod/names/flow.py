"""Which of several assignments can a use see? Blocks are enough to answer: no data-flow graph is built."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codemod.names.bindings import Binding
from codemod.names.scopes import Scopes

#: The statements that repeat what they hold.
LOOPS = (ast.For, ast.AsyncFor, ast.While)
_WITH = (ast.With, ast.AsyncWith)
_IMPORT_ERRORS = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")

Block = tuple["ast.AST | None", str]
_MODULE: Block = (None, "")


def _block(scopes: Scopes, statement: ast.AST) -> Block:
    """Return the block in which a statement certainly runs; the body of a ``with`` runs whenever the ``with`` does."""
    parent, field = scopes.parent(statement), scopes.field(statement)
    while parent is not None and (isinstance(parent, _WITH) or (isinstance(parent, ast.Try) and field == "finalbody")):
        field = scopes.field(parent)
        parent = scopes.parent(parent)
    if isinstance(parent, ast.Module):
        return _MODULE  # the cells of a notebook are one block
    return (parent, field)


def _blocks(scopes: Scopes, node: ast.AST) -> Iterator[Block]:
    """Return all blocks around a node from the inside out."""
    statement: ast.AST | None = scopes.statement(node)
    while statement is not None and not isinstance(statement, ast.Module):
        yield _block(scopes, statement)
        parent = scopes.parent(statement)
        statement = scopes.statement(parent) if parent is not None else None
    yield _MODULE


def dominates(scopes: Scopes, statement: ast.AST, use: ast.AST) -> bool:
    """Return whether the statement has run whenever the use runs, given that it stands before the use."""
    block = _block(scopes, statement)
    if block[0] is None:
        return True
    begin = scopes.order(block[0])
    for around in _blocks(scopes, use):
        if around == block or around[0] is None or scopes.order(around[0]) < begin:
            return around == block
    return False


def excludes(scopes: Scopes, statement: ast.AST, use: ast.AST) -> bool:
    """Return whether statement and use stand in branches of which only one runs."""
    one, other = scopes.statement(statement), scopes.statement(use)
    while True:
        parent, others_parent = scopes.parent(one), scopes.parent(other)
        if one is other or parent is None or others_parent is None or ast.Module in (type(parent), type(others_parent)):
            return False  # one holds the other, or no statement holds both
        if parent is others_parent:
            return isinstance(parent, (ast.If, ast.Match)) and _branch(scopes, one) != _branch(scopes, other)
        # What stands later cannot hold what stands earlier, so its parent is the next that both may stand in.
        if scopes.order(one) > scopes.order(other):
            one = parent
        else:
            other = others_parent


def _branch(scopes: Scopes, statement: ast.AST) -> str:
    """Name the branch of the parent that a statement belongs to; each case of a ``match`` is one of its own."""
    field = scopes.field(statement)
    return f"{field}:{scopes.order(statement)}" if isinstance(statement, ast.match_case) else field


def in_loop(scopes: Scopes, node: ast.AST) -> bool:
    """Return whether a node stands in a loop of its own function or around it."""
    return scopes.first_answer(node, _is_loop, scopes.loops) is True


def _is_loop(ancestor: ast.AST, _child: ast.AST) -> bool | None:
    return isinstance(ancestor, LOOPS) or None


def shared_loop(scopes: Scopes, binding: ast.AST, use: ast.AST, reaching: Iterable[Binding]) -> bool:
    """Return whether a binding after the use reaches it through the next round of a loop."""
    loops = {ancestor for ancestor in scopes.ancestors(use) if isinstance(ancestor, LOOPS)}
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
