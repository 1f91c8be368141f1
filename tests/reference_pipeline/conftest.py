from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

# PyTorch reads this when it is imported. See __main__.py for the reason.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Tiled's client tries ten times, over half a minute, to reach a server that is not there.
os.environ.setdefault("TILED_RETRY_ATTEMPTS", "2")
os.environ.setdefault("DVC_NO_ANALYTICS", "1")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

import numpy as np
import pytest
from tiled.client import from_uri

from reference_pipeline.local_servers import LocalServer, tiled_server
from reference_pipeline.parameters import TrainingConfiguration, parse
from reference_pipeline.seed_tiled import digit_images

if TYPE_CHECKING:
    from reference_pipeline.train import TrainingResult


@pytest.fixture(autouse=True)
def _no_keys_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TILED_API_KEY", raising=False)


@pytest.fixture(scope="session")
def arrays() -> dict[str, Any]:
    """What the Tiled server holds."""
    return {
        "digits": digit_images()[:128],
        "stack": _counted(10, 8, 12),
        "more": _counted(5, 8, 12) + 5000,
        "single": _counted(8, 12),
        "rgb_first": _counted(4, 3, 8, 12),
        "rgb_last": _counted(4, 8, 12, 3),
        "large": np.random.default_rng(0).random((20, 512, 512)).astype(np.float32),
        "vector": _counted(7),
        "five_channels": _counted(4, 8, 12, 5),
        "mask": np.eye(32, dtype=np.uint8),
    }


def _counted(*shape: int) -> Any:
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


@pytest.fixture(scope="session")
def tiled(arrays: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalServer]:
    """A real Tiled server with arrays of every layout."""
    with tiled_server(tmp_path_factory.mktemp("tiled")) as server:
        server.wait()
        root = from_uri(server.uri, api_key=server.api_key)
        for key, array in arrays.items():
            root.write_array(array, key=key)
        root.create_container("nested").write_array(arrays["stack"], key="stack")
        root.write_table({"x": np.arange(3)}, key="table")
        yield server


@pytest.fixture(scope="session")
def tracking_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """MLflow's own SQLite store: runs, artifacts and registry are real, only the HTTP server is left out."""
    return f"sqlite:///{tmp_path_factory.mktemp('mlflow') / 'mlflow.db'}"


@pytest.fixture(scope="session")
def training_sections(tiled: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A training that takes a second: 128 digits, two epochs, every augmentation, data read by two processes."""
    return {
        "io_parameters": {
            "root_uri": tiled.uri,
            "data_uris": ["digits"],
            "data_tiled_api_key": tiled.api_key,
            "uid_save": "digits-autoencoder",
            "models_dir": tmp_path_factory.mktemp("models"),
        },
        "train_parameters": {
            "num_epochs": 2,
            "batch_size": 16,
            "num_workers": 2,
            "seed": 7,
            "learning_rate": 0.005,
            "horz_flip_prob": 0.5,
            "vert_flip_prob": 0.5,
            "brightness": 0.1,
            "contrast": 0.1,
            "augm_invariant": True,
        },
        "trainer_parameters": {"accelerator": "cpu", "devices": 1},
    }


@pytest.fixture(scope="session")
def training_configuration(training_sections: dict[str, Any]) -> TrainingConfiguration:
    return parse(training_sections, TrainingConfiguration)


@pytest.fixture(scope="session")
def git_work_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody's Git repository, in which the training is started."""
    folder = tmp_path_factory.mktemp("work")
    for arguments in (["init"], ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "--allow-empty", "-m", "x"]):
        subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def trained(training_configuration: TrainingConfiguration, tracking_uri: str, git_work_tree: Path) -> TrainingResult:
    """One training for all tests that look at what it left behind."""
    from reference_pipeline.train import train  # tests that need no PyTorch need not wait for it

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", tracking_uri)
        # Where MLflow puts artifacts that its SQLite store knows nothing better for.
        patch.chdir(git_work_tree)
        return train(training_configuration, alias="champion")


@pytest.fixture
def mlflow_store(monkeypatch: pytest.MonkeyPatch, tracking_uri: str, tmp_path: Path) -> str:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", tracking_uri)
    monkeypatch.chdir(tmp_path)
    return tracking_uri
