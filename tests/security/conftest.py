"""What the tests of trust share: a real Git, the real program, and a tripwire."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.codemod.conftest import _compiled_modules, clean_environment, git, loaded_program, program, write

__all__ = ["_compiled_modules", "git", "loaded_program", "program", "write"]


class Tripwire:
    """A command that tells that it ran, by a file.

    Attributes:
        command: Runs in any shell.
        path: The command as one program without arguments.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.mark = folder / "it-ran"
        self.path = folder / "planted.sh"
        self.path.write_text(f'#!/bin/sh\necho "$0 $*" >> "{self.mark}"\n[ -t 0 ] || cat\nexit 0\n')
        self.path.chmod(0o755)
        self.command = str(self.path)

    def ran(self) -> str:
        """Return what ran; "" when nothing did."""
        return self.mark.read_text() if self.mark.exists() else ""


@pytest.fixture
def tripwire(tmp_path_factory: pytest.TempPathFactory) -> Tripwire:
    return Tripwire(tmp_path_factory.mktemp("tripwire") / "t")


@pytest.fixture
def started_program(tmp_path: Path) -> Callable[..., object]:
    """Run the program as `python -m codemod` in an interpreter that has loaded nothing yet."""

    def run(*arguments: str, cwd: Path = tmp_path, **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "codemod", *arguments],
            cwd=cwd, env=clean_environment(**environment), capture_output=True, timeout=120, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    return run


@pytest.fixture
def console_script(tmp_path: Path) -> Callable[..., object]:
    """Run the program as the installed script does: its own folder is first on the module path, not the current one."""
    folder = tmp_path.parent / f"{tmp_path.name}-bin"
    folder.mkdir()
    script = folder / "mlflow-codemod"
    script.write_text("import sys\nfrom codemod.cli import main\nif __name__ == '__main__':\n    sys.exit(main())\n")

    def run(*arguments: str, cwd: Path = tmp_path, **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, str(script), *arguments],
            cwd=cwd, env=clean_environment(**environment), capture_output=True, timeout=120, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    return run
