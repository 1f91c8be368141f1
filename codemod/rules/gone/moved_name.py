"""MLF409: names and arguments that have another place now, and every other one that is gone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod import mlflow_api
from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.rewriting.edits import Replace
from codemod.rules.base import Match, Rule
from codemod.rules.gone.moved_name_examples import EXAMPLES
from codemod.rules.idioms.gone_arguments import check_arguments
from codemod.rules.idioms.gone_names import BY_TEXT, GENERIC, check_names, check_texts
from codemod.rules.removed.vocabulary import names_removed, speaks_of_removed
from codemod.rules.selectors import LIBRARY, ImportStatement, attributes, calls, calls_named, imports

_LAST_TRACE = "get_last_active_trace"


def _check_arguments(call: BoundCall, context: Context) -> Iterator[Match]:
    return check_arguments(call, context, GENERIC)


def _check_text(node: ast.Call, context: Context) -> Iterator[Match]:
    return check_texts(node, context, GENERIC)


def _check_name(node: ImportStatement | ast.Attribute, context: Context) -> Iterator[Match]:
    for match in check_names(node, context, GENERIC):
        yield _last_trace(match, context) or match


def _last_trace(match: Match, context: Context) -> Match | None:
    """Rewrite ``mlflow.get_last_active_trace()``; a name that was imported is reported at its import."""
    function = match.node
    call = context.names.scopes.parent(function)
    if not isinstance(function, ast.Attribute) or function.attr != _LAST_TRACE:
        return None
    if not isinstance(call, ast.Call) or call.func is not function or call.args or call.keywords:
        return None
    mlflow = context.source(function.value)
    signature = mlflow_api.signature("mlflow.get_trace", context.target.release)
    # MLflow 3 writes traces in the background; before 3.12 nothing could wait for them here.
    flush = ", flush=True" if signature is not None and signature.accepts("flush") and not context.target.both else ""
    new = f"{mlflow}.get_trace({mlflow}.get_last_active_trace_id(){flush})"
    return Match(call, match.message, Safety.SAFE if flush else Safety.UNSAFE, (Replace(call, new),))


RULE = Rule(
    code="MLF409",
    name="moved-name",
    summary="Names and arguments that moved, were renamed or are gone, as MLflow's own API data tells.",
    why="""\
The API data of the codemod holds every name and every signature of each minor release from 2.0 on, read from MLflow's wheels. It
finds whatever an MLflow 2 has, the target has not, and no other rule speaks of: imports, attributes of modules and of objects whose class is
known, `getattr` with a string, and arguments. A name that MLflow only offered in a second place (`mlflow.langchain.Schema`) is imported from its own.

Known successors: `mlflow.pyfunc.load_pyfunc` (deprecated since 1.0) is `load_model`; `get_default_conda_env` and `get_default_pip_requirements` of
langchain, llama_index and openai went to the module `model` in 3.0, those of dspy to `save`; `mlflow.types.llm.ChatRequest` and `ChatResponse` became
`ChatCompletionRequest` and `ChatCompletionResponse` in 2.19; the types of `mlflow.types.responses` got an `Agent` in their names in 3.0.
`mlflow.get_last_active_trace` went in 3.0 for `get_last_active_trace_id`; as MLflow 3 writes traces in the background, the new form waits for them.

`mlflow.log_feedback` and `log_expectation` take everything by keyword since 3.0; positional arguments are named. `list_experiments`,
`list_run_infos` and
`list_registered_models` were gone in 2.0 already, so that code with them has not run on 2.x either; it is reported with what does the same now.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(
        imports(check=_check_name, words=speaks_of_removed),
        attributes(*names_removed(), check=_check_name, words=speaks_of_removed, needs=(LIBRARY,)),
        calls(*names_removed(), check=_check_arguments, words=speaks_of_removed),
        calls_named(*BY_TEXT, check=_check_text, needs=(LIBRARY,)),
    ),
    examples=EXAMPLES,
)
