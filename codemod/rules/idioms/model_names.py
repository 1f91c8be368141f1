"""Which names MLflow 3 accepts for a model, and what a model will be called after the run."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.texts import text_of

# mlflow/utils/validation.py, _validate_logged_model_name: MLflow 3.0 and later.
_REFUSED = "/:.%\"'"
_RUN_OF_REFUSED = re.compile(f"[{re.escape(_REFUSED)}]+")


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
        return Invalid(f"a model's name must be a text, not {node.value!r}")
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("Path", "PurePath", "PosixPath"):
        return Invalid("a model's name must be a text, not a path object")
    if _is_joined(node):
        return Invalid("it holds / between the parts of a path")
    text = text_of(node, context.names)
    literal = node if isinstance(node, ast.Constant) else None
    found = sorted({character for character in text.fixed if character in _REFUSED}, key=_REFUSED.index)
    if found:
        return Invalid(f"it holds {' '.join(found)}", text.known, literal)
    if text.known == "":
        return Invalid("it is empty", "", literal)
    return None


def _is_joined(node: ast.expr) -> bool:
    """Whether a value is a path of several parts: ``os.path.join(a, b)``, ``str(folder / "model")``."""
    if not isinstance(node, ast.Call):
        return False
    function = ast.unparse(node.func)
    if function == "str" and len(node.args) == 1:
        inner = node.args[0]
        return isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Div) and _has_path(inner)
    return function.endswith("path.join") and len(node.args) > 1


def _has_path(node: ast.BinOp) -> bool:
    """Whether a quotient is a path: it divides by a text, or divides a path object."""
    sides = [node.left, node.right]
    return any(
        (isinstance(side, ast.Constant) and isinstance(side.value, str))
        or (
            isinstance(side, ast.Call)
            and ast.unparse(side.func).rpartition(".")[2] in ("Path", "PurePath", "PosixPath")
        )
        or (isinstance(side, ast.BinOp) and isinstance(side.op, ast.Div) and _has_path(side))
        for side in sides
    )


def cleaned(name: str) -> str | None:
    """Return a valid name that looks like an invalid one; None where only a person can think of one.

    What a text can hold only by an escape (a backslash, a line break) is nothing that a name should keep.
    """
    name = _RUN_OF_REFUSED.sub("-", name.removeprefix("./")).strip("-")
    return name if name and name.isprintable() and "\\" not in name else None


def registered_name(call: BoundCall, context: Context) -> str | None:
    """Return the registered name of a call when it is known and can be a model's name."""
    argument = call.get("registered_model_name")
    if argument is None or invalid_name(argument.value, context) is not None:
        return None
    return text_of(argument.value, context.names).known


def new_name(call: BoundCall, context: Context) -> str | None:
    """Return the name that an unsafe fix of this run gives to the model of a call; None when it stays as it is."""
    argument = call.get("artifact_path", "name")
    if argument is None or argument.keys:
        return None
    invalid = invalid_name(argument.value, context)
    if invalid is not None:
        return cleaned(invalid.name) if invalid.name and invalid.literal is not None else None
    if context.settings.name_from == "registered" and argument.parameter == "artifact_path":
        return registered_name(call, context)
    return None


def is_runs_uri(node: ast.expr) -> bool:
    """Whether a text starts with ``runs:/``."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
    return isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.startswith("runs:/")
