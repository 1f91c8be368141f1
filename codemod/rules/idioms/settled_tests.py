"""Does a condition settle what becomes of code beside it? One whose branches only print leaves everything as it is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.endings import is_end
from codemod.names.flow import dominates

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_PLACES = (ast.Name, ast.Attribute, ast.Subscript)
_HOLDERS = (ast.stmt, ast.ExceptHandler, ast.match_case)


def settles(branch: ast.If | ast.IfExp, use: ast.AST, context: Context) -> bool:
    """Return whether a condition of the same function decides whether a use runs, or what becomes of what it gets or gives.

    Args:
        branch: What has the condition.
        use: The code for which it matters, outside of the branches.
        context: The namespace of both.
    """
    if isinstance(branch, ast.If) and _leaves_before(branch, use, context):
        return True
    given, made = _given_in(use, context), _written(context.names.scopes.statement(use))
    changed = _with_what_follows({place for each in _branches(branch, context) for place in _written(each)}, given)
    if not changed.isdisjoint(_read_around(use, context) | made):
        return True
    deciding = [branch.test, *(each for each in _branches(branch, context) if not isinstance(each, ast.Expr))]
    followed = _with_what_follows(made, given)
    return any(not followed.isdisjoint(_read(each)) for each in deciding)


def _leaves_before(branch: ast.If, use: ast.AST, context: Context) -> bool:
    """Return whether one of the blocks ends the function, or the round of a loop, in front of the use."""
    scopes = context.names.scopes
    if scopes.order(branch) > scopes.order(use) or not dominates(scopes, branch, use):
        return False
    return any(block and is_end(block[-1], context) for block in (branch.body, branch.orelse))


def _branches(branch: ast.If | ast.IfExp, context: Context) -> list[ast.AST]:
    """Return the statements of all branches, or the one that gets the value of an expression with branches."""
    if isinstance(branch, ast.IfExp):
        return [context.names.scopes.statement(branch)]
    return [each for statement in (*branch.body, *branch.orelse) for each in ast.walk(statement) if _may_write(each)]


def _given_in(use: ast.AST, context: Context) -> list[tuple[set[str], set[str]]]:
    """Return what each statement of a function gives to which names and places, with what it reads for that."""
    scopes = context.names.scopes
    function = next((each for each in scopes.ancestors(use) if isinstance(each, _FUNCTIONS)), None)
    inside = ast.walk(function) if function is not None else ()
    return [(written, set(_read(each))) for each in inside if (written := _written(each))]


def _with_what_follows(places: set[str], given: list[tuple[set[str], set[str]]]) -> set[str]:
    """Return places together with those to which their values go on."""
    found, size = set(places), -1
    while len(found) != size:
        size = len(found)
        for written, read in given:
            if not found.isdisjoint(read):
                found |= written
    return found


def _may_write(node: ast.AST) -> bool:
    return isinstance(node, (ast.stmt, ast.NamedExpr))


def _read_around(use: ast.AST, context: Context) -> set[str]:
    """Return the names and places that the statement of a use reads, and the conditions around it."""
    scopes = context.names.scopes
    statement = scopes.statement(use)
    found = set(_read(statement))
    for ancestor in scopes.ancestors(statement):
        if isinstance(ancestor, _FUNCTIONS):
            break
        if isinstance(ancestor, (ast.If, ast.While)):
            found.update(_read(ancestor.test))
        elif isinstance(ancestor, (ast.For, ast.AsyncFor)):
            found.update(_read(ancestor.iter))
    return found


def _read(node: ast.AST) -> Iterator[str]:
    """Return the names and places that a statement reads by itself, without the statements that it holds, or that an expression reads."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, _PLACES) and isinstance(each.ctx, ast.Load):
            yield ast.unparse(each)
        waiting += (child for child in ast.iter_child_nodes(each) if not isinstance(child, _HOLDERS))


def _written(node: ast.AST) -> set[str]:
    """Return the names and places to which one statement or expression gives a value."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.NamedExpr, ast.For, ast.AsyncFor)):
        targets = [node.target]
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        targets = [item.optional_vars for item in node.items if item.optional_vars is not None]
    return {
        ast.unparse(each)
        for target in targets
        for each in ast.walk(target)
        if isinstance(each, _PLACES) and isinstance(each.ctx, ast.Store)
    }
