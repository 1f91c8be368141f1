"""MLF102: characters that MLflow 3 refuses in the name of a model."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from codemod.calls import Argument, BoundCall
from codemod.context import Context
from codemod.edits import CallChange, Change, NameArgument, RenameKeyword, Replace, SetValue
from codemod.findings import Safety
from codemod.rules.arguments import name_from, takes_name
from codemod.rules.base import Match, Rule, fixed, reported, untouched
from codemod.texts import text_of

# mlflow/utils/validation.py, _validate_logged_model_name: MLflow 3.0 and later.
_REFUSED = "/:.%\"'"
_RUN_OF_REFUSED = re.compile(f"[{re.escape(_REFUSED)}]+")


@dataclass(frozen=True, slots=True)
class Invalid:
    """Why a value cannot be a model's name on MLflow 3.

    Attributes:
        reason: One clause for a message.
        name: The whole name when it is known.
        literal: The literal that holds it, when the argument is one.
    """

    reason: str
    name: str | None = None
    literal: ast.Constant | None = None


def invalid_name(node: ast.expr, context: Context) -> Invalid | None:
    """Say why a value cannot be a model's name; None when it can, or when nobody can tell."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return Invalid(f"a model's name must be a text, not {node.value!r}")
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in ("Path", "PurePath", "PosixPath"):
        return Invalid("a model's name must be a text, not a path object")
    text = text_of(node, context.names)
    literal = node if isinstance(node, ast.Constant) else None
    found = sorted({character for character in text.fixed if character in _REFUSED}, key=_REFUSED.index)
    if found:
        return Invalid(f"it holds {' '.join(found)}", text.known, literal)
    if text.known == "":
        return Invalid("it is empty", "", literal)
    return None


def cleaned(name: str) -> str:
    """Give a valid name that looks like an invalid one."""
    return _RUN_OF_REFUSED.sub("-", name.removeprefix("./")).strip("-")


def _check(node: ast.AST, context: Context) -> Iterator[Match]:
    assert isinstance(node, ast.Call)  # noqa: S101 - `nodes` asks for nothing else
    call = context.call(node)
    if call is None or not takes_name(call.path, context.target.release):
        return
    argument = call.get("artifact_path") or call.get("name")
    if argument is None:
        return
    invalid = invalid_name(argument.value, context)
    if invalid is None:
        return
    message = f"MLflow 3 refuses this model name: {invalid.reason}"
    new = cleaned(invalid.name or "")
    if not new or invalid.literal is None or argument.key is not None:
        advice = "give it one without / : . % \" '" if not new else f"for example {new!r}"
        yield Match(argument.value, f"{message}; {advice}", Safety.MANUAL)
        return
    readers = context.runs_readers(invalid.name or "")
    advice = f"`{new}` would do"
    if readers:
        advice += f", together with the {len(readers)} `runs:/…/{invalid.name}` of this file"
    yield Match(
        argument.value, f"{message}; {advice}", Safety.UNSAFE, _changes(call, argument, invalid, new, readers, context)
    )


def _changes(
    call: BoundCall, argument: Argument, invalid: Invalid, new: str, readers: list[ast.expr], context: Context
) -> tuple[Change, ...]:
    place: int | str = argument.index if argument.index is not None else (argument.keyword or "")
    quote = "'" if context.source(argument.value).startswith("'") else '"'
    value = SetValue(place, f"{quote}{new}{quote}")
    old = invalid.name or ""
    changes: list[Change] = []
    for reader in readers:
        text = context.source(reader)
        end = text.rindex(old)
        changes.append(Replace(reader, f"{text[:end]}{new}{text[end + len(old) :]}"))
    if context.target.both:
        return (CallChange(call.node, (value,)), *changes)
    if argument.index is not None:
        named = name_from(call, argument.index, context.target.release)
        operations = named if named is not None else [NameArgument(argument.index, "name")]
        return (CallChange(call.node, (*operations, value)), *changes)
    if argument.keyword == "artifact_path":
        return (CallChange(call.node, (RenameKeyword("artifact_path", "name"), value)), *changes)
    return (CallChange(call.node, (value,)), *changes)


RULE = Rule(
    code="MLF102",
    name="invalid-model-name",
    summary="MLflow 3 refuses model names that hold / : . % \" ' or are empty.",
    why="""\
In MLflow 2 the value was a path below the run's artifacts, so `models/forest` and `v1.2` were fine. In MLflow 3 it is the name of
a LoggedModel and must be a non-empty text without `/`, `:`, `.`, `%`, `"` and `'`; anything else ends in
`MlflowException: Invalid model name (...) provided` whether it comes as `artifact_path` or as `name` (since 3.0,
`_validate_logged_model_name` in `mlflow/utils/validation.py`). An `int` or a `Path` is a `TypeError`.

The fix replaces each run of refused characters by `-` and changes the `runs:/…/<old name>` readers of the same file with it. It is
unsafe, because other files, jobs and people may read the model by its old path.""",
    safety=Safety.UNSAFE,
    triggers=(b"log_model", b"log_explainer"),
    nodes=(ast.Call,),
    check=_check,
    examples=(
        fixed(
            "a path becomes a name, and the reader in the same file follows",
            """\
import mlflow

with mlflow.start_run() as run:
    mlflow.sklearn.log_model(model, "models/forest", serialization_format="cloudpickle")
loaded = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/models/forest")
""",
            """\
import mlflow

with mlflow.start_run() as run:
    mlflow.sklearn.log_model(model, name="models-forest", serialization_format="cloudpickle")
loaded = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/models-forest")
""",
            unsafe=True,
        ),
        fixed(
            "a leading ./ means nothing in a name",
            'import mlflow\nmlflow.xgboost.log_model(booster, artifact_path="./model")\n',
            'import mlflow\nmlflow.xgboost.log_model(booster, name="model")\n',
            unsafe=True,
        ),
        fixed(
            "`name=` of code that was renamed already",
            "import mlflow\nmlflow.xgboost.log_model(booster, name='v1.2')\n",
            "import mlflow\nmlflow.xgboost.log_model(booster, name='v1-2')\n",
            unsafe=True,
        ),
        reported("without --unsafe it is only named", 'import mlflow\nmlflow.onnx.log_model(m, "a/b")\n'),
        reported("an empty path", 'import mlflow\nmlflow.onnx.log_model(m, "")\n', unsafe=True),
        reported(
            "a refused character in the fixed text of an f-string",
            'import mlflow\nmlflow.onnx.log_model(m, f"models/{kind}")\n',
            unsafe=True,
        ),
        reported(
            "a constant defined elsewhere may have other readers",
            'import mlflow\nPATH = "models/forest"\nmlflow.onnx.log_model(m, PATH)\n',
            unsafe=True,
        ),
        reported("a number", "import mlflow\nmlflow.onnx.log_model(m, artifact_path=1)\n", unsafe=True),
        reported(
            "a path object",
            "from pathlib import Path\nimport mlflow\nmlflow.onnx.log_model(m, Path('model'))\n",
            unsafe=True,
        ),
        untouched("a valid name", 'import mlflow\nmlflow.onnx.log_model(m, "model")\n'),
        untouched("blanks, dashes and other letters are fine", 'import mlflow\nmlflow.onnx.log_model(m, "modèle 1-a_b@c")\n'),
        untouched("nobody can tell before it runs", "import mlflow\nmlflow.onnx.log_model(m, path)\n"),
        untouched("a run artifact may have any path", 'import mlflow\nmlflow.log_artifact("x.png", "plots/x.y")\n'),
        untouched("Spark models stay run artifacts", 'import mlflow\nmlflow.spark.log_model(m, "models/spark")\n'),
        untouched("not MLflow", 'import wandb\nwandb.run.log_model("a/b.pt", name="v1.2")\n'),
    ),
)
