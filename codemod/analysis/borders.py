"""Tells whether code compares with a release at which MLflow 2 ends, or MLflow 3 begins."""

from __future__ import annotations

import ast
import re

from codemod import mlflow_api

# MLflow 2.22 is the last of its line: what is compared with a later one tells it from MLflow 3.
_RELEASE = re.compile(r"[12]\.\d+(?:\.\d+)*")
_REQUIREMENT = re.compile(r"mlflow(?:-skinny)?(?:\[[\w,-]*\])?\s*(?P<bounds>[<>=!~][^;]*)")
_LAST_MINOR = int(mlflow_api.NEWEST_2.split(".")[1])


def has_border(node: ast.AST) -> bool:
    """Return whether a number or string in code is such a release: 3, ``"3.0"``, the 2 of ``major > 2``; not ``(2, 9)`` or ``parts[:2]``."""
    others = {each for part in ast.walk(node) for each in _no_border(part)}
    return any(
        isinstance(each, ast.Constant) and each not in others and _is_border(each.value) for each in ast.walk(node)
    )


def is_older(node: ast.expr) -> bool:
    """Return whether an expression is a release before MLflow 3: ``(2, 9)``, ``Version("2.9")``."""
    if isinstance(node, ast.Tuple):
        return _is_within_2(node)
    values = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
    return len(values) == 1 and isinstance(values[0], str) and _RELEASE.fullmatch(values[0]) is not None


def is_requirement(node: ast.AST) -> bool:
    """Return whether a string asks for releases of MLflow, as a helper that looks at what is installed gets it: ``"mlflow<3.0"``."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(_REQUIREMENT.fullmatch(node.value))


def _no_border(node: ast.AST) -> list[ast.AST]:
    """Return the numbers in a part of code that say nothing: those of a release within MLflow 2, and places of items."""
    if isinstance(node, ast.Tuple):
        return list(node.elts) if _is_within_2(node) else []
    return list(ast.walk(node.slice)) if isinstance(node, ast.Subscript) else []


def _is_within_2(node: ast.Tuple) -> bool:
    """Return whether a tuple is a release such as ``(2, 9)``: newer ones of MLflow 2 are beyond it, as MLflow 3 is."""
    numbers = [each.value if isinstance(each, ast.Constant) else None for each in node.elts]
    minor = numbers[1] if len(numbers) > 1 else None
    return numbers[:1] == [2] and isinstance(minor, int) and 0 < minor <= _LAST_MINOR


def _is_border(value: object) -> bool:
    if isinstance(value, str):
        required = _REQUIREMENT.fullmatch(value)
        if required is not None:
            return any(_is_border(bound.strip(" <>=!~")) for bound in required["bounds"].split(","))
        return value in ("2", "2.") or value.startswith("3")
    return value in (2, 3) and not isinstance(value, bool)
