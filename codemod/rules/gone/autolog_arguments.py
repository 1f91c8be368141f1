"""MLF406: arguments that autologging no longer takes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import Argument, BoundCall
from codemod.analysis.chosen_calls import chosen_calls
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.rewriting.edits import AddKeyword, CallChange, DropKeyword, RenameKeyword
from codemod.rules.base import Match, Rule, fixed, reported, untouched
from codemod.rules.idioms.arguments import removed_in
from codemod.rules.idioms.gone_arguments import check_arguments, functions
from codemod.rules.selectors import LIBRARY, calls, calls_named

_KERAS = ("mlflow.tensorflow.autolog", "mlflow.keras.autolog")


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    argument = call.get("every_n_iter")
    if argument is not None and call.path in _KERAS:
        if removed_in(call.path, "every_n_iter", context.target.release):
            yield _every_n_iter(call, argument)
        return
    yield from check_arguments(call, context, "MLF406")


def _check_several(node: ast.Call, context: Context) -> Iterator[Match]:
    """Report what one of several flavors does not take: ``for flavor in (mlflow.openai, mlflow.langchain): flavor.autolog(log_models=True)``."""
    found = (match for call in chosen_calls(node, context) for match in _check(call, context))
    first = next(found, None)
    if first is not None:
        yield Match(node, first.message, Safety.MANUAL)


def _every_n_iter(call: BoundCall, argument: Argument) -> Match:
    """Say what ``every_n_iter=n`` meant to MLflow 2: ``log_every_epoch=False, log_every_n_steps=n``, and 1 nothing at all."""
    message = (
        f"`{call.path}` of MLflow 3 has no `every_n_iter`; `log_every_epoch=False, log_every_n_steps=` means the same"
    )
    if argument.keyword is None or call.get("log_every_epoch", "log_every_n_steps") is not None:
        return Match(call.node, message, Safety.MANUAL)
    if isinstance(argument.value, ast.Constant) and argument.value.value == 1:
        return Match(call.node, message, Safety.SAFE, (CallChange(call.node, (DropKeyword("every_n_iter"),)),))
    operations = (RenameKeyword("every_n_iter", "log_every_n_steps"), AddKeyword("log_every_epoch", "False"))
    return Match(call.node, message, Safety.UNSAFE, (CallChange(call.node, operations),))


RULE = Rule(
    code="MLF406",
    name="autolog-arguments",
    summary="Arguments of `autolog` that MLflow 3 does not take.",
    why="""\
MLflow 3.0 took `every_n_iter` from `mlflow.tensorflow.autolog` (`mlflow/tensorflow/__init__.py`). MLflow 2 read every other value than 1 as
`log_every_epoch=False, log_every_n_steps=n`, and so does the fix; the default, 1, is dropped.

`mlflow.langchain.autolog` and `mlflow.openai.autolog` only trace since 3.0 (`mlflow/langchain/autolog.py`, `mlflow/openai/autolog.py`):
`log_models`, `log_input_examples`, `log_model_signatures`, `log_datasets`, `registered_model_name`, `extra_tags` and others are a `TypeError`.
An argument that only repeats MLflow 2's default (`log_models=False`) is dropped, which is safe (run with
langchain and openai on both lines); any other one asks for something that has to be done by a call of its own. Positional arguments
of both functions mean something else than before.""",
    safety=Safety.UNSAFE,
    severity=Severity.BREAKS,
    on=(
        calls(*functions("MLF406"), check=_check),
        calls_named(*functions("MLF406"), check=_check_several, needs=(LIBRARY,)),
    ),
    examples=(
        reported(
            "what a function returns",
            """
            import mlflow
            def options():
                return {"every_n_iter": 1}
            mlflow.tensorflow.autolog(**options())
            """,
        ),
        reported(
            "a loop over flavors, of which one does not take it",
            """
            import mlflow
            for flavor in (mlflow.sklearn, mlflow.langchain):
                flavor.autolog(log_models=False)
            """,
        ),
        untouched(
            "a loop over flavors that all take it",
            """
            import mlflow
            for flavor in (mlflow.sklearn, mlflow.xgboost):
                flavor.autolog(log_models=False)
            """,
        ),
        fixed(
            "every_n_iter",
            """
            import mlflow
            mlflow.tensorflow.autolog(every_n_iter=5)
            """,
            """
            import mlflow
            mlflow.tensorflow.autolog(log_every_n_steps=5, log_every_epoch=False)
            """,
            unsafe=True,
        ),
        fixed(
            "the default goes",
            """
            import mlflow.tensorflow
            mlflow.tensorflow.autolog(every_n_iter=1, log_models=False)
            """,
            """
            import mlflow.tensorflow
            mlflow.tensorflow.autolog(log_models=False)
            """,
        ),
        fixed(
            "what tracing did without, too",
            """
            import mlflow
            mlflow.langchain.autolog(log_models=False, log_traces=True)
            """,
            """
            import mlflow
            mlflow.langchain.autolog(log_traces=True)
            """,
        ),
        reported(
            "models of langchain",
            """
            import mlflow
            mlflow.langchain.autolog(log_models=True)
            """,
            unsafe=True,
        ),
        reported(
            "inputs of langchain in 2.10",
            """
            import mlflow
            mlflow.langchain.autolog(log_inputs_outputs=False)
            """,
        ),
        reported(
            "tags of openai",
            """
            import mlflow
            mlflow.openai.autolog(extra_tags={"team": "a"})
            """,
        ),
        reported(
            "by position",
            """
            import mlflow
            mlflow.tensorflow.autolog(5)
            """,
            unsafe=True,
        ),
        reported(
            "what the new argument says already",
            """
            import mlflow
            mlflow.tensorflow.autolog(every_n_iter=5, log_every_epoch=True)
            """,
            unsafe=True,
        ),
        untouched(
            "other libraries log models",
            """
            import mlflow
            mlflow.sklearn.autolog(log_models=False, extra_tags={})
            """,
        ),
        untouched(
            "autologging of all",
            """
            import mlflow
            mlflow.autolog(log_models=False, log_datasets=False)
            """,
        ),
        untouched(
            "an autolog of one's own",
            """
            from tools import autolog
            autolog(every_n_iter=5)
            """,
        ),
        untouched(
            "tracing",
            """
            import mlflow
            mlflow.openai.autolog(disable=True, silent=True)
            """,
        ),
    ),
)  # fmt: skip
