"""Applies a registered model: latent vectors and reconstructions of every frame, to files and back to Tiled."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightning
import mlflow
import numpy as np
import pandas as pd
from lightning.pytorch.callbacks import BasePredictionWriter
from mlflow.exceptions import MlflowException
from PIL import Image
from torch import Tensor

from reference_pipeline.data import inference_data
from reference_pipeline.errors import DataError, ModelError
from reference_pipeline.model import Autoencoder
from reference_pipeline.parameters import InferenceConfiguration, IOParameters
from reference_pipeline.sources import ask_tiled, tiled_node

LATENT_VECTORS = "latent_vectors"
RECONSTRUCTIONS = "reconstructions"
RESULTS = "results"


@dataclass(frozen=True, slots=True)
class InferenceResult:
    """What one inference left behind.

    Attributes:
        model_uri: of the model that was used.
        frames: how many there were.
        latent_vectors: Parquet file, one row per frame, columns ``"0"`` to ``"latent_dim - 1"``.
        reconstructions: folder of PNG files, 8 bits, named by the frame's position.
        tiled_uri: container that holds both, the reconstructions as ``float32`` in [0, 1]; none for data from files.
    """

    model_uri: str
    frames: int
    latent_vectors: Path
    reconstructions: Path
    tiled_uri: str | None


def run(configuration: InferenceConfiguration, alias: str | None = None) -> InferenceResult:
    """Encode and reconstruct all frames.

    Results are never overwritten: each set has its own ``uid_save``. Files appear only when all of them are written.

    Args:
        configuration: which model, on what.
        alias: use the version with this alias instead of the latest.

    Raises:
        DataError: data that cannot be used, or results of this name that exist.
        ModelError: no such model, or one that does not fit the data.
    """
    io_parameters, parameters = configuration.io_parameters, configuration.inference_parameters
    results_dir = io_parameters.results_dir / io_parameters.uid_save
    if results_dir.exists():
        raise DataError(f"{results_dir}: these results exist; choose another uid_save")
    lightning.seed_everything(parameters.seed, workers=True, verbose=False)
    uri = model_uri(io_parameters, alias)
    model = load_model(uri)
    loader = inference_data(io_parameters, parameters)
    check_fit(model, next(iter(loader))[0])

    io_parameters.results_dir.mkdir(parents=True, exist_ok=True)
    with (
        _results_on_tiled(io_parameters) as container,
        tempfile.TemporaryDirectory(prefix=f".{io_parameters.uid_save}-", dir=io_parameters.results_dir) as name,
    ):
        unfinished = Path(name) / "results"
        (unfinished / RECONSTRUCTIONS).mkdir(parents=True)
        writer = _ResultWriter(unfinished / RECONSTRUCTIONS, container)
        trainer = lightning.Trainer(
            accelerator=parameters.accelerator,
            devices=1,
            logger=False,
            enable_progress_bar=sys.stderr.isatty(),
            enable_model_summary=False,
            callbacks=[writer],
        )
        # The writer keeps what is needed; predictions of a large data set do not fit into memory.
        trainer.predict(model, loader, return_predictions=False)
        latent = pd.DataFrame(np.concatenate(writer.latent)).rename(columns=str)
        latent.to_parquet(unfinished / f"{LATENT_VECTORS}.parquet")
        if container is not None:
            ask_tiled(io_parameters.root_uri, lambda: container.write_table(latent, key=LATENT_VECTORS))
        unfinished.replace(results_dir)

    return InferenceResult(
        model_uri=uri,
        frames=len(latent),
        latent_vectors=results_dir / f"{LATENT_VECTORS}.parquet",
        reconstructions=results_dir / RECONSTRUCTIONS,
        tiled_uri=container.uri if container is not None else None,
    )


def model_uri(parameters: IOParameters, alias: str | None = None) -> str:
    """Return the URI of the model to use: ``mlflow_model``, else ``uid_retrieve``, by alias or the latest version.

    A name that already is a URI, such as ``runs:/<run id>/model``, is taken as it is.

    Raises:
        ModelError: no model is named, or an alias is asked of a URI.
    """
    name = parameters.mlflow_model or parameters.uid_retrieve
    if not name:
        raise ModelError("io_parameters name no model: give mlflow_model or uid_retrieve")
    if ":/" in name:
        if alias:
            raise ModelError(f"{name} is a URI already: give the registered model's name together with an alias")
        return name
    return f"models:/{name}@{alias}" if alias else f"models:/{name}/latest"


def load_model(uri: str) -> Autoencoder:
    """Load a model from MLflow.

    Raises:
        ModelError: MLflow has no such model, or it is not an autoencoder of this package.
    """
    try:
        model = mlflow.pytorch.load_model(uri, map_location="cpu")
    except MlflowException as error:
        raise ModelError(f"{uri}: cannot be loaded from {mlflow.get_tracking_uri()}: {error.message}") from error
    if not isinstance(model, Autoencoder):
        raise ModelError(f"{uri}: is a {type(model).__name__}, not an Autoencoder of this package")
    autoencoder: Autoencoder = model.eval()
    return autoencoder


def check_fit(model: Autoencoder, batch: Tensor) -> None:
    """Compare a batch (batch, channels, height, width) with what the model was trained on.

    Raises:
        ModelError: they differ.
    """
    if tuple(batch.shape[1:]) != model.input_shape:
        raise ModelError(
            f"the model takes frames of shape {model.input_shape} (channels, height, width), the data has "
            f"{tuple(batch.shape[1:])}: set target_width and target_height as in training"
        )


class _ResultWriter(BasePredictionWriter):
    def __init__(self, folder: Path, container: Any) -> None:
        super().__init__(write_interval="batch")
        self._folder, self._container = folder, container
        self._array: Any = None
        self._frames = 0
        self.latent: list[np.ndarray[Any, np.dtype[np.float32]]] = []

    def write_on_batch_end(
        self,
        trainer: lightning.Trainer,  # noqa: ARG002
        pl_module: lightning.LightningModule,  # noqa: ARG002
        prediction: tuple[Tensor, Tensor],
        *_: Any,
    ) -> None:
        latent, reconstructions = (part.float().cpu().numpy() for part in prediction)
        for position, image in enumerate(reconstructions, start=self._frames):
            pixels = np.moveaxis((image * 255).round().astype(np.uint8), 0, -1)
            path = self._folder / f"{position:06}.png"
            Image.fromarray(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels).save(path)
        if self._container is not None:
            ask_tiled(self._container.uri, lambda: self._write_to_tiled(reconstructions))
        self.latent.append(latent)
        self._frames += len(reconstructions)

    def _write_to_tiled(self, reconstructions: np.ndarray[Any, np.dtype[np.float32]]) -> None:
        if self._array is None:
            self._array = self._container.write_array(reconstructions, key=RECONSTRUCTIONS)
        else:
            self._array.patch(reconstructions, offset=(self._frames, 0, 0, 0), extend=True)


@contextmanager
def _results_on_tiled(parameters: IOParameters) -> Iterator[Any]:
    """Make a container for these results, or none for data from files; remove it again when the block fails."""
    if parameters.data_type == "file":
        yield None
        return
    key, uri, name = parameters.data_tiled_api_key, parameters.root_uri, parameters.uid_save
    root = tiled_node(uri, key.get_secret_value() if key else None)

    def create() -> tuple[Any, Any]:
        if RESULTS not in root:
            root.create_container(RESULTS)
        results = root[RESULTS]
        if name in results:
            raise DataError(f"{uri}: {RESULTS}/{name} exists; choose another uid_save")
        return results, results.create_container(name)

    results, container = ask_tiled(uri, create)
    try:
        yield container
    except BaseException:
        results.delete_contents(name, recursive=True, external_only=False)
        raise
