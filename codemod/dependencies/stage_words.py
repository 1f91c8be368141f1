"""Stages that stand as values in files which programs read: who reads them cannot be told, so that every stage stays.

MLflow takes the names of stages in capitals and in small letters (`get_canonical_stage` in mlflow/entities/model_registry/
model_version_stages.py). A value in small letters is a stage only beside a key that says so: it often names an environment.
"""

from __future__ import annotations

import re

from codemod.analysis import suppressions
from codemod.dependencies.places import STAGE_URI, without_comments
from codemod.dependencies.stage_uris import URI, is_computed
from codemod.documents.kinds import kind_of

_VALUE = re.compile(
    r"""(?:[:=\[,]|^-|[ \t]-)[ \t]*(?P<quote>["']?)(?:Production|Staging|Archived)(?P=quote)[ \t]*(?=[,\]}\r\n;]|\Z)""",
    re.MULTILINE,
)
_BESIDE_KEY = re.compile(r"""stage["']?[ \t:=]+["']?(?:production|staging|archived)\b""", re.IGNORECASE)
_WORDS = re.compile(rb"models:/|production|staging|archived", re.IGNORECASE)
# Its key `stage` names a part of a pipeline.
_OTHER_STAGES = re.compile(r"gitlab-ci|azure-pipelines")
# The kinds whose URIs are changed together with the code.
_MOVED = ("shell", "yaml", "data")
_SERVING = ("production", "staging")


def speaks_of_stages(path: str, data: bytes) -> bool:
    """Return whether a file holds a stage, in a URI of the registry or as a value."""
    if _WORDS.search(data) is None:
        return False
    text = _plain(path, data.decode("utf-8", "replace"))
    return URI.search(text) is not None or is_computed(text) or _word(path, text) is not None


def obstacle(path: str, data: bytes, *, runs: bool) -> int | None:
    """Return the line of the first stage that stays as it is when the code changes; None when there is none.

    Args:
        path: The file's path.
        data: Its bytes.
        runs: Whether this run changes URIs in such files at all.
    """
    if _WORDS.search(data) is None:
        return None
    whole = data.decode("utf-8", "replace")
    text = _plain(path, whole)
    starts = [found for found in (_word(path, text), _kept_uri(path, whole, text, runs=runs)) if found is not None]
    return text.count("\n", 0, min(starts)) + 1 if starts else None


def _plain(path: str, text: str) -> str:
    return text if path.lower().endswith(".json") else without_comments(text)


def _word(path: str, text: str) -> int | None:
    if _OTHER_STAGES.search(path) or kind_of(path) in ("requirements", "lock", "store"):
        return None
    found = _VALUE.search(text) or _BESIDE_KEY.search(text)
    return found.start() if found is not None else None


def _kept_uri(path: str, whole: str, text: str, *, runs: bool) -> int | None:
    moves = runs and kind_of(path) in _MOVED and not suppressions.skips_file(whole)
    for found in URI.finditer(text):
        line = whole[whole.rfind("\n", 0, found.start()) + 1 :].partition("\n")[0]
        if not moves or found["stage"].lower() not in _SERVING or suppressions.silences([line], STAGE_URI):
            return found.start()
    return None
