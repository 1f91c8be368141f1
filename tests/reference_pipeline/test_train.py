from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import mlflow
import pytest
import torch
from mlflow import MlflowClient
from PIL import Image

from reference_pipeline.errors import DataError, ModelError, ParameterError
from reference_pipeline.inference import load_model
from reference_pipeline.model import Autoencoder
from reference_pipeline.parameters import TrainingConfiguration, parse
from reference_pipeline.train import TrainingResult, train


def changed(sections: dict[str, Any], section: str, **values: Any) -> TrainingConfiguration:
    return parse({**sections, section: sections[section] | values}, TrainingConfiguration)


@pytest.mark.usefixtures("mlflow_store")
def test_a_run_records_parameters_losses_and_artifacts(
    trained: TrainingResult, training_configuration: TrainingConfiguration
) -> None:
    client = MlflowClient()
    run = client.get_run(trained.run_id)
    assert run.info.status == "FINISHED"
    expected = training_configuration.train_parameters.model_dump()
    assert run.data.params == {name: str(value) for name, value in expected.items()}
    assert run.data.tags["device"] == "cpu"
    assert run.data.metrics == pytest.approx(trained.metrics)
    history = client.get_metric_history(trained.run_id, "val_loss")
    assert [(point.step, point.value) for point in history] == [
        (epoch, losses["val_loss"]) for epoch, losses in enumerate(trained.epochs)
    ]
    assert {"reconstructions.png", "loss_history.csv"} <= {file.path for file in client.list_artifacts(trained.run_id)}


def test_the_loss_falls(trained: TrainingResult) -> None:
    assert len(trained.epochs) == 2
    assert trained.epochs[1]["train_loss"] < trained.epochs[0]["train_loss"]
    assert trained.epochs[1]["val_loss"] < trained.epochs[0]["val_loss"]


def test_the_loss_history_is_the_file_too(
    trained: TrainingResult, training_configuration: TrainingConfiguration
) -> None:
    io_parameters = training_configuration.io_parameters
    with (io_parameters.models_dir / io_parameters.uid_save / "loss_history.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["0", "1"]
    assert [float(row["val_loss"]) for row in rows] == [losses["val_loss"] for losses in trained.epochs]


def test_the_report_and_the_figure_are_there(trained: TrainingResult) -> None:
    report = trained.report.read_text(encoding="utf-8")
    assert "train/loss" in report
    assert "reconstructions.png" in report
    with Image.open(trained.figure) as figure:
        assert figure.width > figure.height > 300


@pytest.mark.usefixtures("trained")
def test_the_git_repository_around_it_stays_as_it_was(git_work_tree: Path) -> None:
    """DVCLive would make it a DVC repository; only what MLflow's store writes may be there."""
    status = subprocess.run(
        ["git", "-C", git_work_tree, "status", "--porcelain"], check=True, capture_output=True, text=True
    ).stdout
    assert status in ("", "?? mlruns/\n")


@pytest.mark.usefixtures("mlflow_store")
def test_the_best_epoch_is_registered_under_its_alias(trained: TrainingResult) -> None:
    client = MlflowClient()
    version = client.get_model_version_by_alias("digits-autoencoder", "champion")
    assert (str(version.version), version.run_id) == (trained.version, trained.run_id)
    registered = load_model(f"models:/digits-autoencoder/{trained.version}")
    best = Autoencoder.load_from_checkpoint(trained.checkpoint)
    for name, weights in best.state_dict().items():
        assert torch.equal(weights, registered.state_dict()[name]), name
    signature = mlflow.models.get_model_info(trained.model_uri).signature
    assert signature.inputs.inputs[0].shape == (-1, 1, 32, 32)
    assert signature.outputs.inputs[0].shape == (-1, 1, 32, 32)


@pytest.mark.usefixtures("mlflow_store")
def test_one_seed_gives_bit_equal_predictions(
    trained: TrainingResult, training_sections: dict[str, Any], tmp_path: Path
) -> None:
    """Shuffled, augmented, read by two processes: all of it hangs on the one seed."""
    frames = torch.rand(16, 1, 32, 32, generator=torch.Generator().manual_seed(0))

    def predictions(result: TrainingResult) -> str:
        with torch.no_grad():
            return hashlib.sha256(load_model(result.model_uri)(frames).numpy().tobytes()).hexdigest()

    io_values = training_sections["io_parameters"] | {"uid_save": "again", "models_dir": tmp_path}
    again = train(parse({**training_sections, "io_parameters": io_values}, TrainingConfiguration))
    other_values = training_sections["train_parameters"] | {"seed": 8}
    other = train(
        parse(
            {**training_sections, "io_parameters": io_values, "train_parameters": other_values}, TrainingConfiguration
        )
    )
    assert again.epochs == trained.epochs
    assert predictions(again) == predictions(trained)
    assert predictions(other) != predictions(trained)
    assert (again.version, other.version) == ("1", "2")


@pytest.mark.usefixtures("mlflow_store")
def test_the_model_carries_its_code(trained: TrainingResult, tmp_path: Path) -> None:
    """Loads in another process and folder, and the class comes from the model's folder, not from this checkout."""
    script = (
        "import sys, mlflow, numpy\n"
        "model = mlflow.pyfunc.load_model(sys.argv[1])\n"
        "print(model.predict(numpy.zeros((3, 1, 32, 32), 'float32')).shape)\n"
        "print(sys.modules['reference_pipeline.model'].__file__)\n"
        "print('kornia' in sys.modules, 'tiled' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, f"models:/digits-autoencoder/{trained.version}"],
        cwd=tmp_path, check=True, capture_output=True, text=True,
    )  # fmt: skip
    shape, file, heavy = done.stdout.splitlines()
    assert shape == "(3, 1, 32, 32)"
    assert Path(file).parts[-3:] == ("code", "reference_pipeline", "model.py")
    assert heavy == "False False"


@pytest.mark.usefixtures("mlflow_store")
@pytest.mark.parametrize(
    ("section", "values", "error", "message"),
    [
        (
            "train_parameters",
            {"target_width": 30, "target_height": 30},
            ModelError,
            "width 30 cannot be halved 2 times",
        ),
        ("io_parameters", {"data_uris": ["absent"]}, DataError, "no array 'absent'"),
        ("io_parameters", {"data_tiled_api_key": "wrong"}, DataError, "refuses the API key"),
        ("trainer_parameters", {"accelerator": "abacus"}, ParameterError, "trainer_parameters: .*abacus"),
        ("trainer_parameters", {"devices": 0}, ParameterError, "trainer_parameters: "),
    ],
)
def test_a_training_that_cannot_start_is_recorded_as_failed(
    training_sections: dict[str, Any],
    tmp_path: Path,
    section: str,
    values: dict[str, Any],
    error: type[Exception],
    message: str,
) -> None:
    sections = training_sections | {"io_parameters": training_sections["io_parameters"] | {"models_dir": tmp_path}}
    with pytest.raises(error, match=message):
        train(changed(sections, section, **values))
    run = mlflow.last_active_run()
    assert run is not None
    assert run.info.status == "FAILED"
    assert mlflow.active_run() is None
