"""MLF203: the URI of a logged model is not a path of its run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.context import Context
from codemod.findings import Safety
from codemod.names import Instance, Unknown
from codemod.rules.base import Match, Rule, Run, program, reported, untouched

_MODEL_INFO = "mlflow.models.model.ModelInfo"
_SURGERY = ("split", "rsplit", "partition", "rpartition", "replace", "startswith", "endswith", "removeprefix", "index",
            "find", "strip", "lstrip")  # fmt: skip


def _check(node: ast.AST, context: Context) -> Iterator[Match]:
    assert isinstance(node, ast.Attribute)  # `nodes` asks for nothing else
    owner = context.resolve(node.value)
    is_info = isinstance(owner, Instance) and owner.path == _MODEL_INFO
    if node.attr == "artifact_path":
        if is_info and isinstance(node.ctx, ast.Load):
            yield Match(
                node,
                "`artifact_path` of a logged model is the place of its files in MLflow 3, not the path that was logged; "
                "use `info.name`, or `info.model_uri` to read it",
                Safety.MANUAL,
            )
        return
    if _is_taken_apart(node, context) and (is_info or (isinstance(owner, Unknown) and context.mentions("log_model"))):
        yield Match(
            node,
            "`model_uri` of a logged model is `models:/m-…` in MLflow 3, not `runs:/…/…`; take the run from `info.run_id`",
            Safety.MANUAL,
        )


def _is_taken_apart(node: ast.Attribute, context: Context) -> bool:
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.Attribute):
        return parent.attr in _SURGERY
    if isinstance(parent, ast.Compare):
        return any(isinstance(operator, (ast.In, ast.NotIn)) for operator in parent.ops)
    return isinstance(parent, ast.Subscript) and parent.value is node


_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run():
    info = mlflow.sklearn.log_model(LinearRegression(), artifact_path="model", serialization_format="cloudpickle")
run_id = info.model_uri.split("/")[1]
result = mlflow.get_run(run_id).info.status
"""

RULE = Rule(
    code="MLF203",
    name="model-uri-surgery",
    summary="`info.model_uri` is `models:/m-…`, so code that takes it apart breaks.",
    why="""\
`ModelInfo.model_uri` was `runs:/<run id>/<path>`; MLflow 3.0 gives `models:/m-<id>` (`Model.log` in
`mlflow/models/model.py`). The URI still
loads, registers and serves. What breaks is code that splits it for the run's id, tests it for `runs:/` or replaces a part.
`info.artifact_path` was the path that was logged and is the absolute place of the files now. `info.run_id` and, on 3, `info.name` say
both. What to write depends on what the code wants, so a person decides.""",
    safety=Safety.MANUAL,
    triggers=(re.compile(rb"model_uri\b(?<=\.model_uri)"), re.compile(rb"artifact_path\b(?<=\.artifact_path)")),
    nodes=(ast.Attribute,),
    names=("model_uri", "artifact_path"),
    check=_check,
    examples=(
        program(
            "the run's id out of the URI",
            _PROGRAM,
            runs={"2 before": Run(), "3 before": Run(raises="MlflowException: not found"), "3 by hand": Run()},
            by_hand=_PROGRAM.replace("artifact_path=", "name=").replace('info.model_uri.split("/")[1]', "info.run_id"),
        ),
        reported(
            "a test for runs:/",
            'import mlflow\ninfo = mlflow.onnx.log_model(m, name="m")\nif info.model_uri.startswith("runs:/"):\n    pass\n',
        ),
        reported(
            "the logged path", 'import mlflow\ninfo = mlflow.onnx.log_model(m, name="m")\nprint(info.artifact_path)\n'
        ),
        reported(
            "through a parameter",
            'import mlflow\ndef run_of(info):\n    return info.model_uri.split("/")[1]\nrun_of(mlflow.onnx.log_model(m, name="m"))\n',
        ),
        untouched(
            "loading by it", 'import mlflow\nmlflow.onnx.load_model(mlflow.onnx.log_model(m, name="m").model_uri)\n'
        ),
        untouched(
            "an argument of that name", 'import mlflow\nmlflow.pyfunc.load_model(model_uri="models:/m/1".strip())\n'
        ),
        untouched("another artifact_path", "import mlflow\ndef f(config):\n    return config.artifact_path\n"),
        untouched(
            "a settings object of one's own",
            'class Settings:\n    model_uri = "a/b"\nprint(Settings().model_uri.split("/"))\n',
        ),
    ),
)
