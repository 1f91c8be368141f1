"""The whole way in one go, on this machine alone: a Tiled server with digits, an MLflow server, train, register, infer, serve."""

import os
import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reference_pipeline.inference import InferenceResult
from reference_pipeline.inference import run as infer
from reference_pipeline.local_servers import mlflow_server, mlflow_server_arguments, model_server, tiled_server
from reference_pipeline.parameters import InferenceConfiguration, TrainingConfiguration, parse
from reference_pipeline.seed_tiled import seed
from reference_pipeline.serve import ServedComparison, compare
from reference_pipeline.train import TrainingResult, train

MODEL = "digits-autoencoder"
ALIAS = "champion"


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What the demonstration left in its folder."""

    training: TrainingResult
    inference: InferenceResult
    served: ServedComparison
    seconds: float


def run(output: Path, epochs: int = 2) -> DemoResult:
    """Runs the demonstration and says on standard output what it does.

    Args:
        output: folder for everything that stays: models, results, MLflow's database and artifacts.
        epochs: to train.

    Raises:
        PipelineError: a server that did not start, or anything that training and inference raise.
    """
    start = time.monotonic()
    output = output.resolve()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - start:5.1f} s] {text}", flush=True)

    say("starting a Tiled server and an MLflow server")
    with tiled_server(output / "servers") as tiled, mlflow_server(output / "mlflow") as tracking:
        tiled.wait()
        tracking.wait()
        data = seed(tiled.uri, tiled.api_key)
        say(f"wrote 1,797 images of digits to {data}")

        with _environment(MLFLOW_TRACKING_URI=tracking.uri, TILED_API_KEY=tiled.api_key):
            io_parameters = {
                "root_uri": tiled.uri,
                "data_uris": ["digits"],
                "models_dir": output / "models",
                "results_dir": output / "results",
            }
            training = train(
                parse(
                    {
                        "io_parameters": {**io_parameters, "uid_save": MODEL},
                        "train_parameters": {"num_epochs": epochs, "learning_rate": 0.002, "batch_size": 32},
                    },
                    TrainingConfiguration,
                    origin="demo",
                ),
                alias=ALIAS,
            )
            for epoch, losses in enumerate(training.epochs):
                say(f"epoch {epoch}: " + ", ".join(f"{name} {value:.5f}" for name, value in losses.items()))
            say(f"registered {training.model_name} version {training.version} as {ALIAS}")

            configuration = parse(
                {
                    "io_parameters": {
                        **io_parameters,
                        "mlflow_model": MODEL,
                        "uid_save": time.strftime("%Y-%m-%d %H.%M.%S"),
                    }
                },
                InferenceConfiguration,
                origin="demo",
            )
            inference = infer(configuration, alias=ALIAS)
            say(f"encoded and reconstructed {inference.frames} images with {inference.model_uri}")

            with model_server(inference.model_uri, tracking.uri, output / "servers") as served_model:
                served_model.wait()
                served = compare(configuration, served_model.uri, alias=ALIAS)
            say(f"served it: {served.frames} images over HTTP differ by at most {served.largest_difference:.1e}")

    print(
        f"""
report           {training.report}
figure           {training.figure}
latent vectors   {inference.latent_vectors}
reconstructions  {inference.reconstructions}
look at the run  {Path(sys.executable).name} -m mlflow {shlex.join(mlflow_server_arguments(output / "mlflow"))}"""
    )
    return DemoResult(training, inference, served, time.monotonic() - start)


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
