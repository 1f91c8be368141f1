"""Examples of MLF903."""

from __future__ import annotations

from codemod.rules.base import Example, Run, fixed, program, reported, untouched

_SKLEARN = """\
import mlflow
from sklearn.linear_model import Ridge

X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
with mlflow.start_run() as run:
    model = Ridge(alpha=0.5)
{autolog}    model.fit(X, y)
    mlflow.sklearn.log_model(model, "model", pip_requirements=["scikit-learn"])
result = mlflow.get_run(run.info.run_id).data.params["alpha"]
"""

_TRAIN = """\
import lightning
import mlflow

def train(net, loader):
    with mlflow.start_run():
        mlflow.log_param("{name}", 3)
{autolog}        trainer = lightning.Trainer(max_epochs=3)
        trainer.fit(net, loader)
"""

_TWO = """\
import lightning
import mlflow
from training import build_trainer

def join(net, loader):
    build_trainer().fit(net, loader)

def train(net, loader):
    with mlflow.start_run():
        trainer = build_trainer()
{autolog}        for part in loader:
            trainer.fit(net, part)
"""

EXAMPLES: tuple[Example, ...] = (
    fixed(
        "before the trainer",
        _TRAIN.format(name="seed", autolog=""),
        _TRAIN.format(name="seed", autolog="        mlflow.pytorch.autolog(log_models=False)\n"),
    ),
    fixed(
        "once, where MLflow is used",
        _TWO.format(autolog="").replace("        trainer = build_trainer()\n", "        trainer = self.trainer\n"),
        _TWO.format(autolog="        mlflow.pytorch.autolog(log_models=False)\n").replace(
            "        trainer = build_trainer()\n", "        trainer = self.trainer\n"
        ),
    ),
    fixed(
        "by the name that the file has for it",
        """
        from mlflow import pytorch as mp
        import lightning as L
        trainer = L.Trainer()
        trainer.fit(net, loader)
        mp.log_model(net, name="net")
        """,
        """
        from mlflow import pytorch as mp
        import lightning as L
        mp.autolog(log_models=False)
        trainer = L.Trainer()
        trainer.fit(net, loader)
        mp.log_model(net, name="net")
        """,
    ),
    program(
        "scikit-learn, with --unsafe",
        _SKLEARN.format(autolog=""),
        _SKLEARN.format(autolog="    mlflow.sklearn.autolog(log_models=False)\n"),
        unsafe=True,
        runs={"2 before": Run(raises="KeyError: alpha"), "2 after": Run(), "3 after": Run()},
    ),
    reported("scikit-learn", _SKLEARN.format(autolog="")),
    reported("a parameter that Lightning's autolog logs, too", _TRAIN.format(name="epochs", autolog="")),
    untouched("autolog is on", _TRAIN.format(name="seed", autolog="        mlflow.autolog()\n")),
    untouched(
        "the trainer has MLflow's logger",
        """
        import lightning, mlflow
        from lightning.pytorch.loggers import MLFlowLogger
        trainer = lightning.Trainer(logger=MLFlowLogger())
        trainer.fit(net, loader)
        mlflow.log_artifact('a')
        """,
    ),
    untouched(
        "no MLflow here",
        """
        import lightning
        trainer = lightning.Trainer()
        trainer.fit(net, loader)
        """,
    ),
    untouched(
        "no training in this file",
        """
        import mlflow
        mlflow.sklearn.log_model(model, name="m")
        """,
    ),
    untouched(
        "something else that fits",
        """
        import mlflow
        scaler.fit(X)
        mlflow.log_metric('rows', len(X))
        """,
    ),
    untouched(
        "a flavor without autolog",
        """
        import mlflow
        model.fit(X, y)
        mlflow.onnx.log_model(model, name="m")
        """,
    ),
    untouched(
        "PyTorch without Lightning",
        """
        import mlflow
        step(net)
        mlflow.pytorch.log_model(net, name="net")
        """,
    ),
)
