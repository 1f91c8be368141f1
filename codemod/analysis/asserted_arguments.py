"""Does an assertion about a mock depend on the arguments that MLflow 2 gets?"""

from __future__ import annotations

import ast

from codemod.analysis.attached_mocks import has_other_mocks
from codemod.analysis.mocks import LOGS, OLD, is_name_of_mlflow, may_log_by_name
from codemod.names import Names
from codemod.names.nodes import function_name


def expects_new(node: ast.Call) -> bool:
    """Return whether an assertion about a function that logs a model names the argument of MLflow 3."""
    return any(isinstance(each, ast.keyword) and each.arg == "name" for each in ast.walk(node))


def _is_expected(function: ast.expr) -> bool:
    """Return whether a function makes what a call is compared with: ``call``, or ``call.saved`` for a part of a mock that may log a model."""
    if isinstance(function, ast.Attribute) and is_name_of_mlflow(function.attr) and function.attr not in LOGS:
        return False
    while isinstance(function, ast.Attribute) and function.attr != "call":
        function = function.value
    return function_name(function) == "call"


def expects_old(node: ast.Call, names: Names) -> bool:
    """Return whether an assertion names the old argument, or has a second one by position, where the path of a model stands."""
    asked = node.func.value if isinstance(node.func, ast.Attribute) else None
    # `estimator.fit` gets no model's path
    by_place = not isinstance(asked, ast.Attribute) or may_log_by_name(asked.attr) or has_other_mocks(asked, names)
    calls = [node, *(item for item in ast.walk(node) if isinstance(item, ast.Call) and _is_expected(item.func))]
    return any(
        any(keyword.arg in (OLD, None) for keyword in call.keywords)
        or (by_place and len(call.args) > 1 and isinstance(call.args[1], (ast.Constant, ast.JoinedStr, ast.Name)))
        for call in calls
    )
