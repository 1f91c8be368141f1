"""Strings that a function joins of all that it is given: ``"/".join(parts)`` behind ``*parts``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codemod.names import Names
from codemod.names.nodes import function_name

_MAKING_PATHS = ("Path", "PurePath", "PurePosixPath", "PosixPath")


def joined_rest(node: ast.expr, names: Names) -> str:
    """Return what stands between the parts of a join of all that a function is given; "" for anything else."""
    return "" if rest_of(node, names) is None else _between(node)


def rest_of(node: ast.expr, names: Names) -> ast.arg | None:
    """Return the parameter behind a star whose values an expression joins."""
    if not isinstance(node, ast.Call) or len(node.args) != 1 or node.keywords or not _between(node):
        return None
    given = node.args[0]
    name = given.value if isinstance(given, ast.Starred) else given
    parameter = names.parameter(name) if isinstance(name, ast.Name) else None
    arguments = names.scopes.parent(parameter) if parameter is not None else None
    is_rest = isinstance(arguments, ast.arguments) and arguments.vararg is parameter
    return parameter if is_rest else None


def with_rest(node: ast.expr, calls: Sequence[ast.Call], places: int) -> Iterator[ast.expr]:
    """Return the join with what each call gives behind its other parameters, as far as it is seen.

    Args:
        node: The join.
        calls: The calls of the function in which it stands.
        places: How many of their arguments are given for other parameters.
    """
    for call in calls:
        items = call.args[places:]
        if items and not any(isinstance(item, ast.Starred) for item in call.args):
            join = ast.Attribute(ast.Constant(_between(node)), "join", ast.Load())
            yield ast.copy_location(ast.Call(join, [ast.Tuple(items, ast.Load())], []), call)


def _between(node: ast.expr) -> str:
    if not isinstance(node, ast.Call):
        return ""
    function, starred = node.func, bool(node.args) and isinstance(node.args[0], ast.Starred)
    if function_name(function) in _MAKING_PATHS or (starred and function_name(function) == "join"):
        return "/" if starred else ""
    owner = function.value if isinstance(function, ast.Attribute) and function.attr == "join" else None
    return owner.value if isinstance(owner, ast.Constant) and isinstance(owner.value, str) and not starred else ""
