"""Has a run certainly been started where some code ends? ``if config.track: mlflow.start_run()`` starts one only sometimes."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codemod.names.nodes import function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_BORDERS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_LEAVING = (ast.Raise, ast.Break, ast.Continue)
_WITH = (ast.With, ast.AsyncWith)
_CONDITIONS = (ast.If, ast.Match, ast.ExceptHandler)
_EXITS = ("exit", "_exit", "skip")
_ASKING = "active_run"
# Branches in branches: deeper ones are not looked into.
_DEPTH = 30


@dataclass(slots=True)
class _Way:
    """How far the code was followed.

    Attributes:
        started: Whether a run was started on all ways that lead here; None where none does.
        leaves: Whether some way has left the function without one.
    """

    started: bool | None
    leaves: bool = False


def surely_starts(statements: Sequence[ast.stmt], starts: Callable[[ast.Call], bool]) -> bool:
    """Return whether each way through some statements starts a run: where one leaves them before, or takes another branch, not."""
    way = _through(statements, False, starts, 0)
    return way.started is not False and not way.leaves


def _through(
    statements: Sequence[ast.stmt], started: bool | None, starts: Callable[[ast.Call], bool], depth: int
) -> _Way:
    way = _Way(started)
    for each in statements:
        if way.started is None:
            return way
        if isinstance(each, ast.Return):
            way.leaves = way.leaves or not (way.started or _calls(each, starts))
            way.started = None
        elif isinstance(each, _LEAVING):
            way.started = None
        elif depth < _DEPTH:
            _pass(each, way, starts, depth + 1)
    return way


def _pass(statement: ast.stmt, way: _Way, starts: Callable[[ast.Call], bool], depth: int) -> None:
    """Go on behind a statement."""
    before = bool(way.started)
    if isinstance(statement, ast.If) and _asks(statement.test):
        # One is active already, or is started.
        branches = [_through(block, before, starts, depth) for block in (statement.body, statement.orelse)]
        way.started = before or any(branch.started for branch in branches)
    elif isinstance(statement, (ast.If, ast.Match)):
        _join(way, [_through(block, before, starts, depth) for block in _blocks(statement)])
    elif isinstance(statement, ast.Try):
        inside = _through([*statement.body, *statement.orelse], before, starts, depth)
        handlers = [_through(each.body, before, starts, depth) for each in statement.handlers]
        _join(way, [inside] if inside.started else [inside, *handlers])
        last = _through(statement.finalbody, bool(way.started), starts, depth)
        way.started = way.started if way.started is None else last.started
    elif isinstance(statement, _WITH):
        _join(way, [_through(statement.body, before, starts, depth)])
    elif isinstance(statement, _LOOPS):
        # What is looped over is mostly not empty: parameters, metrics.
        way.started = before or _through(statement.body, before, starts, depth).started is not False
    elif not isinstance(statement, _BORDERS):
        way.started = _calls(statement, starts) or (before and not (depth == 1 and _ends(statement)))


def _join(way: _Way, branches: Sequence[_Way]) -> None:
    """Go on behind branches of which one is taken."""
    reached = [branch.started for branch in branches if branch.started is not None]
    way.started = all(reached) if reached else None
    way.leaves = way.leaves or any(branch.leaves for branch in branches)


def _blocks(statement: ast.If | ast.Match) -> Iterator[Sequence[ast.stmt]]:
    if isinstance(statement, ast.If):
        yield from (statement.body, statement.orelse)
        return
    yield from (case.body for case in statement.cases)
    if not any(isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None for case in statement.cases):
        yield ()


def _asks(test: ast.expr) -> bool:
    return any(function_name(each.func) == _ASKING for each in ast.walk(test) if isinstance(each, ast.Call))


def _ends(statement: ast.stmt) -> bool:
    return any(function_name(each.func) == "end_run" for each in ast.walk(statement) if isinstance(each, ast.Call))


def _calls(node: ast.AST, starts: Callable[[ast.Call], bool]) -> bool:
    """Return whether a statement or expression certainly makes a call that starts a run."""
    if isinstance(node, ast.Call) and starts(node):
        return True
    if isinstance(node, _BORDERS):
        return False
    if isinstance(node, ast.IfExp):
        return all(_calls(each, starts) for each in (node.body, node.orelse))
    if isinstance(node, ast.BoolOp):
        return _calls(node.values[0], starts)
    return any(_calls(each, starts) for each in ast.iter_child_nodes(node))


class StartsOfScope:
    """The calls of one scope that start runs; many places of it are asked, and each statement is looked at once.

    Args:
        calls: The calls that may start one, in order, each with its place in it.
        sure: Those that certainly do.
    """

    def __init__(self, calls: Sequence[tuple[int, ast.Call]], sure: Set[ast.Call]) -> None:
        self._calls = [call for _, call in calls]
        self._orders = [order for order, _ in calls]
        self._sure = sure
        self._cells: list[ast.stmt] = []
        self._blocks: dict[int, tuple[list[bool], list[bool]]] = {}

    def leave_out(self, node: ast.AST, context: Context) -> bool:
        """Return whether a place is reached where the calls before it have started no run, as these stand in branches and the place in none."""
        scopes = context.names.scopes
        before = self._calls[: bisect_left(self._orders, scopes.order(node))]
        child: ast.AST = scopes.statement(node)
        for parent in scopes.ancestors(child) if before else ():
            # The cells of a notebook run one after the other.
            block = self._of_module(context) if isinstance(parent, ast.Module) else _block_of(parent, child)
            started, leaves = self._behind(block)
            place = block.index(child) if isinstance(child, ast.stmt) else 0
            if started[place] or leaves[place]:
                return False
            if isinstance(parent, _BORDERS):
                return True
            if isinstance(parent, _CONDITIONS) and not any(parent in scopes.ancestors(each) for each in before):
                return False  # who logs under a condition starts the run under one
            child = parent
        return bool(before)

    def _of_module(self, context: Context) -> list[ast.stmt]:
        """Return the statements of all cells."""
        if not self._cells:
            self._cells = [statement for _, tree in sorted(context.trees.items()) for statement in tree.body]
        return self._cells

    def _behind(self, block: Sequence[ast.stmt]) -> tuple[list[bool], list[bool]]:
        """Return whether a run is started where so many statements of a block are behind, and whether one of them may leave the code."""
        known = self._blocks.get(id(block))
        if known is None:
            started, leaves, way = [False], [False], _Way(False)
            for each in block:
                way = _through([each], way.started, self._sure.__contains__, 0) if way.started is not None else way
                started.append(bool(way.started))
                leaves.append(leaves[-1] or _may_leave(each))
            known = self._blocks[id(block)] = started, leaves
        return known


def _block_of(parent: ast.AST, child: ast.AST) -> list[ast.stmt]:
    """Return the statements among which one stands."""
    blocks = (value for _, value in ast.iter_fields(parent) if isinstance(value, list) and child in value)
    return next(blocks, [])


def _may_leave(statement: ast.stmt) -> bool:
    """Return whether a branch leaves the code: what stands behind may run only where the run was started."""
    if not isinstance(statement, (ast.If, ast.Match, ast.Try)):
        return False
    inside = [*ast.walk(statement)]
    leaves = any(isinstance(each, (ast.Return, *_LEAVING)) for each in inside)
    return leaves or any(isinstance(each, ast.Call) and function_name(each.func) in _EXITS for each in inside)
