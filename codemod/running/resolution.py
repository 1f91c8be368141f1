"""Asks uv whether the new requirements of a project can be installed together, and who objects when they cannot.

What uv reads are copies in a folder of ours: no configuration, and no code, of the project has a say. ``--no-build`` keeps uv from
running a package's own build, so that a set which only a build could tell is not proved, and this is said.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from codemod.documents.kinds import kind_of
from codemod.errors import WrongUseError
from codemod.findings import Outcome
from codemod.running.discovery import Input
from codemod.settings import PIN

_SECONDS = 300
_COPIED = ("requirements", "pyproject")
_MLFLOW = re.compile(r"^mlflow(?:-skinny)?==(?P<release>\S+)", re.MULTILINE)
_PACKAGE = re.compile(r"^[\w.-]+==", re.MULTILINE)
# What uv draws around its explanation.
_DRAWN = re.compile(r"[×╰─▶│├]+")
_NO_ANSWER = re.compile(r"No solution found|unsatisfiable", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What is known of the new requirements of one file.

    Attributes:
        path: The file.
        verdict: ``"installable"``, ``"refused"`` (no set of packages fulfils them), or ``"not proved"``.
        text: What was found, who objects, or why nobody can tell; one line.
    """

    path: str
    verdict: Literal["installable", "refused", "not proved"]
    text: str


def uv_program() -> str:
    """Return the path of uv.

    Raises:
        WrongUseError: If it is not installed.
    """
    with suppress(ImportError, FileNotFoundError):
        from uv import find_uv_bin

        return find_uv_bin()
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(folder)]
    found = shutil.which("uv", path=os.pathsep.join(folders)) if folders else None
    if found is None:
        raise WrongUseError('--resolve needs uv: install it, or mlflow-codemod with its extra "verify"')
    return found


def proofs(outcomes: Iterable[Outcome], targets: Sequence[Input], uv: str) -> Iterator[Resolution]:
    """Resolve the requirements of each file in which a pin of MLflow moves.

    Args:
        outcomes: What would become of all inputs, with their bytes.
        targets: The inputs; files that others include are found among them.
        uv: The path of uv.
    """
    every = list(outcomes)
    moved = [
        one for one in every if one.new != one.old and any(each.code == PIN and each.fixed for each in one.findings)
    ]
    if not moved:
        return
    real = {target.path: target.real for target in targets}
    new = {one.path: one.new for one in every if one.new is not None and one.new != one.old}
    files = {path: where for path, where in real.items() if kind_of(path) in _COPIED}
    with tempfile.TemporaryDirectory(prefix="mlflow-codemod-") as folder:
        root = os.path.commonpath([os.path.dirname(where) for where in files.values()]) if files else ""
        copies = {path: os.path.join(folder, "copy", os.path.relpath(where, root)) for path, where in files.items()}
        for path, copy in copies.items():
            _copy(files[path], copy, new.get(path))
        for one in moved:
            yield _proof(one.path, copies.get(one.path), folder, uv)


def _copy(source: str, copy: str, new: bytes | None) -> None:
    os.makedirs(os.path.dirname(copy), exist_ok=True)
    with suppress(OSError):  # uv says what it misses
        if new is None:
            with open(source, "rb") as file:
                new = file.read()
        with open(copy, "wb") as file:
            file.write(new)


def _proof(path: str, copy: str | None, folder: str, uv: str) -> Resolution:
    if copy is None:
        return Resolution(path, "not proved", "uv reads requirements files and pyproject.toml only")
    # Started in an empty folder: uv looks for the configuration of a project there and above it.
    empty = os.path.join(folder, "empty")
    os.makedirs(empty, exist_ok=True)
    command = [
        uv, "pip", "compile", copy, "--no-build", "--no-header", "--no-annotate", "--quiet", "--color=never",
        f"--python={sys.executable}",
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, cwd=empty, capture_output=True, text=True, timeout=_SECONDS, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Resolution(path, "not proved", f"uv gave no answer: {error}")
    if done.returncode == 0:
        return Resolution(path, "installable", _found(done.stdout))
    said = " ".join(_DRAWN.sub(" ", done.stderr).replace(os.path.join(folder, "copy") + os.sep, "").split())
    return Resolution(path, "refused" if _NO_ANSWER.search(said) else "not proved", said or "uv gave no reason")


def _found(listed: str) -> str:
    release = _MLFLOW.search(listed)
    number = len(_PACKAGE.findall(listed))
    what = f"MLflow {release['release']}" if release is not None else "no MLflow"
    return f"{what}, with {number} packages in all"
