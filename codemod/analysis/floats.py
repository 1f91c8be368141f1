"""Tells from an expression whether its value is a float: such a number is written with a point."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.analysis.texts import is_path
from codemod.names import Foreign
from codemod.names.nodes import function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

# What gives floats: of NumPy (also as what a loop runs over), and of Optuna's trials.
_NUMPY = ("linspace", "logspace", "geomspace", "uniform", "rand", "mean", "std", "median")
_TRIAL = ("suggest_float", "suggest_uniform", "suggest_loguniform", "suggest_discrete_uniform")
_SCORES = ("_score", "_error")


def is_float(node: ast.expr, context: Context) -> bool:
    """Return whether an expression gives a float, by itself."""
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Div):
            return not is_path(node, context.names)
        return any(isinstance(side, ast.Constant) and isinstance(side.value, float) for side in (node.left, node.right))
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if not isinstance(node, ast.Call):
        return False
    name, made = function_name(node.func), context.resolve(node.func)
    if name == "float" and isinstance(node.func, ast.Name):
        return True
    if name == "round" and isinstance(node.func, ast.Name):
        return len(node.args) + len(node.keywords) == 2
    if isinstance(node.func, ast.Attribute) and name in _TRIAL:
        return True
    what = made.what if isinstance(made, Foreign) else ""
    return (
        (what == "numpy" and name in _NUMPY)
        or (what == "time" and name == "time")
        or (what == "sklearn" and name.endswith(_SCORES))
    )


def is_declared_float(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is declared to be a float: by an annotation, or as an option of the command line."""
    if isinstance(node, ast.Name):
        parameter = context.names.parameter(node)
        if parameter is None:
            return False
        return _is_float_type(parameter.annotation) or _is_option(parameter.arg, context)
    if isinstance(node, ast.Attribute):
        return _is_option(node.attr, context) or any(_is_float_type(item) for item in context.names.annotations(node))
    return False


def _is_float_type(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Name) and node.id == "float"


def _is_option(name: str, context: Context) -> bool:
    """Return whether the code declares ``--name`` as a float: ``add_argument("--alpha", type=float)``, ``click.option(...)``."""
    for call in context.names.scopes.of(ast.Call):
        if function_name(call.func) in ("add_argument", "option", "argument"):
            kinds = [keyword.value for keyword in call.keywords if keyword.arg == "type"]
            if any(_is_float_type(kind) for kind in kinds) and name in _option_names(call):
                return True
    return False


def _option_names(call: ast.Call) -> list[str]:
    texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return [text.lstrip("-").replace("-", "_") for text in texts]
