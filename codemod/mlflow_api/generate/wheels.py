"""Finds and fetches MLflow's wheels through pip, and reads them without unpacking or importing anything."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from codemod.mlflow_api.generate.release import module_name, read_release
from codemod.mlflow_api.generate.surface import Surface, read_surface

#: The oldest release that the codemod is meant for.
OLDEST = Version("2.0")


class WheelError(Exception):
    """A wheel cannot be had or read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Published:
    """What the package index has of MLflow.

    Attributes:
        newest: The newest patch of every minor since 2.0, oldest first.
        remarks: By release, what a person should know of it: why it is passed over, or what it lacks.
    """

    newest: tuple[str, ...]
    remarks: dict[str, str]


def published() -> Published:
    """Ask pip which releases there are.

    The wheel of `mlflow` alone holds all modules, so it is enough to read a release. Installing one also needs the
    `mlflow-skinny` of exactly its version, which is at times published later or never: that is a remark.

    Raises:
        WheelError: If pip fails.
    """
    whole, skinny = _published("mlflow"), _published("mlflow-skinny")
    newest: dict[tuple[int, int], Version] = {}
    remarks: dict[str, str] = {}
    for version in sorted(whole):
        if version < OLDEST:
            continue
        if version.is_prerelease or version.is_devrelease:
            remarks[str(version)] = "passed over: a pre-release"
        else:
            newest[version.major, version.minor] = version
    for version in newest.values():
        if version not in skinny:
            remarks[str(version)] = (
                "read from its full wheel: its mlflow-skinny is not published, so pip cannot install it"
            )
    for version in skinny - whole:
        if version >= OLDEST:
            remarks[str(version)] = "passed over: mlflow-skinny is published, mlflow is not"
    return Published(tuple(str(newest[minor]) for minor in sorted(newest)), remarks)


def _published(package: str) -> set[Version]:
    output = _pip("index", "versions", package)
    for line in output.splitlines():
        label, colon, versions = line.partition(":")
        if colon and label.strip() == "Available versions":
            return {Version(version.strip()) for version in versions.split(",")}
    raise WheelError(f"pip index versions {package}: no list of versions in its answer")


@contextmanager
def wheel_folder(folder: Path | None) -> Iterator[Path]:
    """Give the folder that wheels are kept in, made if it is not there; None stands for a temporary one."""
    if folder is None:
        with tempfile.TemporaryDirectory() as temporary:
            yield Path(temporary)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder


def fetch(release: str, folder: Path) -> Path:
    """Return the wheel of a release in a folder, downloaded if it is not there yet.

    Raises:
        WheelError: If pip cannot download it.
    """
    wheel = folder / f"mlflow-{release}-py3-none-any.whl"
    if not wheel.exists():
        # Only read, so it does not matter what Python or platform the release is for.
        options = ["--no-deps", "--only-binary", ":all:", "--ignore-requires-python", "--quiet"]
        _pip("download", *options, "--dest", str(folder), f"mlflow=={release}")
    if not wheel.exists():
        raise WheelError(f"pip downloaded no {wheel.name}")
    return wheel


def read_wheel(wheel: Path) -> Surface:
    """Return the names of the release in a wheel.

    Raises:
        WheelError: If it is no wheel, or a file in it is not Python as the running interpreter knows it.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            files = {name: archive.read(name) for name in archive.namelist() if module_name(name)}
        return read_surface(read_release(files))
    except (OSError, zipfile.BadZipFile) as error:
        raise WheelError(f"{wheel.name}: {error}") from None
    except SyntaxError as error:
        raise WheelError(
            f"{wheel.name}: {error.filename} line {error.lineno}: {error.msg}; try a newer Python"
        ) from None


def _pip(*arguments: str) -> str:
    done = subprocess.run([*_pip_command(), "--disable-pip-version-check", *arguments], capture_output=True, text=True)
    if done.returncode:
        raise WheelError(f"pip {arguments[0]} {arguments[-1]}: {_last_error(done.stderr.splitlines())}")
    return done.stdout


def _pip_command() -> list[str]:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    found = shutil.which("pip")  # an environment made by uv has none of its own
    if not found:
        raise WheelError(
            "there is no pip to fetch wheels with: install it, or give --wheels a folder that has them all"
        )
    return [found]


def _last_error(lines: Iterable[str]) -> str:
    said = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return said[-1] if said else "no reason given"
