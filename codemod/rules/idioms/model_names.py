"""Which names MLflow 3 accepts for a model, and what a model will be called after the run."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.declared_defaults import declared_defaults
from codemod.analysis.origins import origins
from codemod.analysis.texts import Hole, is_path, text_of
from codemod.analysis.uris import HOLE
from codemod.analysis.written_values import in_date, is_declared_float, is_float, is_time, may_be_float
from codemod.names import LocalInstance, OwnFunction
from codemod.names.forms import There
from codemod.names.nodes import dotted_text, function_name

# mlflow/utils/validation.py, _validate_logged_model_name: MLflow 3.0 and later.
REFUSED = "/:.%\"'"
_DATE = re.compile(r"%[-#]?[A-Za-z]")
_DECIMALS = re.compile(r"\.[1-9]\d*[fF%]?\Z|[eEgG%]\Z")
_FLOAT = "is a float, which holds ."
_MAY_BE_FLOAT = "is in most code a float, which holds ."
_TIME = "is a time, which holds :"
_RUN_OF_REFUSED = re.compile(f"[{re.escape(REFUSED)}]+")


@dataclass(frozen=True, slots=True)
class Template:
    """A name with values in it that are known only at run time, such as ``f"models/{kind}"``.

    Attributes:
        old: The name as it is, with `HOLE` for each value.
        new: A valid one.
        source: The expression that gives the valid one.
    """

    old: str
    new: str
    source: str


@dataclass(frozen=True, slots=True)
class Invalid:
    """Why a value cannot be a model's name on MLflow 3.

    Attributes:
        reason: One clause for a message.
        name: The whole name when it is known.
        literal: The literal that holds it, when the argument is one.
    """

    reason: str
    name: str | None = None
    literal: ast.Constant | None = None


def invalid_name(node: ast.expr, context: Context) -> Invalid | None:
    """Say why a value cannot be a model's name; None when it can, or when nobody can tell."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return Invalid(f"a model's name must be a string, not {node.value!r}")
    if is_path(node, context.names):
        return Invalid("a model's name must be a string, not a path object")
    text = text_of(node, context.names)
    literal = node if isinstance(node, ast.Constant) else None
    found = sorted({character for character in text.fixed if character in REFUSED}, key=REFUSED.index)
    if found:
        return Invalid(f"it holds {' '.join(found)}", text.known, literal)
    if text.known == "":
        return Invalid("it is empty", "", literal)
    if _is_empty_by_default(node, context):
        return Invalid("it is empty by default")
    behind = _refused_behind(node, context) if text.known is None else None
    if behind is not None:
        return Invalid(f"it may be {behind}")
    reasons = (refused_value(hole, context) for hole in text.holes)
    return next((Invalid(reason) for reason in reasons if reason is not None), None)


def _is_empty_by_default(node: ast.expr, context: Context) -> bool:
    """Return whether a value is a parameter whose default is empty, and no condition around asks for it."""
    default = context.names.default(node) if isinstance(node, ast.Name) else None
    if not isinstance(default, ast.Constant) or default.value != "":
        return False
    asked = (
        getattr(ancestor, "test", None)
        for ancestor in context.names.scopes.ancestors(node)
        if isinstance(ancestor, (ast.If, ast.IfExp, ast.While))
    )
    return not any(
        isinstance(item, ast.Name) and isinstance(node, ast.Name) and item.id == node.id
        for test in asked
        if test is not None
        for item in ast.walk(test)
    )


def _refused_behind(node: ast.expr, context: Context) -> str | None:
    """Return a string with a refused character that a value may have by a default, a dict, or what a function returns.

    What the callers of the function around it give is judged where they stand.
    """
    for source in origins(node, context, callers=False):
        here = text_of(source, context.names) if source is not node else None
        texts = [here.filled("…")] if here is not None else []
        for hole in here.holes if here is not None and here.fixed else ():
            reason = refused_value(hole, context)
            if reason is not None:
                return f"{texts[0]!r}, where {reason}"
        default = context.names.default(source) if isinstance(source, ast.Name) else None
        defaults = [*([default] if default is not None else []), *declared_defaults(source, context)]
        texts += [text_of(each, context.names).filled("…") for each in defaults]
        function = context.resolve(source.func) if isinstance(source, ast.Call) else None
        if isinstance(function, OwnFunction):
            texts += [text.filled("…") for text in function.texts]
        for text in texts:
            if any(character in text for character in REFUSED):
                return repr(text)
    return None


def refused_value(hole: Hole, context: Context) -> str | None:
    """Say why a value that stands in a name will hold a refused character: a float, or a time; None when nobody can tell."""
    shown = hole.node.shown if isinstance(hole.node, There) else ast.unparse(hole.node)
    form = hole.form.rstrip("s")
    if _DATE.search(form):
        return (
            f"`{shown}` is written with {' '.join(sorted(set(REFUSED) & set(form) - {'%'}))}" if in_date(form) else None
        )
    if _DECIMALS.search(form):
        return f"`{shown}` is written with decimals"
    if not form and is_declared_float(hole.node, context):
        return f"`{shown}` {_FLOAT}"
    for source in origins(hole.node, context):
        reason = _is_refused(source, context) if not form else None
        for each in (source, *declared_defaults(source, context)):
            if reason is None and isinstance(each, ast.Constant) and isinstance(each.value, str):
                reason = f"may be {each.value!r}" if set(each.value) & set(REFUSED) else None
        if reason is not None:
            return f"`{shown}` {reason}"
    return None


def _is_refused(node: ast.expr, context: Context) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, float):
        return f"is a number such as {node.value!r}, which holds ."
    if isinstance(node, ast.Call) and function_name(node.func) == "str" and len(node.args) == 1:
        return _is_refused(node.args[0], context)
    if is_float(node, context) or is_declared_float(node, context):
        return _FLOAT
    if isinstance(node, ast.Attribute) and (node.attr == "__version__" or dotted_text(node) == "sys.version"):
        return "is a version, which holds ."
    if isinstance(node, ast.Attribute) and node.attr == "__module__":
        return "is the name of a module, which in most code holds ."
    if _is_file_name(node):
        return "is the name of a file, which holds ."
    if is_time(node, context):
        is_form = isinstance(node, ast.Call) and function_name(node.func) == "strftime"
        return "is a time written with one of / : ." if is_form else _TIME
    if may_be_float(node):
        return _MAY_BE_FLOAT
    return _of_name(node, context) if isinstance(node, ast.Name) else None


def _is_file_name(node: ast.expr) -> bool:
    """Return whether a value is the name of the file that runs, with its ending: ``os.path.basename(__file__)``, ``Path(__file__).name``."""
    if isinstance(node, ast.Attribute):
        return node.attr == "name" and isinstance(node.value, ast.Call) and _is_file_name(node.value)
    if isinstance(node, ast.Call):
        named = function_name(node.func) in ("basename", "Path", "PurePath", "str", "abspath", "resolve")
        inside = node.args[:1] if node.args else [node.func.value] if isinstance(node.func, ast.Attribute) else []
        return named and any(map(_is_file_name, inside))
    return isinstance(node, ast.Name) and node.id == "__file__"


def _of_name(node: ast.Name, context: Context) -> str | None:
    default = context.names.default(node)
    numbers = [default] if default is not None else []
    for loop in context.names.loops(node):
        numbers += loop.elts if isinstance(loop, (ast.List, ast.Tuple, ast.Set)) else [loop]
    found = (_is_refused(number, context) for number in numbers if number is not node)
    return next((reason for reason in found if reason is not None), None)


def cleaned(name: str) -> str | None:
    """Return a valid name that looks like an invalid one; None where only a person can think of one.

    What a string can hold only by an escape (a backslash, a line break) is nothing that a name should keep.
    """
    name = _RUN_OF_REFUSED.sub("-", name.removeprefix("./")).strip("-")
    return name if name and name.isprintable() and "\\" not in name else None


def registered_name(call: BoundCall, context: Context) -> str | None:
    """Return the registered name of a call when it is known and can be a model's name."""
    argument = call.get("registered_model_name")
    if argument is None or invalid_name(argument.value, context) is not None:
        return None
    if isinstance(argument.value, ast.Attribute) and isinstance(context.resolve(argument.value.value), LocalInstance):
        return None  # a class of another file may give it another one
    return text_of(argument.value, context.names).known


def new_name(call: BoundCall, context: Context) -> str | None:
    """Return the name that an unsafe fix of this run gives to the model of a call; None when it stays as it is."""
    argument = call.get("artifact_path", "name")
    if argument is None or argument.keys:
        return None
    invalid = invalid_name(argument.value, context)
    if invalid is not None:
        if invalid.literal is None or invalid.name is None:
            return None
        return cleaned(invalid.name) if invalid.name else registered_name(call, context) or _of_flavor(call)
    if context.settings.name_from == "registered" and argument.parameter == "artifact_path":
        return registered_name(call, context)
    return None


def _of_flavor(call: BoundCall) -> str:
    """Return a name for a model that has none: that of its flavor."""
    return call.path.split(".")[-2]


def template_of(node: ast.expr, context: Context) -> Template | None:
    """Return the valid form of a name whose refused characters stand between values; None where the code does not show it so."""
    parts = text_of(node, context.names).parts
    holes = sum(not isinstance(part, str) for part in parts)
    if not holes or holes == len(parts) or not isinstance(node, (ast.JoinedStr, ast.BinOp, ast.Call)):
        return None
    old = "".join(part if isinstance(part, str) else HOLE for part in parts)
    new = _RUN_OF_REFUSED.sub("-", old.removeprefix("./")).strip("-")
    source = with_name(context.source(node), old, new)
    return Template(old, new, source) if source is not None and new.strip(HOLE) and old != new else None


def with_name(source: str, old: str, new: str) -> str | None:
    """Return the source of an expression with another name in it; None where its text does not show the old one, or shows it twice.

    Args:
        source: The expression.
        old: The name in it, with `HOLE` for each value.
        new: The name to write, with as many holes.
    """
    for before, after in zip(old.split(HOLE), new.split(HOLE), strict=True):
        if before == after:
            continue
        if source.count(before) != 1 or set(before) & set("{}\\\"'"):
            return None
        source = source.replace(before, after)
    return source


def is_runs_uri(node: ast.expr) -> bool:
    """Return whether a string starts with ``runs:/``."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
    return isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.startswith("runs:/")


def may_be_computed(name: str, patterns: frozenset[str]) -> bool:
    """Return whether a valid name may also be one that only the running program knows; MLflow 3 refuses an invalid one of any call."""
    if not set(name).isdisjoint(REFUSED) or not name or HOLE in name:
        return False
    return any(re.fullmatch(".*".join(map(re.escape, each.split(HOLE))), name, re.DOTALL) for each in patterns)
