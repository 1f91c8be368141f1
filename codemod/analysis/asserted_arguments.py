"""Does an assertion about a mock depend on the arguments that MLflow 2 gets?"""

from __future__ import annotations

import ast

from codemod.analysis.mocks import OLD, may_log_by_name
from codemod.names.nodes import function_name


def expects_new(node: ast.Call) -> bool:
    """Return whether an assertion about a function that logs a model names the argument of MLflow 3."""
    return any(isinstance(each, ast.keyword) and each.arg == "name" for each in ast.walk(node))


def expects_old(node: ast.Call) -> bool:
    """Return whether an assertion names the old argument, or has a second one by position, where the path of a model stands."""
    asked = node.func.value if isinstance(node.func, ast.Attribute) else None
    by_place = not isinstance(asked, ast.Attribute) or may_log_by_name(
        asked.attr
    )  # `estimator.fit` gets no model's path
    calls = [
        node,
        *(item for item in ast.walk(node) if isinstance(item, ast.Call) and function_name(item.func) == "call"),
    ]
    return any(
        any(keyword.arg in (OLD, None) for keyword in call.keywords)
        or (by_place and len(call.args) > 1 and isinstance(call.args[1], (ast.Constant, ast.JoinedStr, ast.Name)))
        for call in calls
    )
