"""Does a test that reads what a mock recorded look at the arguments that may change?

It does unless the code shows that it looks at something else: how often, whether at all, another keyword, or the model.
"""

from __future__ import annotations

import ast
from typing import cast

from codemod.analysis.attached_mocks import has_other_mocks
from codemod.analysis.mocks import LOGS, OLD, UNTOLD, is_flavor, is_name_of_mlflow, may_log_by_name, mocked
from codemod.names import Foreign, Names

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BRANCHES = (ast.If, ast.While, ast.IfExp, ast.Assert, ast.BoolOp, ast.UnaryOp)
_SHOWS = ("len", "bool", "print")
# What makes a string of a record, with all arguments in it.
_WRITES = ("str", "repr", "format")
# Keywords of `log_model` and `save_model` that have other names in MLflow 3.
_RENAMED = (OLD, "code_path")
_DEPTH = 6
# What is told of a mock's parts, too.
_OF_PARTS = ("mock_calls", "method_calls", "assert_has_calls")


def recorded_of(node: ast.Attribute, names: Names) -> str | None:
    """Return the last name of what a record or an assertion is about, as `mocks.mocked` does.

    Args:
        node: What is asked, such as ``log.call_args``. A mock of a whole module records the calls of all its functions.
        names: The test's namespace.
    """
    path = mocked(node.value, names)
    is_module = path is not None and (path == "mlflow" or is_flavor(f"mlflow.{path}"))
    return UNTOLD if is_module and node.attr in _OF_PARTS else path


def looks_at_arguments(node: ast.expr, path: str, names: Names) -> bool:
    """Return whether a test looks at arguments that the fixes of some call change.

    Args:
        node: What reads a record of a mock, such as ``log.call_args``.
        path: The last name of what the mock stands for; "" when nobody can tell.
        names: The test's namespace.
    """
    asked = node.value if isinstance(node, ast.Attribute) else None
    is_named = isinstance(asked, ast.Attribute) and not may_log_by_name(asked.attr)
    if path == UNTOLD and is_named and not has_other_mocks(asked, names):
        return _names_path(node, names, by_place=False)  # `client.truncate` gets no model's path
    path = path or LOGS[0]
    if path in LOGS and _names_path(node, names):
        return True
    return _looks(node, (), path, names, 0)


def _names_path(node: ast.expr, names: Names, *, by_place: bool = True) -> bool:
    """Return whether the test around names the path of the model, or takes a second argument by its place."""
    scopes = names.scopes
    around: ast.AST = scopes.statement(node)
    for ancestor in scopes.ancestors(node):
        if isinstance(ancestor, _FUNCTIONS):
            around = ancestor
            break
    return any(
        (isinstance(item, ast.Constant) and item.value == OLD)
        or (isinstance(item, ast.keyword) and item.arg == OLD)
        or (by_place and isinstance(item, ast.Subscript) and getattr(item.slice, "value", None) == 1)
        for item in ast.walk(around)
    )


def _looks(node: ast.expr, keys: tuple[object, ...], path: str, names: Names, depth: int) -> bool:
    """Return whether a part of what was recorded, reached by keys, is looked at."""
    if depth > _DEPTH:
        return True
    parent = names.scopes.parent(node)
    while isinstance(parent, (ast.Attribute, ast.Subscript)) and parent.value is node:
        key = parent.attr if isinstance(parent, ast.Attribute) else getattr(parent.slice, "value", None)
        node, keys, parent = parent, (*keys, key), names.scopes.parent(parent)
    if isinstance(parent, ast.Call) and parent.func is node and keys[-1:] == ("get",):
        key = getattr(parent.args[0], "value", None) if parent.args else None
        node, keys, parent = parent, (*keys[:-1], key), names.scopes.parent(parent)
    if any(_is_another(key) for key in keys):
        return path not in LOGS
    targets = _targets(node, parent)
    if targets is not None:
        return any(_looks(use, keys, path, names, depth + 1) for target in targets for use in _uses(target, names))
    is_counted = path in LOGS and keys[-1:] in (("args",), ("kwargs",))
    if is_counted and isinstance(parent, (ast.Call, ast.UnaryOp, ast.Assert, ast.BoolOp)):
        return True  # `len(log.call_args.args)`, `not log.call_args.kwargs`: another argument is given by its name
    if _is_text(parent):
        return _is_read(node, names, 0)
    if _only_counts(parent):
        return False
    if path in LOGS and keys[-1:] == (0,) and keys[-2:-1] in (("args",), (0,)):
        # The model, unless it is the path, which comes first in `mlflow.pyfunc`.
        return any(isinstance(item, (ast.JoinedStr, ast.Constant)) for item in _beside(node, parent))
    return True


def _only_counts(parent: ast.AST | None) -> bool:
    """Return whether code asks only how often something was called, or whether at all, or shows it to a person."""
    if isinstance(parent, (*_BRANCHES, ast.Expr)) or _is_asked_for_none(parent):
        return True
    return isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in _SHOWS


def _is_text(parent: ast.AST | None) -> bool:
    """Return whether an expression makes a string of what stands in it: ``f"{log.call_args}"``, ``str(log.call_args)``."""
    is_written = isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in _WRITES
    return is_written or isinstance(parent, ast.FormattedValue)


def _is_read(node: ast.expr, names: Names, depth: int) -> bool:
    """Return whether a string is compared or handed on, and not only shown to a person: as an assertion's message, in an exception, in a log."""
    parent = names.scopes.parent(node)
    while _is_text(parent) or isinstance(parent, (ast.JoinedStr, ast.BinOp, ast.keyword)):
        node, parent = cast("ast.expr", parent), names.scopes.parent(cast("ast.AST", parent))
    targets = _targets(node, parent)
    if targets is not None and depth < _DEPTH:
        return any(_is_read(use, names, depth + 1) for target in targets for use in _uses(target, names))
    if isinstance(parent, ast.Assert):
        return parent.msg is not node
    if isinstance(parent, ast.Compare) and isinstance(parent.left, ast.Constant):
        return not is_name_of_mlflow(str(parent.left.value))  # which function was called
    if isinstance(parent, ast.Call):
        around = names.scopes.parent(parent)
        is_shown = getattr(parent.func, "id", "") == "print" or isinstance(names.resolve(parent.func), Foreign)
        return not (isinstance(around, ast.Raise) or (is_shown and isinstance(around, ast.Expr)))
    return True


def _is_another(key: object) -> bool:
    """Return whether a key is the name of another keyword than that of the path."""
    return (
        isinstance(key, str)
        and not hasattr(dict, key)
        and key
        not in (
            *_RENAMED,
            "args",
            "kwargs",
            "call_args",
            "call_args_list",
            "mock_calls",
        )
    )


def _targets(node: ast.expr, parent: ast.AST | None) -> list[ast.Name] | None:
    """Return the variables that get what was recorded, or each part of it; None where it is used in another way."""
    into: list[ast.expr] = []
    if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is node:
        into = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
    elif isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.iter is node:
        into = [parent.target]
    elif isinstance(parent, ast.NamedExpr):
        into = [parent.target]
    found = [item for target in into for item in ast.walk(target) if isinstance(item, ast.Name)]
    return found or None


def _uses(target: ast.Name, names: Names) -> list[ast.Name]:
    return [use for use in names.uses(target) if isinstance(use.ctx, ast.Load)]


def _is_asked_for_none(parent: ast.AST | None) -> bool:
    """Return whether a comparison only asks whether there was a call: ``is None``, ``== []``."""
    if not isinstance(parent, ast.Compare):
        return False
    others = (parent.left, *parent.comparators)
    is_empty = any(isinstance(item, (ast.List, ast.Tuple)) and not item.elts for item in others)
    return is_empty or all(isinstance(item, (ast.Is, ast.IsNot)) for item in parent.ops)


def _beside(node: ast.expr, parent: ast.AST | None) -> list[ast.expr]:
    """Return what an expression is compared with."""
    if isinstance(parent, ast.Compare):
        return [item for item in (parent.left, *parent.comparators) if item is not node]
    return [item for item in parent.args if item is not node] if isinstance(parent, ast.Call) else []
