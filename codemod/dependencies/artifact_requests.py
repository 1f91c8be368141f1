"""Commands and requests over HTTP that ask for the artifacts of a run: on MLflow 3 they find no models."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies.places import ARTIFACTS, Choices, Place

# The rest of a command, over lines that end in a backslash.
_REST = r"(?P<rest>(?:[^\r\n\\|;&]|\\\r?\n|\\.){0,2000})"
_COMMAND = re.compile(rf"""\bmlflow["']?,?[ \t]+["']?artifacts["']?,?[ \t]+["']?(?P<what>list|download)\b{_REST}""")
_PATH = re.compile(r"""(?<![\w-])(?:--artifact-path|-a)["']?[=,]?\s*["']?(?P<path>[^\s"',\]]+)""")
_URI = re.compile(r"(?<![\w-])(?:--artifact-uri|-u)(?![\w-])")
#: Versions of models have an endpoint of that name, too, which finds them.
ENDPOINT = re.compile(
    r"/mlflow/artifacts/list\b|(?<!model-versions)/get-artifact\b|(?<!model-versions/)\bget-artifact\?"
)
_ASKED = re.compile(r"[?&]path=(?P<path>[^&\s\"'\\]*)")
_COMPUTED = re.compile(r"[$<{%*]")
# The place of an artifact by the layout of the store. A run whose id stands there was one of MLflow 2, and what it logged stays.
_STORED = re.compile(
    r"""\b(?:mlruns|mlartifacts)[\\/](?P<experiment>[^\s\\/"']{1,200})[\\/](?![0-9a-f]{32}[\\/])(?P<run>[^\s\\/"']{1,200})"""
    r"""[\\/]artifacts[\\/](?P<path>[^\s"',;|&>)\]]{1,400})"""
)
# Files that hardly anything but a model has.
_OF_MODELS = frozenset(
    {"MLmodel", "model.pkl", "python_model.pkl", "model.xgb", "model.h5", "model.lgb", "model.cb", "model.onnx"}
)
MOVED = (
    "a model that MLflow 3 logs is not among the artifacts of its run, where this path leads: `mlflow artifacts download "
    "--artifact-uri runs:/<run id>/<name>` finds it"
)
_LINE = 2000


def find(text: str, choices: Choices) -> Iterator[Place]:
    """Find what asks for models among the artifacts of a run, in text whose comments are blanked."""
    for found in _COMMAND.finditer(text):
        message = _of_command(found["what"], found["rest"], choices)
        if message:
            yield Place(ARTIFACTS, found.start(), found.end("what"), message)
    for found in ENDPOINT.finditer(text):
        asked = _ASKED.search(text, found.end(), _line_end(text, found.end()))
        if asked is None or _may_be_model(asked["path"], choices):
            yield Place(
                ARTIFACTS,
                *found.span(),
                "this endpoint of an MLflow 3 server knows no models, only the other artifacts of a run; `mlflow artifacts download "
                "--artifact-uri runs:/<run id>/<name>` finds them",
            )

    for found in _STORED.finditer(text):
        if is_of_model(found["path"].rstrip("/\\"), choices):
            yield Place(ARTIFACTS, *found.span(), MOVED)


def is_of_model(path: str, choices: Choices) -> bool:
    """Return whether a path below a run's artifacts is that of a model that the code logs, or of a file that only a model has."""
    is_logged = any(path == name or path.startswith(f"{name}/") for name in choices.logged)
    return is_logged or ("/" in path and path.rpartition("/")[2] in _OF_MODELS)


def _of_command(what: str, options: str, choices: Choices) -> str:
    """Say what a command finds no more; "" where it finds what it found on MLflow 2."""
    if _URI.search(options):
        return ""
    named = _PATH.search(options)
    if named is None:
        does = "lists" if what == "list" else "downloads"
        is_missed = choices.logged or choices.logs_computed
        return (
            f"the root of a run's artifacts holds no models in MLflow 3: this {does} the other artifacts only; name the model in "
            "`mlflow artifacts download --artifact-uri runs:/<run id>/<name>`"
            if is_missed
            else ""
        )
    if what == "download" or not _may_be_model(named["path"], choices):
        return ""
    return (
        f"`mlflow artifacts list` of MLflow 3 lists nothing below `{named['path']}` if that is a model; `mlflow.artifacts.list_artifacts` "
        "with `runs:/<run id>/<name>` does"
    )


def _may_be_model(path: str, choices: Choices) -> bool:
    """Return whether a path may be that of a logged model, or of a file in one, as far as the code of the run tells."""
    if not choices.logged or _COMPUTED.search(path):
        return True
    return choices.logs_computed or any(path == name or path.startswith(f"{name}/") for name in choices.logged)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at, at + _LINE)
    return end if end >= 0 else min(len(text), at + _LINE)
