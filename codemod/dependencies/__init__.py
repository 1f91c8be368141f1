"""Reads and edits the files that say which MLflow a project installs and how its servers are started.

Each family of formats has a module that finds places in the text; nothing but the characters of a place is ever
edited, so comments, order and quoting stay.
"""

from __future__ import annotations

from codemod.dependencies import data_files, stage_words
from codemod.documents.kinds import is_dependency_file, kind_of

__all__ = ["is_dependency_file", "kind_of", "may_hold"]


# A file of MLflow's gateway need not speak of MLflow, nor one that asks for artifacts or models of a run,
# or removes the folder of runs.
_GATEWAY, _OF_RUNS = b"route_type", (b"get-artifact", b"runs:/", b"artifact_path", b"mlruns")


def may_hold(path: str, data: bytes) -> bool:
    """Return whether a file is a dependency or deployment file that speaks of MLflow, in UTF-8 or UTF-16, or of stages."""
    kind = kind_of(path)
    if kind is None or kind == "store":
        return kind is not None
    if kind == "data":
        return data_files.data_may_hold(path, data)
    if b"mlflow" in data.replace(b"\0", b"").lower() or (b"tracking_uri" in data and b"mlruns" in data):
        return True
    if kind in ("shell", "yaml") and any(needle in data for needle in _OF_RUNS):
        return True
    if kind == "yaml" and data_files.data_may_hold(path, data):
        return True
    return (kind == "yaml" and _GATEWAY in data) or stage_words.speaks_of_stages(path, data)
