"""Tells the dict of a trace's info: ``trace.to_dict()["info"]``, ``trace.info.to_dict()``, ``json.loads(trace.to_json())["info"]``."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.analysis.origins import origins
from codemod.analysis.uris import classes_of
from codemod.names import Instance
from codemod.names.nodes import function_name

#: Keys of that dict which MLflow 3 does not write, with what it calls them.
NEW_KEYS = {
    "request_id": "trace_id",
    "timestamp_ms": "request_time",
    "execution_time_ms": "execution_duration_ms",
    "request_metadata": "trace_metadata",
    "status": "state",
}
_TRACE = "mlflow.entities.Trace"
_INFOS = ("mlflow.entities.TraceInfo", "mlflow.entities.trace_info_v2.TraceInfoV2")


def is_dict_of_info(node: ast.expr, context: Context) -> bool:
    """Return whether an expression may be the dict of a trace's info."""
    return any(_is_direct(source, context) for source in origins(node, context))


def is_only_dict_of_info(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is that dict wherever it comes from, so that a key of it may be written anew."""
    return all(_is_direct(source, context, sure=True) for source in origins(node, context))


def _is_direct(node: ast.expr, context: Context, *, sure: bool = False) -> bool:
    if isinstance(node, ast.Call):
        return _is_made_by(node, "to_dict", _INFOS, context, sure=sure)
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Constant) or node.slice.value != "info":
        return False
    made = (source for source in origins(node.value, context) if isinstance(source, ast.Call))
    return any(_is_of_trace(each, context, sure=sure) for each in made)


def _is_of_trace(made: ast.Call, context: Context, *, sure: bool) -> bool:
    """Return whether a call makes the dict of a trace, or reads it from its JSON."""
    if function_name(made.func) == "loads" and made.args:
        texts = origins(made.args[0], context)
        calls = (text for text in texts if isinstance(text, ast.Call))
        return any(_is_made_by(call, "to_json", (_TRACE,), context, sure=sure) for call in calls)
    return _is_made_by(made, "to_dict", (_TRACE,), context, sure=sure)


def _is_made_by(made: ast.Call, method: str, kinds: tuple[str, ...], context: Context, *, sure: bool) -> bool:
    if not isinstance(made.func, ast.Attribute) or made.func.attr != method:
        return False
    owner = context.resolve(made.func.value)
    if isinstance(owner, Instance):
        return owner.path in kinds
    node = made.func.value
    is_info = kinds is _INFOS and isinstance(node, ast.Attribute) and node.attr == "info"
    held, wanted = (node.value, (_TRACE,)) if is_info and isinstance(node, ast.Attribute) else (node, kinds)
    return not sure and not classes_of(held, context).isdisjoint(wanted)
