"""The oldest MLflow on which a call runs, by the data of its API."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

from codemod import mlflow_api
from codemod.analysis.calls import BoundCall
from codemod.analysis.chosen_calls import chosen_calls
from codemod.analysis.context import Context
from codemod.analysis.guards import is_guarded
from codemod.mlflow_api.releases import RELEASES
from codemod.names.carriers import carriers
from codemod.names.nodes import function_name
from codemod.rewriting.edits import AddKeyword, CallChange, NameArgument, RenameKeyword

#: A target of both lines is served by no single release.
_ANY = ""

# The functions to which fixes give a keyword that MLflow 2 lacks; the rules' examples hold that none is missing.
_GIVEN = (
    "log_model", "save_model", "log_explainer", "register_prompt", "search_traces", "get_trace", "delete_traces",
    "set_trace_tag", "delete_trace_tag", "start_span", "end_span", "end_trace",
)  # fmt: skip


_OF_FLAVORS = _GIVEN[:2]


def needed(changes: tuple[object, ...], context: Context) -> str:
    """Return the release, such as ``"3.11"``, that has the keywords which some changes write; "" when MLflow 2 has them all."""
    found = [
        _since(path, keyword)
        for change in changes
        if isinstance(change, CallChange) and (path := _path(change.call, context))
        for operation in change.operations
        if (keyword := _keyword(operation)) is not None
    ]
    return newest(found)


def _path(node: ast.Call, context: Context) -> str:
    """Return the function that a call is of; of one that is one of several flavors, the one that has what all have."""
    call = context.call(node)
    if call is not None:
        return call.path
    chosen = chosen_calls(node, context)
    if chosen:
        return chosen[0].path
    name = function_name(node.func)
    return f"mlflow.pyfunc.{name}" if name in _OF_FLAVORS else ""


def needed_by_code(context: Context) -> str:
    """Return the release that has the keywords which the code gives as it is; "" when MLflow 2 has them all.

    Code that asks which MLflow is there needs none.
    """
    found = [
        since
        for call in (*context.facts.named(*_GIVEN), *_of_several(context))
        for argument in call.arguments
        if argument.keyword and argument.sure and (since := _since(call.path, argument.keyword))
        if not is_guarded(call.node, context.names, of_both=True)
    ]
    return newest(found)


def _of_several(context: Context) -> Iterator[BoundCall]:
    """Return what the calls may be whose function is one of several flavors'."""
    names = carriers(context.names, _OF_FLAVORS)
    for node in context.names.scopes.of(ast.Call):
        is_meant = function_name(node.func) in names or isinstance(node.func, ast.IfExp)
        if is_meant and context.call(node) is None:
            yield from chosen_calls(node, context)


def newest(releases: list[str]) -> str:
    """Return the newest of some releases by major and minor; "" stands for none."""
    return max(filter(None, releases), key=lambda release: tuple(map(int, release.split("."))), default=_ANY)


def _keyword(operation: object) -> str | None:
    if isinstance(operation, RenameKeyword):
        return operation.new
    return operation.keyword if isinstance(operation, (AddKeyword, NameArgument)) else None


@functools.lru_cache(maxsize=1024)
def _since(path: str, keyword: str) -> str:
    """Return the release that first has a keyword, seen from the newest that has it; "" where MLflow 2 has it."""
    found = _ANY
    for release in reversed(RELEASES):
        signature = mlflow_api.signature(path, release)
        if signature is None or not signature.accepts(keyword):
            if found:
                break
            continue
        if release.startswith("2"):
            return _ANY
        found = ".".join(release.split(".")[:2])
    return found
