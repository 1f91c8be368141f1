"""Runs small whole programs in the client's interpreter, each as if it were alone, and tells how each ended.

``python -m compat_tests.programs`` answers each line of standard input, a JSON object of programs by key, with a line of their outcomes.
Importing MLflow and the libraries of its flavors costs many seconds, so it is done once; each program then runs in a fork of its own, in
an empty folder, with an empty sqlite store, as many at a time as there are cores.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import functools
import gc
import importlib
import json
import logging
import os
import runpy
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

LIMIT_SECONDS = 600
"""Limit for one program, which takes at most 10 s where nothing else runs."""

# In the order in which they may depend on each other. MLflow itself imports `git` for each run, `skops.io` for a model, and for an
# evaluation `mlflow.pytorch` with Lightning, which takes longest. Last, what MLflow imports when it opens a store, logs and evaluates.
_LIBRARIES = (
    *("pandas", "sklearn.ensemble", "sklearn.linear_model", "lightgbm", "xgboost", "torch", "skops.io"),
    *("git", "matplotlib.pyplot"),
    *("mlflow.pytorch", "mlflow.lightgbm", "mlflow.xgboost", "mlflow.transformers", "mlflow.models.display_utils"),
    *("mlflow.models.evaluation.default_evaluator", "mlflow.pyfunc.scoring_server", "mlflow.gateway.providers.openai"),
    *("mlflow.store.tracking.sqlalchemy_workspace_store", "mlflow.store.model_registry.sqlalchemy_workspace_store"),
    *("mlflow.tracing.processor.mlflow", "mlflow.tracing.export.mlflow"),  # MLflow 2
    *("mlflow.tracing.processor.mlflow_v3", "mlflow.tracing.export.mlflow_v3", "mlflow.tracing.export.inference_table"),
)


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """How a program ended.

    Attributes:
        error: Class and text of the error that ended it; None if it ran to its end.
        messages: Log records of MLflow and warnings, in order.
        result: The value of its global name ``result``, None without one.
    """

    error: str | None = None
    messages: tuple[str, ...] = ()
    result: Any = None

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> ProgramResult:
        """Return the outcome that was written as JSON."""
        return cls(raw["error"], tuple(raw["messages"]), raw["result"])


class _Ears(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.name}: {record.getMessage()}")


def run_program(text: str, folder: Path) -> ProgramResult:
    """Run a program as ``__main__`` in this process.

    Args:
        text: The program.
        folder: Becomes the working folder; holds ``program.py`` afterwards.
    """
    ears = _Ears()
    logging.getLogger("mlflow").addHandler(ears)
    os.chdir(folder)
    file = folder / "program.py"
    file.write_text(text, encoding="utf-8")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            names = runpy.run_path(str(file), run_name="__main__")
            error = None
        except BaseException as raised:  # also SystemExit: whatever ends the program is the finding
            traceback.print_exc()
            names, error = {}, f"{type(raised).__name__}: {raised}"
    messages = [*ears.messages, *(f"{warning.category.__name__}: {warning.message}" for warning in caught)]
    return ProgramResult(error, tuple(messages), names.get("result"))


@dataclass(frozen=True, slots=True)
class _Fork:
    """A program that runs in a fork of this process.

    Attributes:
        pid: Its process, which leads a session of its own.
        answer: File that its outcome is written to.
        limit: Seconds until it is killed.
        deadline: When that is, by the monotonic clock.
    """

    pid: int
    answer: Path
    limit: float
    deadline: float

    @classmethod
    def start(cls, action: Callable[[], ProgramResult], limit: float) -> _Fork:
        """Begin to run ``action``; what it changes there is lost, its outcome is not."""
        handle, name = tempfile.mkstemp(prefix="outcome-", suffix=".json")
        os.close(handle)
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                os.setsid()
                Path(name).write_text(json.dumps(asdict(action())), encoding="utf-8")
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(status)
        return cls(pid, Path(name), limit, time.monotonic() + limit)

    def outcome(self) -> ProgramResult | None:
        """Return how it ended, None while it runs; past its limit it is killed. Ask only until it has ended."""
        done, status = os.waitpid(self.pid, os.WNOHANG)
        if not done and time.monotonic() < self.deadline:
            return None
        if not done:
            os.killpg(self.pid, signal.SIGKILL)
            _, status = os.waitpid(self.pid, 0)
        content = self.answer.read_text(encoding="utf-8")
        self.answer.unlink()
        if not content:
            return ProgramResult(f"Died: status {os.waitstatus_to_exitcode(status)}, limit {self.limit} s")
        return ProgramResult.of(json.loads(content))


def run_forked(
    actions: Mapping[str, Callable[[], ProgramResult]], limit: float = LIMIT_SECONDS, at_a_time: int = 1
) -> dict[str, ProgramResult]:
    """Run each action in a fork of this process, and return the outcomes by the actions' keys.

    Args:
        actions: What to run.
        limit: Seconds until one is killed.
        at_a_time: How many run side by side.
    """
    waiting, running, outcomes = list(actions), dict[str, _Fork](), dict[str, ProgramResult]()
    while waiting or running:
        while waiting and len(running) < at_a_time:
            key = waiting.pop(0)
            running[key] = _Fork.start(actions[key], limit)
        time.sleep(0.02)
        for key, fork in list(running.items()):
            outcome = fork.outcome()
            if outcome is not None:
                outcomes[key] = outcome
                del running[key]
    return {key: outcomes[key] for key in actions}


def _empty_store(folder: Path) -> Path:
    """Make an empty sqlite store. MLflow needs seconds for it, so it is made once and copied."""
    file = folder / "empty.db"

    def make() -> ProgramResult:
        import mlflow

        mlflow.MlflowClient(tracking_uri=f"sqlite:///{file}").search_experiments()
        return ProgramResult()

    outcome = run_forked({"": make})[""]
    if outcome.error or not file.exists():
        raise RuntimeError(f"MLflow could not make an empty store: {outcome.error}")
    return file


def _in_new_folder(text: str, store: Path, folder: Path) -> ProgramResult:
    shutil.copyfile(store, folder / "mlflow.db")
    with sqlite3.connect(
        folder / "mlflow.db"
    ) as database:  # the default experiment must not write beside the first store
        database.execute("UPDATE experiments SET artifact_location = ?", (str(folder / "mlruns" / "0"),))
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder / 'mlflow.db'}"
    return run_program(text, folder)


class _Runner:
    """An interpreter that has imported what programs need, and waits for them; it ends before this process does."""

    def __init__(self, interpreter: Sequence[str], variables: Mapping[str, str]) -> None:
        # Outcomes by program: many tests ask for what the old forms did on MLflow 2.
        self._known: dict[str, ProgramResult] = {}
        self._command = [*interpreter, "-m", "compat_tests.programs"]
        # No program is about the inference of requirements, which loads each model again in a process of its own (6 s each).
        self._variables = {**variables, "MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT": "0"}
        self._process: subprocess.Popen[bytes] | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process

    def outcomes(self, texts: Iterable[str]) -> Mapping[str, ProgramResult]:
        missing = [text for text in texts if text not in self._known]
        if missing:
            self._known.update(self._run({text: text for text in missing}))
        return self._known

    def _run(self, programs: Mapping[str, str]) -> dict[str, ProgramResult]:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command, env=self._variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(programs).encode() + b"\n")
            self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            self.close()
            self._said.seek(0)
            said = self._said.read().decode(errors="replace")
            raise RuntimeError(f"the programs could not be run:\n{said[-4000:]}")
        return {key: ProgramResult.of(raw) for key, raw in json.loads(answer).items()}

    def close(self) -> None:
        """End the interpreter."""
        if self._process is not None:
            self._process.communicate()
            self._process = None


# By interpreter and environment.
_RUNNERS: dict[tuple[object, ...], _Runner] = {}
_MOST_RUNNERS = 2
"""One for each line. Who goes from release to release needs no older one, and each holds half a gigabyte."""


def _runner(interpreter: Sequence[str], variables: Mapping[str, str]) -> _Runner:
    key = (*interpreter, *sorted(variables.items()))
    if key not in _RUNNERS:
        _close_all_but(_MOST_RUNNERS - 1)
        _RUNNERS[key] = _Runner(interpreter, variables)
    return _RUNNERS[key]


@atexit.register
def _close_all_but(count: int = 0) -> None:
    while len(_RUNNERS) > count:
        _RUNNERS.pop(next(iter(_RUNNERS))).close()


def outcomes_of(
    texts: Mapping[str, str], interpreter: Sequence[str], variables: Mapping[str, str]
) -> dict[str, ProgramResult]:
    """Run programs with another interpreter, as many at a time as there are cores, and each of them once in this process.

    Args:
        texts: The programs by key.
        interpreter: The command that takes ``-m compat_tests.programs`` after it.
        variables: The whole environment; the project must be importable with it.

    Raises:
        RuntimeError: If the interpreter could not even begin; the message ends with what it said.
    """
    known = _runner(interpreter, variables).outcomes(texts.values())
    return {key: known[text] for key, text in texts.items()}


@contextlib.contextmanager
def in_turn() -> Iterator[None]:
    """Let only one process of this environment import: what two import for the first time, both would compile, 12 s of CPU."""
    folder = os.open(sys.prefix, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _prepare() -> None:
    """Import what the programs need, so that each fork has it already: they take 1 s of CPU each, and 2 to 10 s without.

    An import starts no thread that a fork would lack; libraries that are not installed are left out.
    """
    import mlflow
    import mlflow.pyfunc
    import mlflow.sklearn
    import mlflow.store.model_registry.sqlalchemy_store
    import mlflow.store.tracking.sqlalchemy_store  # noqa: F401
    from mlflow.store.db import utils as databases
    from mlflow.utils import requirements_utils

    for name in _LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    # MLflow asks once in a process which distribution each module is from, at its first `log_model`: two thirds of a program's time.
    remember = getattr(requirements_utils, "_init_modules_to_packages_map", None)
    if remember is not None:
        remember()
    # It also reads the names of all packages of an index once, from a file of its own.
    read = getattr(requirements_utils, "_load_pypi_package_index", None)
    if read is not None:
        requirements_utils._PYPI_PACKAGE_INDEX = read()
    # And for each store that it opens, it runs all its migrations' modules to find the last, which is in its own folder and stays.
    newest = getattr(databases, "_get_latest_schema_revision", None)
    if newest is not None:
        newest()
        databases._get_latest_schema_revision = functools.cache(newest)


def main() -> None:
    """Run the programs of each line of standard input and write a line of their outcomes to standard output."""
    answers, asked = os.dup(1), os.dup(0)
    os.dup2(2, 1)  # what programs print must not mix with the answers
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # nor may one read what is for the next
    with in_turn():
        _prepare()
    with (
        tempfile.TemporaryDirectory(prefix="programs-") as name,
        os.fdopen(asked, "rb") as tasks,
        os.fdopen(answers, "wb") as stream,
    ):
        store = _empty_store(Path(name))
        gc.collect()
        gc.freeze()  # a collection in a fork would walk, and copy, all that is shared
        for task in tasks:
            outcomes = run_forked(_actions(json.loads(task), store, Path(name)), at_a_time=os.cpu_count() or 1)
            stream.write(json.dumps({key: asdict(outcome) for key, outcome in outcomes.items()}).encode() + b"\n")
            stream.flush()


def _actions(programs: Mapping[str, str], store: Path, parent: Path) -> dict[str, Callable[[], ProgramResult]]:
    actions: dict[str, Callable[[], ProgramResult]] = {}
    for key, text in programs.items():
        folder = Path(tempfile.mkdtemp(dir=parent))
        actions[key] = functools.partial(_in_new_folder, text, store, folder)
    return actions


if __name__ == "__main__":
    main()
