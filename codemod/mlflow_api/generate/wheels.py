"""Finds and fetches MLflow's wheels through pip, and reads them without unpacking or importing anything."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path

from packaging.version import Version

from codemod.mlflow_api.generate.release import module_name, read_release
from codemod.mlflow_api.generate.surface import Surface, read_surface

#: The oldest release that the codemod is meant for.
OLDEST = Version("2.0")


class WheelError(Exception):
    """A wheel cannot be had or read; the message says which and why."""


def newest_patches() -> tuple[str, ...]:
    """Newest patch of every minor since 2.0 that pip finds, oldest first.

    An MLflow needs the `mlflow-skinny` of exactly its own version, and that is at times published later, so a release
    counts only when both are there. The wheel of `mlflow` alone holds all modules of both.

    Raises:
        WheelError: If pip fails.
    """
    complete = _published("mlflow") & _published("mlflow-skinny")
    newest: dict[tuple[int, int], Version] = {}
    for version in sorted(complete):
        if version >= OLDEST and not version.is_prerelease and not version.is_devrelease:
            newest[version.major, version.minor] = version
    return tuple(str(newest[minor]) for minor in sorted(newest))


def _published(package: str) -> set[Version]:
    output = _pip("index", "versions", package)
    for line in output.splitlines():
        label, colon, versions = line.partition(":")
        if colon and label.strip() == "Available versions":
            return {Version(version.strip()) for version in versions.split(",")}
    raise WheelError(f"pip index versions {package}: no list of versions in its answer")


def fetch(release: str, folder: Path) -> Path:
    """Wheel of a release in a folder, downloaded if it is not there yet.

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
    """Names of the release in a wheel.

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
