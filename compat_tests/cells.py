"""One cell of the client × server matrix: its services, its training code, and life cycles in it."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import secrets
import subprocess
import tempfile
import urllib.error
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from compat_tests import environments
from compat_tests.environments import PROJECT, Environment
from compat_tests.forks import ClientForks
from compat_tests.migration import PACKAGES, check_nothing_is_left, stage
from compat_tests.on_mlflow_2 import RECORDS
from compat_tests.processes import Service, StartError, post_json
from compat_tests.records import LifeCycleRecord, Prediction, StepFailure
from compat_tests.servers import model_server, tiled_server
from compat_tests.verify.building import open_worlds
from compat_tests.verify.places import Migrated
from compat_tests.verify.request import Request

SCIKIT_LEARN_SUBJECTS = ("scikit_learn", "python_function")
SUBJECTS = (*SCIKIT_LEARN_SUBJECTS, "autoencoder")
SERVED = "serving"
"""Key of the predictions that came from ``mlflow models serve``."""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A client and the services that it talks to.

    Attributes:
        client: Interpreter of the training code.
        sources: Folder of the training code.
        folder: Where clients run and leave their files.
        tracking_uri: Address of the tracking server.
        variables: Further variables for clients, such as the Tiled server's address.
        forks: Makes the clients' processes; None for an interpreter of its own for each.
    """

    client: Environment
    sources: Path
    folder: Path
    tracking_uri: str
    variables: Mapping[str, str] = field(default_factory=dict)
    forks: ClientForks | None = None

    def client_variables(self) -> dict[str, str]:
        """Return the variables of a client of this cell; the training code comes first on its path."""
        path = f"{self.sources}:{PROJECT}"
        return {"MLFLOW_TRACKING_URI": self.tracking_uri, "PYTHONPATH": path, **self.variables}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the client's interpreter with ``arguments`` in the cell's folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        variables = self.client.variables(self.client_variables())
        if self.forks:
            return self.forks.run(arguments, self.folder, variables)
        return subprocess.run(
            self.client.command(*arguments), cwd=self.folder, env=variables, capture_output=True, text=True
        )

    def train(self, subject: str, name: str | None = None, version: str | None = None) -> LifeCycleRecord:
        """Go through the life cycle of a subject up to loading it.

        Args:
            subject: One of `SUBJECTS`.
            name: Registered model to make; the subject's name by default.
            version: A version of it that exists: that is loaded, and nothing is trained.

        Returns:
            What happened; ``failure`` is set if a step failed.

        Raises:
            ClientError: The client died before it could write its record.
        """
        name = name or subject
        file = self.folder / f"{name}-{secrets.token_hex(4)}.json"
        result = self.run(
            *("-m", "compat_tests.lifecycle", "--subject", f"subjects.{subject}", "--sources", str(self.sources)),
            *("--name", name, "--record", str(file)),
            *(("--version", version) if version else ()),
        )
        if not file.exists():
            raise ClientError(f"{self.client.name} died with status {result.returncode}:\n{result.stderr[-4000:]}")
        return LifeCycleRecord.read(file)

    def serve(self, model_uri: str, payload: Mapping[str, Any], like: Prediction) -> Prediction:
        """Serve a model with ``mlflow models serve`` and ask it for predictions.

        Args:
            model_uri: Which model.
            payload: Body of the request.
            like: A prediction of the same kind, for its type and shape: JSON has one kind of number, and names each column
                of a series or a data frame.

        Raises:
            StartError: The model server did not start.
            urllib.error.HTTPError: It refused the request.
        """
        folder = self.folder / f"server-{secrets.token_hex(4)}"
        with model_server(self.client, folder, model_uri, self.client_variables()) as service:
            predictions = post_json(f"{service.uri}/invocations", payload)["predictions"]
        rows = [list(row.values()) if isinstance(row, dict) else row for row in predictions]
        return Prediction.of(np.asarray(rows, dtype=like.dtype).reshape(like.shape))

    def live(self, subject: str, version: str | None = None) -> LifeCycleRecord:
        """Go through the whole life cycle of a subject, serving included.

        Args:
            subject: One of `SUBJECTS`.
            version: A version that exists and has the alias: that is loaded and served, and nothing is trained.

        Returns:
            What happened; ``failure`` is set if a step failed.
        """
        record = self.train(subject, version=version)
        if record.failure is None:
            uri = f"models:/{subject}@champion"
            try:
                record.predictions[SERVED] = self.serve(uri, record.payload, record.predictions["version"])
            except (StartError, urllib.error.HTTPError) as error:
                record.failure = StepFailure("serve", f"mlflow models serve --model-uri {uri}", str(error))
        return record


@contextlib.contextmanager
def living(cell: MatrixCell, subjects: Sequence[str]) -> Iterator[Callable[[str], LifeCycleRecord]]:
    """Begin the life cycles of subjects in a cell, two at a time: they wait for servers half of their time.

    Args:
        cell: Where.
        subjects: Some of `SUBJECTS`, which has the longest one last: it begins first.

    Yields:
        A function that waits for the life cycle of a subject, one of these or another one, to end and returns its record.
    """
    with ThreadPoolExecutor(2) as pool:
        begin = functools.cache(lambda subject: pool.submit(cell.live, subject))
        for subject in reversed(subjects):
            begin(subject)
        try:
            yield lambda subject: begin(subject).result()
        finally:
            pool.shutdown(cancel_futures=True)


class ClientError(RuntimeError):
    """A client process died without a record of what happened."""


@contextlib.contextmanager
def open_cell(
    client: Environment, server_line: str, folder: Path, *, migrated: bool, codemod_options: Sequence[str] = ()
) -> Iterator[MatrixCell]:
    """Start a tracking server and a Tiled server that holds the digits, and yield a cell that uses them.

    Args:
        client: Interpreter of the training code, with the pipeline's dependencies.
        server_line: Line of MLflow of the tracking server.
        folder: A new folder for everything.
        migrated: Whether the codemod goes over the training code.
        codemod_options: More options of the codemod.
    """
    project = stage(folder / "project")
    line = "3" if migrated else "2"
    request = Request(
        project,
        command=(),
        cells=((line, server_line),),
        apply_options=tuple(codemod_options),  # not --unsafe: what is safe must do for the reference pipeline
        pythons={line: str(client.python)},
        install=False,
        measure=False,
        environments=environments.home(),
    )
    key = secrets.token_hex(16)
    with contextlib.ExitStack() as stack:
        forks = ClientForks(client, folder / "forks")
        stack.callback(forks.close)
        starting = stack.enter_context(ThreadPoolExecutor(1)).submit(_seeded_tiled, client, folder, key, forks)
        stack.callback(lambda: starting.result()[0].stop())
        built = stack.enter_context(open_worlds(request, folder / "worlds", lambda line: None))
        if migrated:
            check_nothing_is_left(Migrated(tuple(built.places), tuple(built.problems)))
        (world,) = built.worlds
        assert world.service is not None
        yield MatrixCell(client, world.copy, folder / "client", world.service.uri, starting.result()[1], forks)


def _seeded_tiled(client: Environment, folder: Path, key: str, forks: ClientForks) -> tuple[Service, dict[str, str]]:
    """Start a Tiled server that holds the digits, and return it with the variables by which clients find it."""
    server = tiled_server(environments.environment("tiled"), folder / "tiled", key)
    try:
        found_by = {"COMPAT_TILED_URI": server.uri, "TILED_API_KEY": key}
        seed_tiled(MatrixCell(client, PROJECT, folder / "seed", "", found_by, forks))
    except BaseException:
        server.stop()
        raise
    return server, found_by


def seed_tiled(cell: MatrixCell) -> None:
    """Write the digits to the Tiled server of a cell.

    Raises:
        ClientError: They could not be written.
    """
    seeded = cell.run("-m", "reference_pipeline", "seed", cell.variables["COMPAT_TILED_URI"])
    if seeded.returncode:
        raise ClientError(f"the Tiled server could not be filled:\n{seeded.stderr[-4000:]}")


def mlflow_2_record(subject: str) -> LifeCycleRecord:
    """Return what MLflow 2 does with a subject: client and server of line 2, and the code as it is.

    It is made once for a state of the training code and of the environments, and kept in ``build/compat``.

    Args:
        subject: One of `SUBJECTS`.

    Raises:
        ClientError: MLflow 2 itself failed.
    """
    client = environments.client("2")
    file = RECORDS / f"mlflow2-{subject}-{_state(client)}.json"
    if not file.exists():
        with (
            tempfile.TemporaryDirectory(prefix="compat-mlflow2-") as name,
            open_cell(client, "2", Path(name), migrated=False) as cell,
            living(cell, SUBJECTS) as lived,
        ):
            for each in SUBJECTS:
                record = lived(each)
                if record.failure:
                    raise ClientError(f"MLflow 2 itself failed on {each}: {record.failure}")
                keep_mlflow_2_record(each, record)
    return LifeCycleRecord.read(file)


def keep_mlflow_2_record(subject: str, record: LifeCycleRecord) -> None:
    """Keep a fresh record of MLflow 2 for `mlflow_2_record`."""
    record.write(RECORDS / f"mlflow2-{subject}-{_state(environments.client('2'))}.json")


def _state(client: Environment) -> str:
    """Return a digest of all that a record of MLflow 2 depends on."""
    digest = hashlib.sha256()
    own = [
        PROJECT / "compat_tests" / name for name in ("lifecycle.py", "records.py", "cells.py", "forks.py", "servers.py")
    ]
    for file in [*own, *sorted(file for package in PACKAGES.values() for file in package.rglob("*.py"))]:
        digest.update(file.read_bytes())
    for environment in (client, environments.environment("server-2"), environments.environment("tiled")):
        digest.update(environment.packages().encode())
    return digest.hexdigest()[:12]
