"""The clients of a cell as forks of one interpreter that has imported what training code imports.

A cell runs up to eight client processes, and each would need 3 to 9 s of CPU for its imports. ``python -m compat_tests.forks`` imports
once, and makes a fork for each line of standard input: a JSON object that says what the interpreter would have been called with.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import runpy
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compat_tests.programs import in_turn

if TYPE_CHECKING:
    from compat_tests.environments import Environment

_PROJECT = Path(__file__).resolve().parents[1]

# In the order in which they may depend on each other. Nothing of the training code itself, which each cell has in a version of its own.
_LIBRARIES = (
    *("mlflow", "mlflow.pyfunc", "mlflow.sklearn", "pandas", "PIL.Image", "matplotlib.pyplot", "git", "skops.io"),
    *("sklearn.datasets", "sklearn.ensemble", "sklearn.linear_model", "torch", "lightning", "mlflow.pytorch"),
    *("dvclive.lightning", "tiled.client", "tiled.client.array", "dask.array"),
)


class ForkError(RuntimeError):
    """The interpreter that makes the forks has ended; the message ends with what it said."""


class ClientForks:
    """An interpreter that is asked for forks; threads may ask side by side."""

    def __init__(self, client: Environment, folder: Path) -> None:
        """Start it, without waiting for its imports.

        Args:
            client: The interpreter.
            folder: Where it and its forks leave what they say.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._asking = threading.Lock()
        with (folder / "forks.log").open("wb") as said:
            self._process = subprocess.Popen(
                client.command("-m", "compat_tests.forks"),
                cwd=folder,
                env=client.variables({"PYTHONPATH": str(_PROJECT)}),
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=said,
            )

    def run(
        self, arguments: Sequence[str], folder: Path, variables: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Do what the interpreter does with ``arguments``, and return how it ended.

        Args:
            arguments: ``-m MODULE`` or ``-c CODE``, and what follows.
            folder: Working folder.
            variables: The whole environment.

        Raises:
            ForkError: There is no interpreter any more.
        """
        place = Path(tempfile.mkdtemp(dir=self._folder, prefix="fork-"))
        task = {"arguments": arguments, "folder": str(folder), "variables": dict(variables), "place": str(place)}
        assert self._process.stdin is not None
        with self._asking, contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(task).encode() + b"\n")
            self._process.stdin.flush()
        while not (place / "status").exists():
            if self._process.poll() is not None:
                said = (self._folder / "forks.log").read_text(encoding="utf-8", errors="replace")
                raise ForkError(
                    f"the clients' interpreter ended with status {self._process.returncode}:\n{said[-4000:]}"
                )
            time.sleep(0.02)
        stdout, stderr = ((place / name).read_text("utf-8", "replace") for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess(arguments, int((place / "status").read_text()), stdout, stderr)

    def close(self) -> None:
        """End the interpreter, and wait until it is gone."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()


def main() -> None:
    """Make a fork for each line of standard input. Returns in the forks, too, which end as any interpreter does."""
    asked, nothing = os.dup(0), os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # what is asked here is not for the forks
    with in_turn():
        for name in _LIBRARIES:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    # What comes after the folder of a module and after PYTHONPATH.
    rest = [path for path in sys.path if path not in (str(Path.cwd()), str(_PROJECT))]
    gc.collect()
    gc.freeze()  # a collection in a fork would walk, and copy, all that is shared
    with os.fdopen(asked, "rb") as tasks:
        for line in tasks:
            _reap()
            task = json.loads(line)
            if os.fork() == 0:
                worker = os.fork()
                if worker == 0:
                    _become(task, rest)
                    return
                _tell_end(worker, Path(task["place"]))
    _reap()


def _become(task: Mapping[str, Any], rest: Sequence[str]) -> None:
    os.setsid()
    for number, name in ((1, "stdout"), (2, "stderr")):
        handle = os.open(Path(task["place"]) / name, os.O_WRONLY | os.O_CREAT, 0o600)
        os.dup2(handle, number)
    os.environ.clear()
    os.environ.update(task["variables"])
    os.chdir(task["folder"])
    option, what, *more = task["arguments"]
    path = [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]
    sys.path[:] = [task["folder"] if option == "-m" else "", *path, *rest]
    if option == "-m":
        sys.argv[:] = [what, *more]
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        program = Path(task["place"]) / "program.py"
        program.write_text(what, encoding="utf-8")
        sys.argv[:] = [str(program), *more]
        runpy.run_path(str(program), run_name="__main__")


def _tell_end(worker: int, place: Path) -> None:
    """Wait for a fork, write its exit status, and end."""
    try:
        _, status = os.waitpid(worker, 0)
        (place / "status.new").write_text(str(os.waitstatus_to_exitcode(status)), encoding="utf-8")
        (place / "status.new").replace(place / "status")
    finally:
        os._exit(0)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main()
