"""MLF408: the prompt registry is part of `mlflow.genai`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.names.nodes import is_none
from codemod.rewriting.edits import CallChange, RenameFunction
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.arguments import removed_in
from codemod.rules.idioms.gone_arguments import check_arguments, functions
from codemod.rules.idioms.gone_names import check_names, leaves
from codemod.rules.selectors import LIBRARY, ImportStatement, attributes, calls, imports

_NAMES = leaves("MLF408")
_DELETE = "mlflow.MlflowClient.delete_prompt"
# So many positional arguments mean the same in both; the fourth of `register_prompt` is `version_metadata`, then `tags`.
_SAME_PLACES = 4


def _check_name(node: ImportStatement | ast.Attribute, context: Context) -> Iterator[Match]:
    for match in check_names(node, context, "MLF408"):
        parent = context.names.scopes.parent(node)
        if isinstance(parent, ast.Call) and parent.func is node and len(parent.args) > _SAME_PLACES:
            # Under its new name nobody could tell any more that the fifth argument was written for MLflow 2.
            match = Match(match.node, match.message, Safety.MANUAL)
        yield match


def _check_tags(call: BoundCall, context: Context) -> Iterator[Match]:
    tags = call.get("tags")
    if tags is not None and not is_none(tags.value) and context.target.at_least("3.1"):
        message = (
            "`tags=` of `register_prompt` belong to the one version in MLflow 3, in 2.x to the prompt: "
            "for those call `mlflow.MlflowClient().set_prompt_tag(name, key, value)`"
        )
        yield Match(tags.value, message, Safety.MANUAL, severity=Severity.CHANGES)


def _check_call(call: BoundCall, context: Context) -> Iterator[Match]:
    if call.path != _DELETE:
        yield from check_arguments(call, context, "MLF408")
    elif call.get("version") is not None and removed_in(_DELETE, "version", context.target.release):
        message = "`delete_prompt` of MLflow 3 deletes the whole prompt; `delete_prompt_version` deletes one version"
        changes = (CallChange(call.node, (RenameFunction("delete_prompt_version"),)),)
        if context.target.both:
            yield Match(call.node, f"{message}; no form runs on 2.22 and 3", Safety.MANUAL, changes, for_3=True)
        else:
            yield Match(call.node, message, Safety.SAFE, changes)


_PROGRAM = """\
import mlflow

first = mlflow.register_prompt(name="greet", template="Hello {{who}}", version_metadata={"team": "a"})
mlflow.set_prompt_alias("greet", alias="live", version=first.version)
result = mlflow.load_prompt("prompts:/greet@live").format(who="you")
mlflow.delete_prompt_alias("greet", "live")
mlflow.MlflowClient().delete_prompt("greet", version=first.version)
"""

_DELETES = """\
import mlflow

first = mlflow.register_prompt(name="greet", template="Hello {{who}}")
mlflow.MlflowClient().delete_prompt("greet", version=first.version)
result = int(first.version)
"""

_TAGS = """\
import mlflow

client = mlflow.MlflowClient()
client.register_prompt("greet", "Hi {{who}}", tags={"team": "a"})
client.register_prompt("greet", "Hello {{who}}")
result = "team" in client.load_prompt("greet", version=2).tags
"""

RULE = Rule(
    code="MLF408",
    name="prompt-api",
    summary="`mlflow.register_prompt`, `load_prompt` and the others are in `mlflow.genai`.",
    why="""\
The prompt registry came with 2.21. Since 3.1 its functions are those of `mlflow.genai`; the ones of `mlflow` still work and warn
(`mlflow/tracking/_model_registry/fluent.py`: "The `mlflow.register_prompt` API is moved to the `mlflow.genai` namespace").

3.1 also took `version_metadata` (a `TypeError`; a version's `tags` are the same thing, `mlflow/entities/model_registry/prompt_version.py`),
`mlflow.delete_prompt` and `MlflowClient.log_prompt` (`link_prompt_version_to_run`), and gave `MlflowClient.delete_prompt` another meaning: it deletes the
whole prompt and takes no version. `delete_prompt_version` deletes one. None of the new names is in 2.22: with `--target both` what still works is left
alone.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(
        imports(*_NAMES, check=_check_name),
        attributes(*_NAMES, check=_check_name, needs=(LIBRARY,)),
        calls(*functions("MLF408"), check=_check_call),
        calls("mlflow.register_prompt", "mlflow.MlflowClient.register_prompt", check=_check_tags),
    ),
    since="3.1",
    examples=(
        program(
            "the life of a prompt",
            _PROGRAM,
            _PROGRAM.replace("mlflow.register_prompt", "mlflow.genai.register_prompt")
            .replace("version_metadata", "tags")
            .replace("mlflow.set_prompt_alias", "mlflow.genai.set_prompt_alias")
            .replace("mlflow.load_prompt", "mlflow.genai.load_prompt")
            .replace("mlflow.delete_prompt_alias", "mlflow.genai.delete_prompt_alias")
            .replace("delete_prompt(", "delete_prompt_version("),
            runs={
                "2 before": Run(),
                "3 before": Run(raises="TypeError: version_metadata"),
                "3 after": Run(silent="moved to the .mlflow.genai. namespace"),
            },
        ),
        fixed(
            "imports",
            "from mlflow import load_prompt, set_experiment, register_prompt as register\n",
            """
            from mlflow import set_experiment
            from mlflow.genai import load_prompt, register_prompt as register
            """,
        ),
        reported(
            "deleting by the function",
            """
            import mlflow
            mlflow.delete_prompt("greet", 1)
            """,
        ),
        reported(
            "a prompt of a run",
            """
            import mlflow
            mlflow.MlflowClient().log_prompt(run_id, prompt)
            """,
        ),
        reported(
            "tags and metadata at once",
            """
            from mlflow import MlflowClient
            MlflowClient().register_prompt('p', 't', version_metadata={}, tags={})
            """,
        ),
        program(
            "tags of a prompt and of a version",
            _TAGS,
            runs={"2 before": Run(), "3 before": Run()},
        ),
        reported(
            "tags by position",
            """
            import mlflow
            mlflow.register_prompt('p', 't', 'c', None, {'team': 'a'})
            """,
        ),
        reported(
            "nothing that both have",
            """
            import mlflow
            mlflow.MlflowClient().delete_prompt("greet", 1)
            """,
            target="both",
        ),
        program(
            "one version, on both",
            _DELETES,
            _DELETES.replace("import mlflow\n", "import mlflow\nfrom packaging.version import Version\n").replace(
                'mlflow.MlflowClient().delete_prompt("greet", version=first.version)\n',
                """\
if Version(mlflow.__version__).major >= 3:
    mlflow.MlflowClient().delete_prompt_version("greet", version=first.version)
else:
    mlflow.MlflowClient().delete_prompt("greet", version=first.version)
""",
            ),
            runs={"2 before": Run(), "2 after": Run(), "3 after": Run()},
            target="both",
            unsafe=True,
        ),
        untouched(
            "the new place",
            """
            import mlflow
            mlflow.genai.load_prompt("prompts:/greet/1")
            """,
        ),
        untouched(
            "before 3.1 there was no other",
            """
            import mlflow
            mlflow.load_prompt("prompts:/greet/1")
            """,
            target="3.0",
        ),
        untouched(
            "it runs on both, although it warns",
            """
            import mlflow
            mlflow.load_prompt("prompts:/greet/1")
            """,
            target="both",
        ),
        untouched(
            "the client's functions stayed",
            """
            import mlflow
            mlflow.MlflowClient().load_prompt("greet", version=1)
            """,
        ),
        untouched(
            "deleting a whole prompt",
            """
            from mlflow import MlflowClient
            MlflowClient().delete_prompt("greet")
            """,
        ),
        untouched(
            "what a prompt still has",
            """
            import mlflow
            print(mlflow.genai.load_prompt("prompts:/p/1").template)
            """,
        ),
        untouched(
            "another library",
            """
            from langsmith import Client
            from tools import load_prompt
            load_prompt('greet')
            """,
        ),
    ),
)  # fmt: skip
