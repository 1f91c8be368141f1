"""MLF410: names, modules and arguments that still work and warn."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codemod import mlflow_api
from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.names import Mlflow
from codemod.rewriting.edits import CallChange, RenameKeyword
from codemod.rules.base import Match, Rule
from codemod.rules.gone.deprecated_name_examples import EXAMPLES
from codemod.rules.idioms.gone_names import removal_of
from codemod.rules.removed.deprecations import NAMES, Deprecation
from codemod.rules.selectors import LIBRARY, ImportStatement, attributes, calls, imports

_CLIENT = "mlflow.MlflowClient"
_STAGES = "a later major release removes stages: ask for the version by number or alias"
#: What other rules speak of, with a fix.
_ELSEWHERE = frozenset({f"{_CLIENT}.get_latest_versions", f"{_CLIENT}.transition_model_version_stage"})


@dataclass(frozen=True, slots=True)
class _Argument:
    """An argument that still works and warns.

    Attributes:
        since: The first minor release that warns.
        to: The argument that takes its place; "" where nothing does.
        advice: What to do, where it is not only renamed.
    """

    since: str
    to: str = ""
    advice: str = ""


# Read in `mlflow/tracing/fluent.py` and `mlflow/tracking/client.py` of every release: no decorator that the API data keeps tells of them.
_ARGUMENTS: Mapping[tuple[str, str], _Argument] = {
    ("mlflow.search_traces", "experiment_ids"): _Argument("3.5", "locations"),
    (f"{_CLIENT}.search_traces", "experiment_ids"): _Argument("3.5", "locations"),
    ("mlflow.search_traces", "extract_fields"): _Argument("3.6", advice="take the columns from the traces yourself"),
    ("mlflow.search_traces", "sql_warehouse_id"): _Argument(
        "3.5", advice="set `MLFLOW_TRACING_SQL_WAREHOUSE_ID` in the environment"
    ),
    (f"{_CLIENT}.set_model_version_tag", "stage"): _Argument("2.9", advice=_STAGES),
    (f"{_CLIENT}.delete_model_version_tag", "stage"): _Argument("2.9", advice=_STAGES),
}
# Modules and functions that warn by a call of `warnings.warn`.
_OTHERS: Mapping[str, Deprecation] = {
    "mlflow.pmdarima": Deprecation(
        "3.6", advice="log the model by `mlflow.pyfunc.log_model` with a `PythonModel` that loads it"
    ),
    "mlflow.models.set_retriever_schema": Deprecation(
        "3.3", advice="use `VectorSearchRetrieverTool` of `databricks-ai-bridge`, or spans of the default schema"
    ),
}


def _check_attribute(node: ast.Attribute, context: Context) -> Iterator[Match]:
    found = context.resolve(node)
    parent = context.names.scopes.parent(node)
    if isinstance(found, Mlflow) and not (isinstance(parent, ast.Attribute) and _known(found.path + "." + parent.attr)):
        yield from _match(node, found.path, context)


def _check_import(node: ImportStatement, context: Context) -> Iterator[Match]:
    if isinstance(node, ast.Import):
        paths = [alias.name for alias in node.names]
    else:
        paths = [f"{node.module}.{alias.name}" for alias in node.names] if node.module and not node.level else []
        paths += [node.module] if node.module and node.module in _OTHERS and not any(map(_known, paths)) else []
    for path in paths:
        if path.startswith("mlflow."):
            yield from _match(node, mlflow_api.canonical(path) or path, context)


def _check_call(call: BoundCall, context: Context) -> Iterator[Match]:
    for argument in call.arguments:
        found = _ARGUMENTS.get((call.path, argument.parameter or ""))
        if found is None or not context.target.at_least(found.since):
            continue
        if argument.index is not None and found.to:
            continue  # by position it does not warn
        yield _of_argument(call, str(argument.parameter), found, context, renamable=not argument.keys)


def _of_argument(call: BoundCall, name: str, found: _Argument, context: Context, *, renamable: bool) -> Match:
    message = f"`{name}=` has been deprecated since {found.since}"
    if not found.to:
        return Match(call.node, f"{message}: {found.advice}", Safety.MANUAL)
    message = f"`{name}=` is now `{found.to}=`; the old name has been deprecated since {found.since}"
    if context.target.both or not renamable or call.get(found.to) is not None:
        return Match(call.node, message, Safety.MANUAL)
    return Match(call.node, message, Safety.SAFE, (CallChange(call.node, (RenameKeyword(name, found.to),)),))


def _known(path: str) -> Deprecation | None:
    return _OTHERS.get(path) or NAMES.get(path)


def _match(node: ast.AST, path: str, context: Context) -> Iterator[Match]:
    found = _known(path)
    if found is None or path in _ELSEWHERE or not context.target.at_least(found.since):
        return
    if not mlflow_api.exists(path, context.target.release) or removal_of(path, context.target) is not None:
        return  # another rule says what became of it
    yield Match(node, f"`{path}` has been deprecated since {found.since}: {found.advice}", Safety.MANUAL)


_LEAVES = tuple(sorted({path.rpartition(".")[2] for path in (*NAMES, *_OTHERS)}))

RULE = Rule(
    code="MLF410",
    name="deprecated-name",
    summary="Names, modules and arguments that still work on MLflow 3 and warn.",
    why="""\
MLflow marks what it is going to remove by its `@deprecated` decorator (`mlflow/utils/annotations.py`), which warns at each call, by
`@deprecated_parameter`, or by a warning of its own (`mlflow/pmdarima/__init__.py`, since 3.6). The names come from MLflow's wheels, release by
release; what to do instead is what MLflow itself recommends there. Nothing has to be done before the move to MLflow 3.

An argument that was only renamed is rewritten: `experiment_ids=` of `search_traces` is `locations=` since 3.5 and takes the same list
(`deprecated_parameter` in `mlflow/utils/annotations.py` hands the value on as it is).""",
    safety=Safety.MANUAL,
    severity=Severity.DEPRECATED,
    on=(
        attributes(*_LEAVES, check=_check_attribute, needs=(LIBRARY,)),
        imports(*_LEAVES, check=_check_import),
        calls(*sorted({path for path, _ in _ARGUMENTS}), check=_check_call, needs=({name for _, name in _ARGUMENTS},)),
    ),
    since="3.0",
    examples=EXAMPLES,
)
