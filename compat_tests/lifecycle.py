"""The life cycle of a model, as a user's code goes through it: train, log, register, alias, load, predict.

Runs inside the client's interpreter, on any MLflow from 2.9 to the newest 3, and writes down what happened:
``python -m compat_tests.lifecycle --subject subjects.scikit_learn --sources FOLDER --name NAME --record FILE``.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import importlib
import linecache
import logging
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol, cast

import mlflow
import numpy as np
import pandas as pd
import requests
from mlflow import MlflowClient

from compat_tests.records import LifeCycleRecord, Message, Prediction, StepFailure

ALIAS = "champion"
ARTIFACT_PATH = "model"
"""Where every subject logs its model: its readers by ``runs:/`` must go on working under that name."""


class Subject(Protocol):
    """A training program in MLflow 2 style, a module of `compat_tests.subjects`."""

    def train(self, name: str) -> None:
        """Train one model, log it as `ARTIFACT_PATH` in a run of its own and register it as ``name``."""

    def sample(self) -> Any:
        """Return the inputs for the predictions: an array or a data frame, always the same."""


class LifeCycle:
    """Goes through the steps and fills the record on the way."""

    def __init__(self, subject: Subject, name: str, sources: Path, record: LifeCycleRecord) -> None:
        self._subject = subject
        self._name = name
        self._sources = sources
        self._record = record
        self._client = MlflowClient()

    def go(self, number: str | None = None) -> None:
        """Go through all steps, or until one fails; the record's ``failure`` says which.

        Args:
            number: A version that exists, with its alias: nothing is trained and nothing is changed.
        """
        try:
            with self._listening():
                if number is None:
                    self._step("train", lambda: self._subject.train(self._name))
                version = self._step("find the registered version", lambda: self._find_version(number))
                self._step("read the run", lambda: self._read_run(version.run_id))
                self._step("read the signature", lambda: self._read_signature(version.version))
                if number is None:
                    self._step("set the alias", lambda: self._set_alias(version.version))
                self._step("read the aliases", self._read_aliases)
                for way, uri in self._addresses(version).items():
                    self._step(f"load and predict by {way}", functools.partial(self._predict, way, uri))
        except _StepError:
            return

    def _step(self, name: str, action: Callable[[], Any]) -> Any:
        try:
            return action()
        except Exception as error:  # whatever a step raises is the finding
            text = f"{type(error).__name__}: {error}"
            self._record.failure = StepFailure(name, self._innermost(_trace(error)), text)
            traceback.print_exc()
            raise _StepError from error

    def _find_version(self, number: str | None) -> Any:
        versions = {str(found.version): found for found in self._client.search_model_versions(f"name='{self._name}'")}
        if not versions:
            raise LookupError(f"there is no version of {self._name!r}")
        self._record.versions = {key: versions[key].status for key in sorted(versions, key=int)}
        return versions[number or max(versions, key=int)]

    def _read_run(self, run_id: str) -> None:
        run = self._client.get_run(run_id)
        self._record.params = dict(run.data.params)
        for metric in run.data.metrics:
            for entry in self._client.get_metric_history(run_id, metric):
                self._record.metrics[f"{metric} at step {entry.step}"] = entry.value
        self._record.tags = {key: value for key, value in run.data.tags.items() if not key.startswith("mlflow.")}
        files = self._files(run_id, None)
        self._record.run_artifacts = [file for file in files if not file.startswith(f"{ARTIFACT_PATH}/")]
        self._record.model_files = self._files(run_id, ARTIFACT_PATH)

    def _files(self, run_id: str, path: str | None) -> list[str]:
        found: list[str] = []
        for entry in self._client.list_artifacts(run_id, path):
            found += self._files(run_id, entry.path) if entry.is_dir else [entry.path]
        return sorted(found)

    def _read_signature(self, version: str) -> None:
        signature = mlflow.models.get_model_info(f"models:/{self._name}/{version}").signature
        self._record.signature = signature.to_dict() if signature else None

    def _set_alias(self, version: str) -> None:
        self._client.set_registered_model_alias(self._name, ALIAS, version)

    def _read_aliases(self) -> None:
        aliases = self._client.get_registered_model(self._name).aliases
        self._record.aliases = {alias: str(number) for alias, number in aliases.items()}

    def _addresses(self, version: Any) -> dict[str, str]:
        return {
            "version": f"models:/{self._name}/{version.version}",
            "latest": f"models:/{self._name}/latest",
            "alias": f"models:/{self._name}@{ALIAS}",
            "run": f"runs:/{version.run_id}/{ARTIFACT_PATH}",
        }

    def _predict(self, way: str, uri: str) -> None:
        predicted = mlflow.pyfunc.load_model(uri).predict(self._subject.sample())
        self._record.predictions[way] = Prediction.of(np.asarray(predicted))

    @contextlib.contextmanager
    def _listening(self) -> Iterator[None]:
        """Keep what MLflow says. Its deprecation of ``artifact_path`` is a log record, most others are warnings."""
        handler = _Listener(self)
        logger = logging.getLogger("mlflow")
        logger.addHandler(handler)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = self._keep_warning
            try:
                yield
            finally:
                logger.removeHandler(handler)

    def keep(self, text: str) -> None:
        """Keep a message with the line of the training code from which MLflow was called."""
        self._record.messages.append(Message(text, self._innermost(_stack())))

    def _keep_warning(self, message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
        speaker = next(Path(file) for file, _ in _stack() if file not in (__file__, warnings.__file__))
        # Other libraries warn of their own affairs. A DeprecationWarning that MLflow triggers is one that it should heed
        # itself; what its users should heed it tells by FutureWarning (mlflow/utils/annotations.py).
        if speaker.is_relative_to(Path(mlflow.__file__).parent) and not issubclass(category, DeprecationWarning):
            self.keep(f"{category.__name__}: {message}")

    def _innermost(self, lines: Iterable[tuple[str, int]]) -> str:
        """Return the first of ``lines``, deepest first, that belongs to the training code."""
        for file, number in lines:
            if Path(file).is_relative_to(self._sources):
                return f"{Path(file).relative_to(self._sources)}:{number}: {linecache.getline(file, number).strip()}"
        return "the life cycle's own code"


class _Listener(logging.Handler):
    def __init__(self, life_cycle: LifeCycle) -> None:
        super().__init__(logging.WARNING)
        self._life_cycle = life_cycle

    def emit(self, record: logging.LogRecord) -> None:
        self._life_cycle.keep(f"{record.name}: {record.getMessage()}")


class _StepError(Exception):
    """Ends the life cycle; the record says why."""


def _stack() -> list[tuple[str, int]]:
    """Return file and line of every frame, deepest first."""
    return [(frame.f_code.co_filename, number) for frame, number in traceback.walk_stack(sys._getframe())]


def _trace(error: BaseException) -> list[tuple[str, int]]:
    """Return file and line of every frame that ``error`` came through, deepest first."""
    return [(frame.f_code.co_filename, number) for frame, number in traceback.walk_tb(error.__traceback__)][::-1]


def _server_release() -> str:
    user, password = (os.environ.get(f"MLFLOW_TRACKING_{name}", "") for name in ("USERNAME", "PASSWORD"))
    answer = requests.get(f"{mlflow.get_tracking_uri()}/version", auth=(user, password) if user else None, timeout=30)
    answer.raise_for_status()
    return str(answer.text.strip())


def _payload(sample: Any) -> dict[str, Any]:
    if isinstance(sample, pd.DataFrame):
        return {"dataframe_split": sample.to_dict(orient="split")}
    return {"inputs": np.asarray(sample).tolist()}


def main(arguments: list[str] | None = None) -> int:
    """Go through the life cycle of one subject and write the record. Returns 1 if a step failed."""
    parser = argparse.ArgumentParser(description="Life cycle of one model.")
    parser.add_argument("--subject", required=True, help="module that trains, such as subjects.scikit_learn")
    parser.add_argument("--sources", type=Path, required=True, help="folder of the training code")
    parser.add_argument("--name", required=True, help="registered model to make")
    parser.add_argument("--version", help="a version that exists: load it and train nothing")
    parser.add_argument("--record", type=Path, required=True, help="file to write")
    options = parser.parse_args(arguments)
    record = LifeCycleRecord(client=mlflow.__version__, server=_server_release())
    subject = cast("Subject", importlib.import_module(options.subject))
    record.payload = _payload(subject.sample())
    LifeCycle(subject, options.name, options.sources.resolve(), record).go(options.version)
    record.write(options.record)
    return 1 if record.failure else 0


if __name__ == "__main__":
    sys.exit(main())
