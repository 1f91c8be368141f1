"""What MLflow 3 calls the parameters of MLflow 2, for the rules that rewrite arguments."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator

from codemod import mlflow_api
from codemod.analysis.calls import Argument, BoundCall
from codemod.analysis.context import Context
from codemod.analysis.keywords import KeyNode
from codemod.findings import Safety
from codemod.mlflow_api.signatures import ParameterKind, Signature
from codemod.names import Unknown
from codemod.rewriting.edits import CallChange, Change, NameArgument, Operation, RenameKeyword, Replace
from codemod.rules.base import Match
from codemod.rules.removed.removals import MODEL_ARGUMENTS, Fate
from codemod.rules.selectors import LIBRARY, Selector, calls_named

#: What every flavor's `log_model` ends in, and what flavors of one's own call.
MODEL_LOG = "mlflow.models.Model.log"
MODEL_FUNCTIONS = ("log_model", "save_model", "build_docker", "generate_dockerfile", "log_explainer", "save_explainer")


def writes_model(path: str) -> bool:
    """Return whether a function logs, saves or packages a model."""
    return path.startswith("mlflow.") and path.rpartition(".")[2] in MODEL_FUNCTIONS and not _is_model_method(path)


def _is_model_method(path: str) -> bool:
    """Return whether this is `Model.log`, which requires `artifact_path` in every release (mlflow/models/model.py)."""
    return path.startswith("mlflow.models.Model.")


@functools.cache
def takes_name(path: str, release: str) -> bool:
    """Return whether a function that took ``artifact_path`` in MLflow 2 takes ``name`` in a release instead.

    Not where ``artifact_path`` is still required (`mlflow.spark.log_model`, `Model.log`), and not where the function is gone.
    """
    if mlflow_api.position(path, "artifact_path", mlflow_api.NEWEST_2) is None and not any(
        mlflow_api.position(path, "artifact_path", old) is not None
        for old in mlflow_api.releases_of(path)
        if old.startswith("2.")
    ):
        return False
    signature = mlflow_api.signature(path, release)
    if signature is None or not signature.accepts("name"):
        return False
    old_parameter = signature.parameter("artifact_path")
    return old_parameter is None or old_parameter.default is not None


@functools.cache
def removed_in(path: str, parameter: str, release: str) -> bool:
    """Return whether some 2.x release accepts the parameter and the given release does not."""
    there = mlflow_api.variants(path, release)
    if not there or any(signature.accepts(parameter) for signature in there):
        return False
    return any(
        old.accepts(parameter)
        for earlier in mlflow_api.releases_of(path)
        if earlier.startswith("2.")
        for old in mlflow_api.variants(path, earlier)
    )


def keyword_for(path: str, parameter: str, release: str) -> str | None:
    """Return the keyword that means a 2.x parameter in a release; None when there is none."""
    if parameter == "artifact_path" and takes_name(path, release):
        return "name"
    signatures = mlflow_api.variants(path, release)
    if any(signature.accepts(parameter) for signature in signatures):
        return parameter
    removal = MODEL_ARGUMENTS.get(parameter)
    if removal is not None and removal.fate is Fate.ARGUMENT_RENAMED and any(s.accepts(removal.to) for s in signatures):
        return removal.to
    return None


def name_from(call: BoundCall, index: int, release: str, *, keep_artifact_path: bool = False) -> list[Operation] | None:
    """Make keywords of all positional arguments from one on.

    Args:
        call: The call.
        index: Index of the first one among the call's positional arguments.
        release: The release whose keywords are to be used.
        keep_artifact_path: Whether ``artifact_path`` keeps its name.

    Returns:
        The operations, or None when the meaning of one of the arguments is not sure or it has no keyword.
    """
    operations: list[Operation] = []
    for argument in call.positional:
        if argument.index is None or argument.index < index:
            continue
        if argument.parameter is None:
            return None
        if keep_artifact_path and argument.parameter == "artifact_path":
            keyword: str | None = "artifact_path"
        else:
            keyword = keyword_for(call.path, argument.parameter, release)
        if keyword is None:
            return None
        operations.append(NameArgument(argument.index, keyword))
    if call.star is not None and call.star >= index:
        return None
    return operations


def rename(call: BoundCall, argument: Argument, keyword: str, context: Context) -> tuple[Change, ...] | None:
    """Return a keyword argument another name, in the call or in the dict that it comes from; None when it must stay."""
    if argument.keys:
        if context.stays(argument, call.node):
            return None
        return tuple(_rename_key(key, keyword, context) for key in argument.keys)
    if argument.keyword is None:
        return None
    return (CallChange(call.node, (RenameKeyword(argument.keyword, keyword),)),)


def _rename_key(key: KeyNode, keyword: str, context: Context) -> Change:
    if isinstance(key, ast.Constant):
        return Replace(key, f'"{keyword}"')
    made = context.names.scopes.parent(key)
    assert isinstance(made, ast.Call)  # `dict(key=value)`
    return CallChange(made, (RenameKeyword(str(key.arg), keyword),))


def flavor(path: str) -> str:
    """Return the module of a function without ``mlflow.``, such as ``"sklearn"``."""
    return path.removeprefix("mlflow.").rpartition(".")[0]


def shown(node: ast.expr, limit: int = 50) -> str:
    """Return an expression's source on one line for a message."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= limit else f"{text[: limit - 3]}..."


def untold_calls(
    path: str, why: Callable[[Context], str], unless: Callable[[ast.Call, Context], bool] = lambda _, __: False
) -> Selector:
    """Select the calls of which nobody can tell whether they are those of a method of MLflow; a person should look there.

    Args:
        path: The method.
        why: Says what MLflow 3 makes of it.
        unless: Says that a call is right on both lines, whosever method it is.
    """
    method = path.rpartition(".")[2]

    def check(node: ast.Call, context: Context) -> Iterator[Match]:
        reason = untold(node, method, context) if context.call(node) is None else None
        if reason is not None and not unless(node, context):
            yield Match(node, f"{why(context)}; cannot tell whose method this is: {reason}", Safety.MANUAL)

    return calls_named(method, check=check, needs=(LIBRARY,))


def untold(node: ast.Call, method: str, context: Context) -> str | None:
    """Say why nobody can tell whose method a call of this name is, in code that uses MLflow; None when it can be told.

    For names that hardly anything but MLflow has: there a person should look. Arguments that MLflow's method never took say that
    it is another one.
    """
    if not isinstance(node.func, ast.Attribute) or node.func.attr != method:
        return None
    value = context.resolve(node.func)
    if not isinstance(value, Unknown):
        return None
    seen = any(path.rpartition(".")[2] == method for path in value.among)
    return (
        value.reason if (seen or context.facts.names_mlflow) and _fits(node, f"mlflow.MlflowClient.{method}") else None
    )


def _fits(node: ast.Call, path: str) -> bool:
    """Return whether the arguments are such as a function of some MLflow 2 takes."""
    if any(isinstance(argument, ast.Starred) for argument in node.args) or any(
        each.arg is None for each in node.keywords
    ):
        return True
    signatures = [mlflow_api.signature(path, release) for release in mlflow_api.RELEASES if release.startswith("2")]
    return any(_binds(node, signature) for signature in signatures if signature is not None)


def _binds(node: ast.Call, signature: Signature) -> bool:
    named = {keyword.arg for keyword in node.keywords if keyword.arg is not None}
    placed = {signature.parameter_at(index) for index in range(len(node.args))}
    if None in placed or placed & named or not all(signature.accepts(name) for name in named):
        return False
    needed = {
        each.name
        for each in signature.parameters
        if each.default is None and each.kind in (ParameterKind.POSITIONAL_OR_KEYWORD, ParameterKind.KEYWORD_ONLY)
    }
    return needed <= named | placed
