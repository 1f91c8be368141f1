"""Runs small whole programs in the client's interpreter, each as if it were alone, and tells how each ended.

``python -m compat_tests.programs < programs.json > outcomes.json``, where the input maps a key to the text of a program. Importing
MLflow and scikit-learn costs seconds, so it is done once; each program then runs in a fork of its own, in an empty folder, with an
empty sqlite store.
"""

from __future__ import annotations

import functools
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
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

LIMIT_SECONDS = 120
"""Limit for one program."""


@dataclass(frozen=True, slots=True)
class Outcome:
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
    def of(cls, raw: Mapping[str, Any]) -> Outcome:
        """Return the outcome that was written as JSON."""
        return cls(raw["error"], tuple(raw["messages"]), raw["result"])


class _Ears(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.name}: {record.getMessage()}")


def run_program(text: str, folder: Path) -> Outcome:
    """Runs a program as ``__main__`` in this process.

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
    return Outcome(error, tuple(messages), names.get("result"))


def run_forked(action: Callable[[], Outcome], limit: float = LIMIT_SECONDS) -> Outcome:
    """Runs ``action`` in a fork of this process; what it changes here is lost, its outcome is not.

    Args:
        action: What to run.
        limit: Seconds until it is killed.
    """
    with tempfile.NamedTemporaryFile(prefix="outcome-", suffix=".json") as answer:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                os.setsid()
                Path(answer.name).write_text(json.dumps(asdict(action())), encoding="utf-8")
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(status)
        status = _wait(pid, limit)
        content = Path(answer.name).read_text(encoding="utf-8")
    if not content:
        return Outcome(f"Died: status {status}, limit {limit} s")
    return Outcome.of(json.loads(content))


def _wait(pid: int, limit: float) -> int:
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return -signal.SIGKILL


def _empty_store(folder: Path) -> Path:
    """Makes an empty sqlite store. MLflow needs seconds for it, so it is made once and copied."""
    file = folder / "empty.db"

    def make() -> Outcome:
        import mlflow

        mlflow.MlflowClient(tracking_uri=f"sqlite:///{file}").search_experiments()
        return Outcome()

    outcome = run_forked(make)
    if outcome.error or not file.exists():
        raise RuntimeError(f"MLflow could not make an empty store: {outcome.error}")
    return file


def _in_new_folder(text: str, store: Path, folder: Path) -> Outcome:
    shutil.copyfile(store, folder / "mlflow.db")
    with sqlite3.connect(
        folder / "mlflow.db"
    ) as database:  # the default experiment must not write beside the first store
        database.execute("UPDATE experiments SET artifact_location = ?", (str(folder / "mlruns" / "0"),))
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder / 'mlflow.db'}"
    return run_program(text, folder)


def outcomes_of(
    texts: Mapping[str, str], interpreter: Sequence[str], variables: Mapping[str, str]
) -> dict[str, Outcome]:
    """Runs programs with another interpreter, as many at a time as there are cores.

    Args:
        texts: The programs by key.
        interpreter: The command that takes ``-m compat_tests.programs`` after it.
        variables: The whole environment; the project must be importable with it.

    Raises:
        RuntimeError: If the interpreter could not even begin; the message ends with what it said.
    """
    keys, cores = list(texts), os.cpu_count() or 1
    shares = [share for number in range(cores) if (share := keys[number::cores])]
    with ThreadPoolExecutor(max(1, len(shares))) as executor:
        parts = executor.map(lambda share: _share({key: texts[key] for key in share}, interpreter, variables), shares)
        return {key: outcome for part in parts for key, outcome in part.items()}


def _share(texts: Mapping[str, str], interpreter: Sequence[str], variables: Mapping[str, str]) -> dict[str, Outcome]:
    result = subprocess.run(
        [*interpreter, "-m", "compat_tests.programs"],
        input=json.dumps(dict(texts)),
        # No program is about the inference of requirements, which loads each model again in a process of its own (6 s each).
        env={**variables, "MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT": "0"},
        capture_output=True,
        text=True,
    )
    if result.returncode != 0:
        raise RuntimeError(f"the programs could not be run:\n{result.stderr[-4000:]}")
    return {key: Outcome.of(raw) for key, raw in json.loads(result.stdout).items()}


def main() -> None:
    """Runs the programs of standard input and writes their outcomes to standard output."""
    programs: dict[str, str] = json.load(sys.stdin)
    answers = os.dup(1)
    os.dup2(2, 1)  # what programs print must not mix with the answer
    # What nearly every program needs, so that each fork has it already. The stores alone take 2 s.
    import mlflow
    import mlflow.pyfunc
    import mlflow.sklearn
    import mlflow.store.model_registry.sqlalchemy_store
    import mlflow.store.tracking.sqlalchemy_store  # noqa: F401
    import pandas  # noqa: F401
    import sklearn.ensemble
    import sklearn.linear_model  # noqa: F401

    outcomes: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="programs-") as name:
        store = _empty_store(Path(name))
        for number, (key, text) in enumerate(programs.items()):
            folder = Path(name) / str(number)
            folder.mkdir()
            outcomes[key] = asdict(run_forked(functools.partial(_in_new_folder, text, store, folder)))
    with os.fdopen(answers, "w", encoding="utf-8") as stream:
        json.dump(outcomes, stream)


if __name__ == "__main__":
    main()
