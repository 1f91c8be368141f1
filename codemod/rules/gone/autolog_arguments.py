"""MLF406: arguments that autologging no longer takes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import Argument, BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety
from codemod.rewriting.edits import AddKeyword, CallChange, DropKeyword, RenameKeyword
from codemod.rules.base import Match, Rule, fixed, reported, untouched
from codemod.rules.idioms.arguments import removed_in
from codemod.rules.removed.removed_arguments import check_arguments, functions
from codemod.rules.selectors import calls

_KERAS = ("mlflow.tensorflow.autolog", "mlflow.keras.autolog")


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    argument = call.get("every_n_iter")
    if argument is not None and call.path in _KERAS:
        if removed_in(call.path, "every_n_iter", context.target.release):
            yield _every_n_iter(call, argument)
        return
    yield from check_arguments(call, context, "MLF406")


def _every_n_iter(call: BoundCall, argument: Argument) -> Match:
    """MLflow 2 read ``every_n_iter=n`` as ``log_every_epoch=False, log_every_n_steps=n``, and 1 as nothing at all."""
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
An argument that only repeats MLflow 2's default (`log_models=False`) is dropped, which is safe (run with langchain and openai on 2.22.5 and
3.17.2); any other one asks for something that has to be done by a call of its own. Positional arguments
of both functions mean something else than before.""",
    safety=Safety.UNSAFE,
    on=(calls(*functions("MLF406"), check=_check),),
    examples=(
        fixed(
            "every_n_iter",
            "import mlflow\nmlflow.tensorflow.autolog(every_n_iter=5)\n",
            "import mlflow\nmlflow.tensorflow.autolog(log_every_n_steps=5, log_every_epoch=False)\n",
            unsafe=True,
        ),
        fixed(
            "the default goes",
            "import mlflow.tensorflow\nmlflow.tensorflow.autolog(every_n_iter=1, log_models=False)\n",
            "import mlflow.tensorflow\nmlflow.tensorflow.autolog(log_models=False)\n",
        ),
        fixed(
            "what tracing did without, too",
            "import mlflow\nmlflow.langchain.autolog(log_models=False, log_traces=True)\n",
            "import mlflow\nmlflow.langchain.autolog(log_traces=True)\n",
        ),
        reported("models of langchain", 'import mlflow\nmlflow.langchain.autolog(log_models=True)\n', unsafe=True),
        reported("inputs of langchain in 2.10", "import mlflow\nmlflow.langchain.autolog(log_inputs_outputs=False)\n"),
        reported("tags of openai", 'import mlflow\nmlflow.openai.autolog(extra_tags={"team": "a"})\n'),
        reported("by position", "import mlflow\nmlflow.tensorflow.autolog(5)\n", unsafe=True),
        reported(
            "what the new argument says already",
            "import mlflow\nmlflow.tensorflow.autolog(every_n_iter=5, log_every_epoch=True)\n",
            unsafe=True,
        ),
        untouched("other libraries log models", "import mlflow\nmlflow.sklearn.autolog(log_models=False, extra_tags={})\n"),
        untouched("autologging of all", "import mlflow\nmlflow.autolog(log_models=False, log_datasets=False)\n"),
        untouched("an autolog of one's own", "from tools import autolog\nautolog(every_n_iter=5)\n"),
        untouched("tracing", "import mlflow\nmlflow.openai.autolog(disable=True, silent=True)\n"),
    ),
)  # fmt: skip
