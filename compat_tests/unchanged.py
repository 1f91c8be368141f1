"""Calls that migration guides promise to stay the same, made in the client's interpreter, and what came of them.

``python -m compat_tests.unchanged MODEL`` prints a JSON object: the name of each function below with what it returned. The code is the
same for MLflow 2 and 3; the codemod does not touch it. MODEL is a registered model: version 1, alias ``champion``, logged as ``model``.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import torch
from lightning import LightningModule, Trainer
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException


def set_tracking_uri() -> dict[str, bool]:
    """Set the address of the environment, one that the code names, and the first again."""
    from_environment = mlflow.get_tracking_uri()
    with tempfile.TemporaryDirectory() as folder:
        other = f"sqlite:///{folder}/other.db"
        mlflow.set_tracking_uri(other)
        seen = mlflow.get_tracking_uri()
        registry = mlflow.get_registry_uri()
        mlflow.set_tracking_uri(from_environment)
    return {
        "the code's address wins": seen == other,
        "the registry follows": registry == other,
        "and back": mlflow.get_tracking_uri() == from_environment,
    }


def set_experiment() -> dict[str, bool]:
    """Set an experiment: it is made at first, found again, and taken by name or by id."""
    made = mlflow.set_experiment("unchanged")
    found = mlflow.set_experiment("unchanged")
    by_id = mlflow.set_experiment(experiment_id=made.experiment_id)
    with mlflow.start_run() as run:
        pass
    return {
        "found again": made.experiment_id == found.experiment_id,
        "by id": by_id.name == "unchanged",
        "runs land in it": run.info.experiment_id == made.experiment_id,
        "get_experiment_by_name": mlflow.get_experiment_by_name("unchanged").experiment_id == made.experiment_id,
    }


def log_params() -> dict[str, Any]:
    """Log parameters: they come back as strings, and cannot change their value."""
    with mlflow.start_run() as run:
        mlflow.log_params({"rate": 1e-3, "layers": [8, 16], "shuffle": True, "note": None})
        mlflow.log_param("epochs", 3)
        mlflow.log_param("epochs", 3)
        try:
            mlflow.log_param("epochs", 4)
            refused = ""
        except MlflowException as error:
            refused = error.error_code
    return {"read": MlflowClient().get_run(run.info.run_id).data.params, "a changed value": refused}


def log_metrics() -> dict[str, Any]:
    """Log metrics, which keep their history by step."""
    with mlflow.start_run() as run:
        for step in range(3):
            mlflow.log_metrics({"loss": 1 / (step + 1), "accuracy": step / 2}, step=step)
        mlflow.log_metric("final", 0.25)
    client = MlflowClient()
    return {
        "last": client.get_run(run.info.run_id).data.metrics,
        "history": [(entry.step, entry.value) for entry in client.get_metric_history(run.info.run_id, "loss")],
    }


def runs() -> dict[str, Any]:
    """Start nested runs, set tags, let a run fail, and search for all of them."""
    mlflow.set_experiment("unchanged-runs")
    with mlflow.start_run(run_name="parent", tags={"team": "x"}), mlflow.start_run(run_name="child", nested=True):
        mlflow.set_tags({"stage": "draft"})
    try:
        with mlflow.start_run(run_name="broken"):
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    table = mlflow.search_runs(experiment_names=["unchanged-runs"], order_by=["attributes.start_time"])
    return {
        "status": dict(zip(table["tags.mlflow.runName"], table["status"], strict=True)),
        "by tag": list(mlflow.search_runs(filter_string="tags.stage = 'draft'")["tags.mlflow.runName"]),
        "child": bool(table["tags.mlflow.parentRunId"].notna().sum() == 1),
        "active afterwards": mlflow.active_run() is None,
    }


def artifacts() -> dict[str, Any]:
    """Log files of a run, which keep their ``artifact_path``: only models have a name instead."""
    with mlflow.start_run() as run, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "loss.csv"
        file.write_text("epoch,loss\n0,1.0\n", encoding="utf-8")
        mlflow.log_artifact(str(file), artifact_path="tables")
        mlflow.log_text("done", "notes/end.txt")
        mlflow.log_dict({"a": 1}, "notes/settings.json")
        uri = mlflow.get_artifact_uri("notes/end.txt")
    return {
        "listed": sorted(entry.path for entry in MlflowClient().list_artifacts(run.info.run_id, "notes")),
        "by run": mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/tables/loss.csv"),
        "by address": mlflow.artifacts.load_text(uri),
    }


def load_model() -> dict[str, Any]:
    """Load a registered model by version, ``latest``, alias and run."""
    name = sys.argv[1]
    version = MlflowClient().get_model_version_by_alias(name, "champion")
    inputs = np.asarray([[1.0], [2.0]])
    addresses = {
        "version": f"models:/{name}/1",
        "latest": f"models:/{name}/latest",
        "alias": f"models:/{name}@champion",
        "run": f"runs:/{version.run_id}/model",
    }
    loaded = {way: mlflow.pyfunc.load_model(uri) for way, uri in addresses.items()}
    return {way: np.asarray(model.predict({"counts": inputs[:, 0]})).tolist() for way, model in loaded.items()}


class _Line(LightningModule):  # type: ignore[misc]  # Lightning's base class is untyped without its package
    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(1, 1)

    def training_step(self, batch: Any, index: int) -> Any:
        inputs, target = batch
        loss = torch.nn.functional.mse_loss(self.layer(inputs), target)
        self.log("loss", loss, on_epoch=True, on_step=False)
        return loss

    def configure_optimizers(self) -> Any:
        return torch.optim.SGD(self.parameters(), lr=0.01)


def pytorch_autolog() -> dict[str, Any]:
    """Log a Lightning training automatically: one value an epoch, and no model."""
    mlflow.pytorch.autolog(log_every_n_epoch=1, log_models=False, disable=False)
    torch.manual_seed(0)
    inputs = torch.arange(8.0)[:, None]
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(inputs, 2 * inputs), batch_size=4)
    with mlflow.start_run() as run, tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            max_epochs=3, accelerator="cpu", devices=1, default_root_dir=folder, logger=False,
            enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False,
        )  # fmt: skip
        trainer.fit(_Line(), data)
    mlflow.pytorch.autolog(disable=True)
    client = MlflowClient()
    recorded = client.get_run(run.info.run_id).data
    return {
        "steps of the loss": [entry.step for entry in client.get_metric_history(run.info.run_id, "loss")],
        "loss": round(recorded.metrics["loss"], 4),
        "params": {key: recorded.params[key] for key in ("optimizer_name", "lr", "epochs")},
        "models": [entry.path for entry in client.list_artifacts(run.info.run_id, "model")],
    }


CALLS: tuple[Callable[[], Any], ...] = (
    set_tracking_uri,
    set_experiment,
    log_params,
    log_metrics,
    runs,
    artifacts,
    load_model,
    pytorch_autolog,
)


def main() -> None:
    """Make all calls and print what came of them."""
    results = {}
    for call in CALLS:
        try:
            results[call.__name__] = call()
        except Exception as error:  # one call that changed must not hide the others
            results[call.__name__] = {"error": f"{type(error).__name__}: {error}"}
    sys.stdout.write(f"\n{json.dumps(results)}\n")


if __name__ == "__main__":
    main()
