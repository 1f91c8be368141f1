"""The folder ``mlruns`` that runs without any URI have left: MLflow 3 takes it up again, and refuses it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from codemod.dependencies.places import FILE_STORE, Choices, Place
from codemod.documents.kinds import kind_of

_FOLDER, _DATA = "mlruns", "meta.yaml"
# Code or settings with one of these say where the runs are, or allow the folder.
_URIS = (b"TRACKING_URI", b"set_tracking_uri", b"tracking_uri=", b"MLFLOW_ALLOW_FILE_STORE")


def is_store(path: str) -> bool:
    """Return whether a path names what MLflow keeps of an experiment in its default folder."""
    return path.endswith(_DATA) and kind_of(path) == "store"


def store_in(folder: str) -> str | None:
    """Return the file that makes MLflow take a folder's ``mlruns`` as its store.

    MLflow looks for the same in the working directory when no URI is set (``_has_existing_mlruns_data`` in
    mlflow/tracking/_tracking_service/utils.py).

    Args:
        folder: A folder in which programs may be started, such as the root of a project.

    Returns:
        The path of the first experiment's ``meta.yaml``; None when there is none.
    """
    try:
        with os.scandir(os.path.join(folder, _FOLDER)) as entries:
            names = sorted((entry.name for entry in entries if entry.name.isdigit() and entry.is_dir()), key=int)
    except OSError:
        return None
    paths = (os.path.join(folder, _FOLDER, name, _DATA) for name in names)
    return next((path for path in paths if os.path.isfile(path)), None)


def names_uri(data: bytes) -> bool:
    """Return whether a file says where the runs are, so that MLflow may never look for the folder."""
    return any(word in data for word in _URIS)


def folder_of_store(path: str) -> str:
    """Return the folder that holds the ``mlruns`` of a file for which `is_store` holds, with a separator at its end."""
    return path[: -len(os.sep.join(path.split(os.sep)[-3:]))]


def find(text: str, choices: Choices) -> Iterator[Place]:
    """Say what becomes of the store."""
    if not choices.at_least("3.13"):
        return
    message = (
        "without a tracking URI, MLflow 3 takes this folder of runs, and 3.13 and later refuse it: copy the runs by `mlflow "
        "migrate-filestore --source mlruns --target sqlite:///mlflow.db`, set MLFLOW_TRACKING_URI=sqlite:///mlflow.db, and leave "
        "the folder, which holds the artifacts; or keep it as the store with MLFLOW_ALLOW_FILE_STORE=true"
    )
    end = text.find("\n")
    yield Place(FILE_STORE, 0, len(text) if end < 0 else end, message)
