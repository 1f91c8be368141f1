"""What the tests of the program's outer stages share."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.loaded_program import LoadedProgram

PROJECT = Path(__file__).parents[2]

Git = Callable[..., str]
Program = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture(autouse=True, scope="session")
def _compiled_modules(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let the many processes that the tests start share compiled modules, where none may be left beside the sources, too."""
    if "PYTHONDONTWRITEBYTECODE" not in os.environ:
        yield
        return
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


@pytest.fixture(scope="session")
def loaded_program(_compiled_modules: None) -> Iterator[LoadedProgram]:
    """The program, loaded once for all tests of this process."""
    with closing(LoadedProgram()) as loaded:
        yield loaded


@pytest.fixture
def program(tmp_path: Path, loaded_program: LoadedProgram) -> Program:
    """Run the real program in the test's folder, in a process of its own."""

    def run(
        *arguments: str | Path,
        cwd: Path = tmp_path,
        data: bytes = b"",
        constants: Mapping[str, float] | None = None,
        forks_children: bool = False,
        **environment: str,
    ) -> object:
        return loaded_program.run(
            [*map(os.fspath, arguments)], os.fspath(cwd), clean_environment(**environment), data,
            constants=constants, forks_children=forks_children,
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
