"""Paths that lead into the artifacts of a run by the layout of the store, written by hand instead of asked for."""

from __future__ import annotations

import ast
import re

from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.analysis.uris import HOLE, Uri, uri_of
from codemod.names import Instance
from codemod.names.nodes import function_name

# A run's id that the program gets somewhere, after the store and the experiment, such as s3://bucket/1/{run_id}/artifacts/model.
_STORED = re.compile(rf"(?P<before>.*)[\\/]{HOLE}[\\/]+artifacts[\\/]+(?P<path>[^\\/].*)", re.DOTALL)
# The same of any run, as a pattern of `glob` asks for it.
_GLOBBED = re.compile(r"(?P<before>.*)[\\/][*]{1,2}[\\/]+artifacts[\\/]+(?P<path>[^\\/].*)", re.DOTALL)
_FOLDERS = ("mlruns", "mlartifacts")
_RUN = re.compile(r"run", re.IGNORECASE)


def stored_path(node: ast.expr, context: Context) -> str | None:
    """Read an expression as a path below the artifacts of a run, made of the store's layout and the run's id.

    A run whose id stands in the text is none: it is one of MLflow 2, and what it logged stays where it is.

    Returns:
        The path below the artifacts; unknown parts are NUL characters. None when it is something else.
    """
    uri = uri_of(node, context)
    found = _STORED.fullmatch(uri.marked)
    if found is None or not (_is_store(uri, found["before"]) or _speaks_of_run(node, context)):
        return None
    return found["path"].rstrip("/\\")


def globbed_path(call: ast.Call, context: Context) -> str | None:
    """Read the pattern of ``glob.glob("mlruns/*/*/artifacts/model/*")`` or ``Path("mlruns").glob(...)`` as a path below the artifacts of runs.

    Returns:
        The path below the artifacts; None when it is something else.
    """
    if not call.args:
        return None
    pattern = text_of(call.args[0], context.names).filled("*")
    found = _GLOBBED.fullmatch(f"/**/{pattern}" if function_name(call.func) == "rglob" else f"/{pattern}")
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    folder = (
        text_of(receiver.args[0], context.names).filled("*") if isinstance(receiver, ast.Call) and receiver.args else ""
    )
    if found is None or not any(name in f"{folder}/{found['before']}" for name in _FOLDERS):
        return None
    return found["path"].rstrip("/\\")


def _is_store(uri: Uri, before: str) -> bool:
    return bool(uri.scheme) or any(folder in before for folder in _FOLDERS)


def _speaks_of_run(node: ast.expr, context: Context) -> bool:
    """Return whether a part of the path is, or is only called, a run: enough to report it."""
    for child in ast.walk(node):
        if (
            isinstance(child, ast.Attribute)
            and child.attr == "run_id"
            and isinstance(context.resolve(child.value), Instance)
        ):
            return True
        if _RUN.search(child.id if isinstance(child, ast.Name) else getattr(child, "attr", "")):
            return True
    return False
