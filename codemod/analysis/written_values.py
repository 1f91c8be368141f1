"""Tells from an expression how its value is written in a string: a float has a point, a time has colons."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.analysis.once import once
from codemod.analysis.origins import origins
from codemod.analysis.texts import is_path, text_of
from codemod.names import Foreign, OwnFunction
from codemod.names.forms import FLOAT, TIME, There
from codemod.names.nodes import dotted_text, function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

# What gives floats: of NumPy (also as what a loop runs over), of pandas, and of Optuna's trials.
_NUMPY = (
    "linspace",
    "logspace",
    "geomspace",
    "uniform",
    "rand",
    "mean",
    "std",
    "median",
    "float64",
    "float32",
    "float16",
)
_PANDAS = ("mean", "std", "median", "var", "sem", "skew", "quantile")
# What gives whole numbers, of tensors and arrays.
_WHOLE = ("argmax", "argmin", "sum", "count_nonzero", "numel", "nelement", "size", "long", "int", "nunique", "randint")
_TRIAL = ("suggest_float", "suggest_uniform", "suggest_loguniform", "suggest_discrete_uniform")
_SCORES = ("_score", "_error")
_NOW = ("now", "utcnow", "isoformat", "fromtimestamp", "utcfromtimestamp")
# What a form of dates writes with one of the characters that MLflow 3 refuses in a name.
_REFUSED, _REFUSED_CODES = frozenset("/:.\"'"), ("%c", "%x", "%X", "%D", "%T", "%R")


def is_float(node: ast.expr, context: Context) -> bool:
    """Return whether an expression gives a float, by itself."""
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Div):
            return not is_path(node, context.names)
        return any(_is_float_number(side, context) for side in (node.left, node.right))
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if isinstance(node, There):
        return node.kind == FLOAT
    return isinstance(node, ast.Call) and _gives_float(node, context)


def _is_float_number(node: ast.expr, context: Context) -> bool:
    """Return whether a side of a sum or product is a float, so that the whole is one."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    calls = (each for each in origins(node, context, callers=False) if isinstance(each, ast.Call))
    return any(_gives_float(each, context) for each in calls)


def _gives_float(node: ast.Call, context: Context) -> bool:
    name, made = function_name(node.func), context.resolve(node.func)
    if isinstance(node.func, ast.Name) and name in ("float", "round"):
        return name == "float" or len(node.args) + len(node.keywords) == 2
    if isinstance(node.func, ast.Attribute) and name in _TRIAL:
        return True
    what = made.what if isinstance(made, Foreign) else ""
    if what == "numpy" and name == "arange":
        return any(is_float(argument, context) for argument in node.args)
    return (
        (what == "numpy" and name in _NUMPY)
        or (what == "pandas" and name in _PANDAS)
        or (what == "time" and name == "time")
        or (what == "sklearn" and name.endswith(_SCORES))
    )


def may_be_float(node: ast.expr) -> bool:
    """Return whether an expression is one that gives a float in most code: ``loss.item()``, ``model.score(X, y)``, ``losses.mean()``."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr == "item" and not node.args:
        return not any(
            function_name(call.func) in _WHOLE for call in ast.walk(node.func.value) if isinstance(call, ast.Call)
        )
    return (node.func.attr == "score" and len(node.args) > 1) or (node.func.attr in _PANDAS and len(node.args) < 2)


def is_declared_float(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is declared to be a float: by an annotation, or as an option of the command line."""
    if isinstance(node, ast.Name):
        parameter = context.names.parameter(node)
        if parameter is None:
            return False
        return _is_type(parameter.annotation, "float") or parameter.arg in float_options(context)
    if isinstance(node, ast.Attribute):
        if node.attr in float_options(context) or any(
            _is_type(each, "float") for each in context.names.annotations(node)
        ):
            return True
        return _is_option_elsewhere(node, context)
    return False


def is_time(node: ast.expr, context: Context) -> bool:
    """Return whether an expression gives a date with a time, or is declared to be one."""
    if isinstance(node, There):
        return node.kind == TIME
    if isinstance(node, ast.Attribute):
        return any(_is_type(each, "datetime") for each in context.names.annotations(node))
    if isinstance(node, ast.Name):
        parameter = context.names.parameter(node)
        return parameter is not None and _is_type(parameter.annotation, "datetime")
    if not isinstance(node, ast.Call):
        return False
    name, made = function_name(node.func), context.resolve(node.func)
    if name == "strftime":
        return any(in_date(text_of(argument, context.names).fixed) for argument in node.args)
    return name in _NOW and isinstance(made, Foreign) and made.what == "datetime"


def in_date(form: str) -> bool:
    """Return whether a form of dates writes a character that MLflow 3 refuses in a name."""
    return not _REFUSED.isdisjoint(form) or any(code in form for code in _REFUSED_CODES)


def kind_of_value(node: ast.expr, context: Context) -> str:
    """Return the kind of a value, as in `codemod.names.forms.Gap`, that is a float or a time; "" for any other."""
    for source in origins(node, context):
        if is_float(source, context) or is_declared_float(source, context):
            return FLOAT
        if is_time(source, context):
            return TIME
    return ""


def declared_kind(annotation: ast.expr | None) -> str:
    """Return the kind of what an annotation names."""
    return FLOAT if _is_type(annotation, "float") else TIME if _is_type(annotation, "datetime") else ""


def _is_type(node: ast.expr | None, name: str) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value == name
    return node is not None and dotted_text(node).rpartition(".")[2] == name


def _is_option_elsewhere(node: ast.Attribute, context: Context) -> bool:
    """Return whether an attribute is an option that the module declares whose function gives the object: ``parse().alpha``."""
    modules = context.names.elsewhere.modules
    for source in origins(node.value, context) if modules.by_name else ():
        function = context.resolve(source.func) if isinstance(source, ast.Call) else None
        if isinstance(function, OwnFunction) and node.attr in modules.summary(function.place[0]).floats:
            return True
    return False


@once
def float_options(context: Context) -> frozenset[str]:
    """Return the options that the code declares as floats: ``add_argument("--alpha", type=float)``, ``click.option(...)``."""
    calls = context.names.scopes.of(ast.Call)
    declared = (call for call in calls if function_name(call.func) in ("add_argument", "option", "argument"))
    return frozenset(name for call in declared if _declares_float(call) for name in _option_names(call))


def _declares_float(call: ast.Call) -> bool:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if "type" in given:
        return _is_type(given["type"], "float")
    default = given.get("default")  # an option without a type has that of its default
    return isinstance(default, ast.Constant) and isinstance(default.value, float)


def _option_names(call: ast.Call) -> list[str]:
    texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return [text.lstrip("-").replace("-", "_") for text in texts]
