"""Paths that lead into the artifacts of a run by the layout of the store, written by hand instead of asked for."""

from __future__ import annotations

import ast
import re

from codemod.analysis.context import Context
from codemod.analysis.texts import Text, text_of
from codemod.names import Foreign
from codemod.names.nodes import function_name

_HOLE = "\0"
# A run's id that the program gets somewhere, after the store and the experiment, such as s3://bucket/1/{run_id}/artifacts/model.
_STORED = re.compile(rf"(?P<before>.*)[\\/]{_HOLE}[\\/]+artifacts[\\/]+(?P<path>[^\\/].*)", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][\w+.-]+:/")
_RUN = re.compile(r"run", re.IGNORECASE)


def stored_path(node: ast.expr, context: Context) -> str | None:
    """Read an expression as a path below the artifacts of a run, made of the store's layout and the run's id.

    A run whose id stands in the text is none: it is one of MLflow 2, and what it logged stays where it is.

    Returns:
        The path below the artifacts; unknown parts are NUL characters. None when it is something else.
    """
    found = _STORED.fullmatch(_HOLE.join(_known(_text(node, context))))
    if found is None or not (_is_store(found["before"]) or _speaks_of_run(node)):
        return None
    return found["path"].rstrip("/\\")


def _known(text: Text) -> list[str]:
    """Return the known stretches between the holes."""
    stretches = [""]
    for part in text.parts:
        if part is None:
            stretches.append("")
        else:
            stretches[-1] += part
    return stretches


def _text(node: ast.expr, context: Context) -> Text:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
        if node.keywords or not isinstance(context.resolve(node.func), Foreign):
            return Text(())
        parts: list[str | None] = []
        for argument in node.args:
            parts += [*(["/"] if parts else []), *text_of(argument, context.names).parts]
        return Text(tuple(parts))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        left = _text(node.left, context)
        return Text((*left.parts, "/", *text_of(node.right, context.names).parts)) if left.parts else left
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords and _is_path(node.func):
        return text_of(node.args[0], context.names)
    return text_of(node, context.names)


def _is_path(function: ast.expr) -> bool:
    return function_name(function) == "Path"


def _is_store(before: str) -> bool:
    return _SCHEME.match(before) is not None or "mlruns" in before or "mlartifacts" in before


def _speaks_of_run(node: ast.expr) -> bool:
    """Whether a part of the path is called after a run."""
    names = (child.id if isinstance(child, ast.Name) else getattr(child, "attr", "") for child in ast.walk(node))
    return any(_RUN.search(name) for name in names)
