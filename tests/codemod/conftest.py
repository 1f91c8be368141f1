"""What the tests of the program's outer stages share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]

Git = Callable[..., str]
Program = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(autouse=True, scope="session")
def _compiled_modules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the many processes that the tests start share compiled modules, without leaving any behind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Run Git in a folder (by default the test's) with an identity and no configuration of the machine."""

    def run(*arguments: str, cwd: Path = tmp_path, data: bytes | None = None) -> str:
        identity = {
            f"GIT_{who}_{what}": "t@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        environment = {**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        done = subprocess.run(["git", *arguments], cwd=cwd, env=environment, input=data, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape")

    return run


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Run the real program in the test's folder."""

    def run(*arguments: str | Path, cwd: Path = tmp_path, data: bytes = b"", **environment: str) -> object:
        return subprocess.run(
            [sys.executable, "-m", "codemod", *map(os.fspath, arguments)],
            cwd=cwd, env=clean_environment(**environment), input=data, capture_output=True, timeout=60,
        )  # fmt: skip

    return run


def clean_environment(**more: str) -> dict[str, str]:
    """Return an environment in which the project can be imported and no terminal is forced."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    return {**kept, "PYTHONPATH": str(PROJECT), **more}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file below the test's folder."""

    def at(name: str | bytes, content: bytes | str = b"import mlflow\n") -> Path:
        path = tmp_path / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return at
