"""Where the code puts models of MLflow on this machine, and whether a path can lead into one of them."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.analysis.texts import PATHS, text_of
from codemod.names import Unknown
from codemod.names.nodes import function_name

#: What stands for a folder that only the running program knows.
UNKNOWN = "*"
_JOINS = ("join", "joinpath", *PATHS, "str", "fspath")


@once
def local_models(context: Context) -> frozenset[str]:
    """Return the folders in which the code saves models by a flavor of MLflow, or to which it downloads a run's artifacts."""
    found: set[str] = set()
    for node in context.names.scopes.of(ast.Call):
        if function_name(node.func) == "save_model":
            call = context.call(node)
            given = call.get("path") if call is not None else None
            if call is not None or _may_be_flavor(node, context):
                found.add(_folder(given.value if given is not None else None, context))
        elif "download" in function_name(node.func) or any(keyword.arg == "dst_path" for keyword in node.keywords):
            named = next((keyword.value for keyword in node.keywords if keyword.arg == "dst_path"), None)
            placed = node.args[2] if function_name(node.func) == "download_artifacts" and len(node.args) > 2 else None
            if named is not None or placed is not None:
                found.add(_folder(named or placed, context))
    return frozenset(found)


def _may_be_flavor(node: ast.Call, context: Context) -> bool:
    """Return whether a `save_model` of which nobody can tell whose it is may be MLflow's, which takes a model and a path."""
    value = context.resolve(node.func)
    is_vague = isinstance(value, Unknown) and (bool(value.among) or bool(value.like))
    return is_vague or (isinstance(value, Unknown) and len(node.args) > 1)


def _folder(node: ast.expr | None, context: Context) -> str:
    known = text_of(node, context.names).known if node is not None else None
    return UNKNOWN if known is None else _plain(known)


def _plain(path: str) -> str:
    return path.replace("\\", "/").removeprefix("./").rstrip("/")


def is_elsewhere(node: ast.expr, context: Context) -> bool:
    """Return whether an expression that names a file is certainly a path of this machine that leads into no model of MLflow."""
    whole = whole_path(node, context)
    known = text_of(whole, context.names).known
    if known is None or ":" in known or isinstance(context.names.scopes.parent(whole), ast.Compare):
        return False
    folder, _, name = _plain(known).rpartition("/")
    steps = folder.split("/")
    if any(mark in name for mark in "*?[") or not {"mlruns", "mlartifacts", "artifacts"}.isdisjoint(steps):
        return False
    is_logged = context.project.computed if not folder else steps[-1] in context.project.logged
    places = context.project.local_models | local_models(context)
    return not is_logged and UNKNOWN not in places and not any(leads(place, folder) for place in places)


def leads(place: str, folder: str) -> bool:
    """Return whether a folder is one with a model, or may lie below it."""
    return place in ("", ".") or folder == place or folder.startswith(f"{place}/")


def whole_path(node: ast.expr, context: Context) -> ast.expr:
    """Return the path of which a name is the end: ``os.path.join("saved", "model.xgb")``, ``folder / "model.xgb"``."""
    parent = context.names.scopes.parent(node)
    is_joined = isinstance(parent, ast.Call) and node in parent.args and function_name(parent.func) in _JOINS
    if is_joined or (isinstance(parent, ast.BinOp) and isinstance(parent.op, (ast.Add, ast.Div))):
        assert isinstance(parent, ast.expr)
        return whole_path(parent, context)
    return node
