"""The whole way at once, with servers of its own: digits into Tiled, train, log to MLflow, register, infer."""

import os
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reference_pipeline.local_servers import mlflow_server, mlflow_server_arguments, model_server, tiled_server
from reference_pipeline.parameters import InferenceConfiguration, TrainingConfiguration, parse

if TYPE_CHECKING:
    from reference_pipeline.inference import InferenceResult
    from reference_pipeline.serve import ServedComparison
    from reference_pipeline.train import TrainingResult

MODEL = "digits-autoencoder"
ALIAS = "champion"


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demonstration left in its folder."""

    training: "TrainingResult"
    inference: "InferenceResult"
    served: "ServedComparison | None"


def run(output: Path, epochs: int, say: Callable[[str], None], serve: bool = False) -> DemoResult:
    """Run the demonstration.

    Args:
        output: folder for everything that stays: models, results, MLflow's database and artifacts.
        epochs: to train.
        say: takes one line about each step.
        serve: whether to start ``mlflow models serve`` too and compare what it answers.

    Raises:
        PipelineError: a server that did not start, or anything that training and inference raise.
    """
    output = output.resolve()
    start = time.monotonic()

    def step(text: str) -> None:
        say(f"[{time.monotonic() - start:5.1f} s] {text}")

    step("starting a Tiled server and an MLflow server")
    with tiled_server(output / "servers") as tiled, mlflow_server(output / "mlflow") as tracking:
        # PyTorch and Lightning take seconds to import: they do so while the servers start.
        from reference_pipeline.inference import run as infer
        from reference_pipeline.seed_tiled import seed
        from reference_pipeline.serve import compare
        from reference_pipeline.train import train

        tiled.wait()
        data = seed(tiled.uri, tiled.api_key)
        step(f"wrote the digits to {data}")

        tracking.wait()
        step(f"training {epochs} epochs, recorded by {tracking.uri}")
        with _environment(MLFLOW_TRACKING_URI=tracking.uri, TILED_API_KEY=tiled.api_key):
            training = train(_training_configuration(tiled.uri, output, epochs), alias=ALIAS)
            for epoch, losses in enumerate(training.epochs):
                step(f"epoch {epoch}: " + ", ".join(f"{name} {value:.5f}" for name, value in losses.items()))
            step(f"registered {training.model_name} version {training.version} as {ALIAS}")

            configuration = _inference_configuration(tiled.uri, output)
            inference = infer(configuration, alias=ALIAS)
            step(f"encoded and reconstructed {inference.frames} images with {inference.model_uri}")

            served = None
            if serve:
                with model_server(inference.model_uri, tracking.uri, output / "servers") as served_model:
                    served_model.wait()
                    served = compare(configuration, served_model.uri, alias=ALIAS)
                step(f"served it: {served.frames} images over HTTP differ by at most {served.largest_difference:.1e}")

    say(f"report           {training.report}")
    say(f"figure           {training.figure}")
    say(f"latent vectors   {inference.latent_vectors}")
    say(f"reconstructions  {inference.reconstructions}")
    say(f"look at the run  mlflow {shlex.join(mlflow_server_arguments(output / 'mlflow'))}")
    return DemoResult(training, inference, served)


def _training_configuration(tiled_uri: str, output: Path, epochs: int) -> TrainingConfiguration:
    sections = {
        "io_parameters": {
            "root_uri": tiled_uri,
            "data_uris": ["digits"],
            "uid_save": MODEL,
            "models_dir": output / "models",
        },
        # Few epochs are to show something: small batches and a brisk learning rate.
        "train_parameters": {
            "num_epochs": epochs,
            "batch_size": 32,
            "optimizer": "AdamW",
            "learning_rate": 0.005,
            "latent_dim": 32,
        },
    }
    return parse(sections, TrainingConfiguration, origin="demo")


def _inference_configuration(tiled_uri: str, output: Path) -> InferenceConfiguration:
    sections = {
        "io_parameters": {
            "root_uri": tiled_uri,
            "data_uris": ["digits"],
            "mlflow_model": MODEL,
            "uid_save": time.strftime("digits-%Y%m%d-%H%M%S"),
            "results_dir": output / "results",
        },
        "inference_parameters": {"batch_size": 256},
    }
    return parse(sections, InferenceConfiguration, origin="demo")


@contextmanager
def _environment(**variables: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
