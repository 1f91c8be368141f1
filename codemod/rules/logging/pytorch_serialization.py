"""MLF104: PyTorch models were pickled; MLflow 3 exports them, which needs an example of the input."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.names.nodes import is_none
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.serialization import Format, also, check_format, undecided
from codemod.rules.idioms.signatures import gives_example
from codemod.rules.selectors import calls

_FORMAT = Format(
    flavor="mlflow.pytorch",
    keeps="pickle",
    default_since="3.14",
    parameter_since_2=False,
    message=(
        "since 3.14 MLflow exports PyTorch models as pt2, which needs an `input_example` and loads as a GraphModule"
    ),
    fix=(
        "the fix keeps the format of MLflow 2, pickle (`--pytorch-format pt2` takes the new one, whose files cannot run code)"
    ),
    new_file="model.pt2",
    setting="pytorch_format",
)


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    given = call.get("input_example")
    has_example = given is not None and not is_none(given.value)
    yield from check_format(call, context, _FORMAT, Severity.CHANGES if has_example else None)
    if _FORMAT.is_kept(context) or not undecided(call, context, _FORMAT):
        return
    example = call.get("input_example")
    if gives_example(call, context):
        return
    if example is None or (isinstance(example.value, ast.Constant) and example.value.value is None):
        yield Match(
            call.node,
            "the pt2 format needs `input_example=` with at least two rows (one row would fix the batch size at one)",
            Safety.MANUAL,
        )


_TRAIN = """\
import mlflow
import torch

torch.manual_seed(0)
X = torch.arange(6.0).reshape(3, 2)
with mlflow.start_run() as run:
    mlflow.pytorch.log_model(
        torch.nn.Linear(2, 1),
        artifact_path="model",
        pip_requirements=["torch"],
    )
model = mlflow.pytorch.load_model(f"runs:/{run.info.run_id}/model")
result = [type(model).__name__, model(X).detach().numpy().tolist()]
"""

_EXAMPLE = _TRAIN.replace('["torch"],', '["torch"],\n        input_example=X.numpy(),').replace(
    "result =", 'assert type(model).__name__ == "Linear"\nresult ='
)

RULE = Rule(
    code="MLF104",
    name="pytorch-serialization",
    summary="`mlflow.pytorch` exports models by default since 3.14, which needs an input example.",
    why="""\
MLflow 2 pickled the module. Since 3.14 the default of `serialization_format` in `mlflow.pytorch.log_model` and `save_model` is
`"pt2"` (`mlflow/pytorch/__init__.py`; since 3.17 not in a Databricks runtime or with a Databricks tracking URI): the module goes
through `torch.export`. Without an
`input_example` this is an `MlflowException`; an example of one row fixes the batch size at one; and `load_model` gives a
`GraphModule` instead of the class.

`serialization_format="pickle"` keeps what MLflow 2 wrote. The parameter exists since 3.11; on MLflow 2 it would fall into the
`**kwargs` of `torch.save`, so there is no form for both. A pickle can run any code when it is loaded; that is what pt2 is for.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(calls(*_FORMAT.functions, check=_check), *also(_FORMAT)),
    since="3.14",
    examples=(
        program(
            "a module without an example",
            _TRAIN,
            _TRAIN.replace('["torch"],', '["torch"],\n        serialization_format="pickle",'),
            runs={
                "2 before": Run(),
                "3 before": Run(raises="MlflowException: input_example is required"),
                "3 after": Run(),
            },
        ),
        program(
            "a module with an example: it loads as a GraphModule",
            _EXAMPLE,
            _EXAMPLE.replace("X.numpy(),", 'X.numpy(),\n        serialization_format="pickle",'),
            runs={"2 before": Run(), "3 before": Run(raises="AssertionError"), "3 after": Run()},
        ),
        fixed(
            "save_model too",
            """
            from mlflow import pytorch
            pytorch.save_model(net, path)
            """,
            """
            from mlflow import pytorch
            pytorch.save_model(net, path, serialization_format="pickle")
            """,
        ),
        fixed(
            "an example alone does not bring the class back",
            """
            import mlflow
            mlflow.pytorch.log_model(net, name="m", input_example=x)
            """,
            """
            import mlflow
            mlflow.pytorch.log_model(net, name="m", input_example=x, serialization_format="pickle")
            """,
        ),
        reported(
            "pt2 without an example",
            """
            import mlflow
            mlflow.pytorch.log_model(net, name="m")
            """,
            pytorch_format="pt2",
        ),
        reported(
            "there is no form for both",
            """
            import mlflow
            mlflow.pytorch.log_model(net, "m")
            """,
            target="both",
        ),
        fixed(
            "both forms",
            """
            import mlflow
            mlflow.pytorch.save_model(net, "m")
            """,
            """
            import mlflow
            from packaging.version import Version
            if Version(mlflow.__version__).major >= 3:
                mlflow.pytorch.save_model(net, "m", serialization_format="pickle")
            else:
                mlflow.pytorch.save_model(net, "m")
            """,
            target="both",
            unsafe=True,
        ),
        untouched(
            "pt2 with an example",
            """
            import mlflow
            mlflow.pytorch.log_model(net, name="m", input_example=x)
            """,
            pytorch_format="pt2",
        ),
        untouched(
            "the format is chosen",
            """
            import mlflow
            mlflow.pytorch.log_model(net, name="m", serialization_format="pt2", input_example=x)
            """,
        ),
        untouched(
            "before 3.14 the default was pickle",
            """
            import mlflow
            mlflow.pytorch.log_model(net, name="m")
            """,
            target="3.10",
        ),
        untouched(
            "a state dict is no model",
            """
            import mlflow
            mlflow.pytorch.log_state_dict(state, "checkpoint")
            """,
        ),
        untouched(
            "Lightning's own checkpoints",
            """
            import lightning
            lightning.pytorch.save_model(net, path)
            """,
        ),
        untouched(
            "other flavors",
            """
            import mlflow
            mlflow.onnx.log_model(net, name="m")
            """,
        ),
    ),
)
