"""A client of the served model, and the check that it says what the model says here.

The server is MLflow's own: ``mlflow models serve --model-uri models:/digits-autoencoder@champion --env-manager local``.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import requests
import torch

from reference_pipeline.data import inference_data
from reference_pipeline.errors import ServiceError
from reference_pipeline.inference import check_fit, load_model, model_uri
from reference_pipeline.parameters import InferenceConfiguration


@dataclass(frozen=True, slots=True)
class ServedComparison:
    """One batch, reconstructed by the server and by the model loaded here.

    Attributes:
        frames: in the batch.
        largest_difference: between two pixels, in [0, 1].
    """

    frames: int
    largest_difference: float


def predict(url: str, batch: npt.NDArray[np.float32], timeout_s: float = 120) -> npt.NDArray[np.float32]:
    """Post a batch (frames, channels, height, width) to ``/invocations`` and return the reconstructions.

    Raises:
        ServiceError: no answer, or one that is no batch of this shape.
    """
    try:
        answer = requests.post(f"{url.rstrip('/')}/invocations", json={"inputs": batch.tolist()}, timeout=timeout_s)
    except requests.RequestException as error:
        raise ServiceError(f"{url}: no answer from a model server: {error}") from error
    if not answer.ok:
        raise ServiceError(f"{url}: the model server answered {answer.status_code}: {answer.text[:500]}")
    predictions = np.asarray(answer.json()["predictions"], dtype=np.float32)
    if predictions.shape != batch.shape:
        raise ServiceError(f"{url}: sent a batch of shape {batch.shape}, got {predictions.shape} back")
    return predictions


def compare(configuration: InferenceConfiguration, url: str, alias: str | None = None) -> ServedComparison:
    """Send the first batch of the data to the server and to the model that inference would use.

    Raises:
        DataError: data that cannot be used.
        ModelError: no such model, or one that does not fit the data.
        ServiceError: no usable answer from the server.
    """
    model = load_model(model_uri(configuration.io_parameters, alias))
    batch = next(iter(inference_data(configuration.io_parameters, configuration.inference_parameters)))[0]
    check_fit(model, batch)
    with torch.no_grad():
        here = model(batch).numpy()
    there = predict(url, batch.numpy())
    return ServedComparison(frames=len(batch), largest_difference=float(np.abs(here - there).max()))
