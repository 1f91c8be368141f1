from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from tiled.client import from_uri

from reference_pipeline.errors import DataError, ModelError, ServiceError
from reference_pipeline.inference import load_model, model_uri, run
from reference_pipeline.local_servers import LocalServer, model_server
from reference_pipeline.parameters import InferenceConfiguration, IOParameters, parse
from reference_pipeline.serve import compare, predict
from reference_pipeline.train import TrainingResult

pytestmark = pytest.mark.usefixtures("mlflow_store")


def configuration(tiled: LocalServer, results: Path, **values: Any) -> InferenceConfiguration:
    io_parameters = {
        "root_uri": tiled.uri,
        "data_uris": ["digits"],
        "data_tiled_api_key": tiled.api_key,
        "mlflow_model": "digits-autoencoder",
        "results_dir": results,
        "uid_save": results.parent.name,
    }
    frames = {"batch_size": 50, **values.pop("frames", {})}
    return parse({"io_parameters": io_parameters | values, "inference_parameters": frames}, InferenceConfiguration)


def test_latent_vectors_and_reconstructions_of_every_frame(
    arrays: dict[str, Any], tiled: LocalServer, trained: TrainingResult, tmp_path: Path
) -> None:
    result = run(configuration(tiled, tmp_path / "results"), alias="champion")
    assert result.model_uri == "models:/digits-autoencoder@champion"
    assert result.frames == 128

    model = load_model(trained.model_uri)
    frames = torch.from_numpy(arrays["digits"].astype(np.float32)[:, None])
    # The digits' own percentiles differ: each frame runs from its minimum to its maximum.
    low, high = frames.amin((1, 2, 3), keepdim=True), frames.amax((1, 2, 3), keepdim=True)
    with torch.no_grad():
        latent, reconstructions = (part.numpy() for part in model.predict_step([(frames - low) / (high - low)]))

    table = pd.read_parquet(result.latent_vectors)
    assert list(table.columns) == [str(column) for column in range(16)]
    np.testing.assert_allclose(table.to_numpy(), latent, atol=1e-5)

    files = sorted(result.reconstructions.iterdir())
    assert [file.name for file in files] == [f"{position:06}.png" for position in range(128)]
    with Image.open(files[77]) as image:
        np.testing.assert_allclose(np.asarray(image) / 255, reconstructions[77, 0], atol=0.51 / 255)

    assert result.tiled_uri is not None
    stored = from_uri(result.tiled_uri, api_key=tiled.api_key)
    np.testing.assert_allclose(stored["reconstructions"][:], reconstructions, atol=1e-5)
    pd.testing.assert_frame_equal(stored["latent_vectors"].read(), table, check_index_type=False)


def test_results_are_never_overwritten(tiled: LocalServer, trained: TrainingResult, tmp_path: Path) -> None:
    settings = configuration(tiled, tmp_path / "results")
    before = run(settings).latent_vectors.read_bytes()
    with pytest.raises(DataError, match="these results exist; choose another uid_save"):
        run(settings)
    with pytest.raises(DataError, match=f"results/{settings.io_parameters.uid_save} exists; choose another uid_save"):
        run(configuration(tiled, tmp_path / "elsewhere", uid_save=settings.io_parameters.uid_save))
    assert (tmp_path / "results" / settings.io_parameters.uid_save / "latent_vectors.parquet").read_bytes() == before
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_frames_from_files_stay_in_files(
    arrays: dict[str, Any], trained: TrainingResult, tiled: LocalServer, tmp_path: Path
) -> None:
    (tmp_path / "images").mkdir()
    for position, image in enumerate(arrays["digits"][:5]):
        Image.fromarray(image).save(tmp_path / "images" / f"{position}.png")
    result = run(
        configuration(
            tiled, tmp_path / "results", data_type="file", root_uri=str(tmp_path), data_uris=["images"],
            mlflow_model=None, uid_retrieve="digits-autoencoder",
        )
    )  # fmt: skip
    assert (result.frames, result.tiled_uri) == (5, None)
    assert result.model_uri == "models:/digits-autoencoder/latest"


def test_nothing_is_left_when_it_fails_half_way(
    trained: TrainingResult, tiled: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pd.DataFrame, "to_parquet", lambda *_, **__: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        run(configuration(tiled, tmp_path / "results"))
    assert list((tmp_path / "results").iterdir()) == []
    assert tmp_path.name not in from_uri(tiled.uri, api_key=tiled.api_key)["results"]


def test_a_model_that_is_not_there(tiled: LocalServer, trained: TrainingResult, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="models:/absent/latest: cannot be loaded from sqlite:"):
        run(configuration(tiled, tmp_path / "results", mlflow_model="absent"))
    with pytest.raises(ModelError, match="models:/digits-autoencoder@nobody: cannot be loaded"):
        run(configuration(tiled, tmp_path / "results"), alias="nobody")
    assert not (tmp_path / "results").exists()


def test_frames_that_do_not_fit_the_model(tiled: LocalServer, trained: TrainingResult, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"takes frames of shape \(1, 32, 32\).*the data has \(1, 8, 12\)"):
        run(configuration(tiled, tmp_path / "results", data_uris=["stack"]))


@pytest.mark.parametrize(
    ("names", "alias", "uri"),
    [
        ({"mlflow_model": "a", "uid_retrieve": "b"}, None, "models:/a/latest"),
        ({"uid_retrieve": "b"}, None, "models:/b/latest"),
        ({"uid_retrieve": "b"}, "champion", "models:/b@champion"),
        ({"mlflow_model": "runs:/0123/model"}, None, "runs:/0123/model"),
    ],
)
def test_which_model_is_used(names: dict[str, str], alias: str | None, uri: str) -> None:
    io_parameters = {"root_uri": "http://x", "data_uris": ["x"], "uid_save": "x", **names}
    assert model_uri(IOParameters.model_validate(io_parameters), alias) == uri


def test_an_alias_needs_a_name() -> None:
    io_parameters = {"root_uri": "http://x", "data_uris": ["x"], "uid_save": "x", "mlflow_model": "runs:/0123/model"}
    with pytest.raises(ModelError, match="is a URI already"):
        model_uri(IOParameters.model_validate(io_parameters), "champion")


def test_the_served_model_says_what_the_model_says(
    tiled: LocalServer, trained: TrainingResult, mlflow_store: str, tmp_path: Path
) -> None:
    settings = configuration(tiled, tmp_path / "results")
    with model_server("models:/digits-autoencoder@champion", mlflow_store, tmp_path / "served") as server:
        server.wait()
        result = compare(settings, server.uri, alias="champion")
        with pytest.raises(ServiceError, match="the model server answered 400"):
            predict(server.uri, np.zeros((1, 1, 8, 8), dtype=np.float32))
    assert result.frames == 50
    assert result.largest_difference < 1e-6
    with pytest.raises(ServiceError, match="no answer from a model server"):
        predict(server.uri, np.zeros((1, 1, 32, 32), dtype=np.float32))
