"""Stores of MLflow that a command left in its copy of the project, because its code names them by path."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

_SQLITE = b"SQLite format 3\0"


def stores_in(copy: Path) -> list[str]:
    """Return the URIs of the stores in a folder that hold a run or a registered model."""
    found = []
    for base, folders, names in os.walk(copy):
        if _is_file_store(Path(base)):
            found.append(Path(base).as_uri())
            folders.clear()
            continue
        folders[:] = [name for name in folders if name not in {".git", "artifacts"}]
        found += [f"sqlite:///{Path(base, name)}" for name in names if _is_database(Path(base, name))]
    return sorted(found)


def _is_file_store(folder: Path) -> bool:
    """Return whether a folder holds experiments with runs, or registered models, as MLflow writes them without a database."""
    if any((folder / "models").glob("*/meta.yaml")):
        return True
    for meta in folder.glob("*/meta.yaml"):
        with contextlib.suppress(OSError):
            if b"experiment_id" in meta.read_bytes() and any(meta.parent.glob("*/meta.yaml")):
                return True
    return False


def _is_database(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            if stream.read(16) != _SQLITE:
                return False
        with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
            runs = database.execute("SELECT count(*) FROM runs").fetchone()[0]
            models = database.execute("SELECT count(*) FROM registered_models").fetchone()[0]
    except (OSError, sqlite3.Error):
        return False
    return bool(runs or models)
