"""Which statements are not followed by what stands behind them, and which functions never return?"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.names import LocalFunction, OwnFunction
from codemod.names.nodes import function_name, own_statements

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_LEAVE = (ast.Return, ast.Raise, ast.Continue, ast.Break)
# Functions and methods of other packages that do not come back.
_ENDS = frozenset({"exit", "_exit", "abort", "skip", "fail", "xfail", "skipTest", "quit", "error"})
_NEVER = ("NoReturn", "Never")
# Functions that end by functions that end by functions.
_DEPTH = 4


def is_end(statement: ast.stmt, context: Context, depth: int = _DEPTH, *, returns: bool = True) -> bool:
    """Return whether what stands behind a statement in its block never runs.

    Args:
        statement: The statement.
        context: Its namespace.
        depth: How many functions are followed.
        returns: Whether one counts that returns, or goes on with a loop, and does not end in an error.
    """
    if isinstance(statement, _LEAVE):
        return returns or isinstance(statement, ast.Raise)
    if isinstance(statement, ast.If):
        blocks = (statement.body, statement.orelse)
        return bool(statement.orelse) and all(is_end(block[-1], context, depth, returns=returns) for block in blocks)
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return is_end(statement.body[-1], context, depth, returns=returns)
    call = statement.value if isinstance(statement, ast.Expr) else None
    call = call.value if isinstance(call, ast.Await) else call
    if not isinstance(call, ast.Call):
        return False
    function = context.resolve(call.func)
    if isinstance(function, LocalFunction):
        return bool(depth) and never_returns(function.node, context, depth - 1)
    if isinstance(function, OwnFunction):
        return function.ends
    return function_name(call.func) in _ENDS


def never_returns(function: ast.AST, context: Context, depth: int = _DEPTH) -> bool:
    """Return whether a function always ends in an error, or ends the program: it says so itself, or its last statement does."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    if function.returns is not None and _last_name(function.returns) in _NEVER:
        return True
    # A generator does nothing before it is asked for its items.
    leaving = (ast.Return, ast.Yield, ast.YieldFrom)
    held = (each.value if isinstance(each, ast.Expr) else each for each in own_statements(function))
    if any(isinstance(each, leaving) for each in held):
        return False
    return is_end(function.body[-1], context, depth)


def _last_name(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Constant):
        return str(annotation.value).rpartition(".")[2]
    return function_name(annotation)
