"""The two Python environments in which the programs run; they differ in MLflow and what it needs, and in nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
_LIST = """
import importlib.metadata as metadata
print("\\n".join(sorted({f"{each.metadata['Name']}=={each.version}" for each in metadata.distributions()})))
"""
_MLFLOW = {
    # 2.22 leaves its upper bounds open; with the releases named here it starts, with later ones it does not.
    "2": ("mlflow==2.22.*", "sqlalchemy<2.1", "starlette<1", "opentelemetry-sdk<1.33", "opentelemetry-api<1.33"),
    "3": ("mlflow>=3,<4",),
}


class UnusableEnvironmentError(RuntimeError):
    """An environment cannot be made or used."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A Python that has MLflow.

    Attributes:
        python: The interpreter.
        mlflow: The release of MLflow that it imports.
        packages: What is installed, as ``name==version`` lines, sorted.
    """

    python: Path
    mlflow: str
    packages: tuple[str, ...]


def prepare(major: str, python: Path | None, folder: Path) -> Installation:
    """Return an environment for one line of MLflow.

    Args:
        major: ``"2"`` or ``"3"``.
        python: The interpreter of an environment that exists; None makes one with uv.
        folder: Where a new environment is made.

    Returns:
        The environment.

    Raises:
        UnusableEnvironmentError: If it cannot be made, or has another line of MLflow.
    """
    if python is None:
        python = _make(major, folder / f"mlflow{major}")
    listing = subprocess.run([str(python), "-c", _LIST], capture_output=True, text=True, check=False)
    packages = tuple(listing.stdout.split())
    version = next((line.partition("==")[2] for line in packages if line.startswith("mlflow==")), "")
    if not version.startswith(f"{major}."):
        raise UnusableEnvironmentError(
            f"{python} has {'MLflow ' + version if version else 'no MLflow'}; wanted {major}.x"
        )
    return Installation(python=python, mlflow=version, packages=packages)


def _make(major: str, folder: Path) -> Path:
    python = folder / "bin" / "python"
    if (folder / "ready").is_file():
        return python
    uv = shutil.which("uv")
    if uv is None:
        raise UnusableEnvironmentError(f"uv is not installed; install it, or pass --mlflow{major}-python")
    settings = {**os.environ, "UV_FIND_LINKS": os.environ.get("UV_FIND_LINKS", os.environ.get("PIP_FIND_LINKS", ""))}
    for command in (
        [uv, "venv", "--quiet", "--clear", "--python", "3.11", str(folder)],
        [
            uv,
            "pip",
            "install",
            "--quiet",
            "--python",
            str(python),
            *_MLFLOW[major],
            "--requirements",
            str(REQUIREMENTS),
        ],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=settings)
        if done.returncode != 0:
            raise UnusableEnvironmentError(f"{' '.join(command[:3])}: {done.stderr.strip()[-500:]}")
    (folder / "ready").touch()
    return python
