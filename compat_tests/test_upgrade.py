"""A store of MLflow 2.22 with trained, registered models, copied and upgraded in place to MLflow 3, on sqlite and on PostgreSQL.

What must hold: old models load and serve from both clients with the very predictions that they had; both clients add versions;
the original still works on MLflow 2, because the copy was upgraded and not it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from compat_tests import environments
from compat_tests.cells import MatrixCell, mlflow_2_record, seed_tiled
from compat_tests.migration import stage, stage_migrated
from compat_tests.parity import compare, table
from compat_tests.postgres import Postgres, postgres_server
from compat_tests.processes import StartError
from compat_tests.records import LifeCycleRecord
from compat_tests.servers import mlflow_server, tiled_server

UPGRADED_SUBJECTS = ("scikit_learn", "autoencoder")


class Store(Protocol):
    """A database that MLflow keeps its records in."""

    def uri(self) -> str:
        """Return the address of the original."""

    def copy(self) -> str:
        """Copy the original, which no server may use meanwhile, and return the address of the copy."""


@dataclasses.dataclass(frozen=True, slots=True)
class SqliteStore:
    """An sqlite file."""

    folder: Path

    def uri(self) -> str:
        return f"sqlite:///{self.folder / 'original.db'}"

    def copy(self) -> str:
        shutil.copyfile(self.folder / "original.db", self.folder / "copy.db")
        return f"sqlite:///{self.folder / 'copy.db'}"


@dataclasses.dataclass(frozen=True, slots=True)
class PostgresStore:
    """A database of a PostgreSQL server."""

    server: Postgres

    def uri(self) -> str:
        return self.server.uri("mlflow")

    def copy(self) -> str:
        self.server.create("copied", copy_of="mlflow")
        return self.server.uri("copied")


@dataclasses.dataclass(frozen=True, slots=True)
class Upgraded:
    """The state after the upgrade.

    Attributes:
        before: What MLflow 2 recorded before it, by subject.
        store: The store that was copied.
        copy_uri: Address of the upgraded copy.
        artifacts: Folder of the tracking server, with the artifacts of the original.
        copied_artifacts: The same for the copy.
        cell_for: Makes a cell of a client's line on a tracking server.
    """

    before: dict[str, LifeCycleRecord]
    store: Store
    copy_uri: str
    artifacts: Path
    copied_artifacts: Path
    cell_for: Callable[[str, str], MatrixCell]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An empty store."""
    if request.param == "sqlite":
        yield SqliteStore(tmp_path_factory.mktemp("store"))
    else:
        with postgres_server(environments.environment("postgres")) as server:
            yield PostgresStore(server)


@pytest.fixture(scope="module")
def upgraded(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    """A store filled by MLflow 2 and the copy of it that MLflow 3 upgraded."""
    folder = tmp_path_factory.mktemp("upgrade")
    sources = {"2": stage(folder / "sources-2"), "3": stage_migrated(folder / "sources-3")}
    key = secrets.token_hex(16)
    with tiled_server(environments.environment("tiled"), folder / "tiled", key) as tiled:

        def cell_for(line: str, tracking_uri: str) -> MatrixCell:
            variables = {"COMPAT_TILED_URI": tiled.uri, "TILED_API_KEY": key}
            return MatrixCell(
                environments.client(line), sources[line], folder / f"client-{line}", tracking_uri, variables
            )

        with mlflow_server(environments.environment("server-2"), folder / "original", store.uri()) as server:
            cell = cell_for("2", server.uri)
            seed_tiled(cell)
            before = {subject: cell.train(subject) for subject in UPGRADED_SUBJECTS}
        failures = [str(record.failure) for record in before.values() if record.failure]
        assert not failures
        copy_uri = store.copy()
        shutil.copytree(folder / "original" / "artifacts", folder / "copy" / "artifacts")
        upgrade = environments.environment("server-3").command("-m", "mlflow", "db", "upgrade", copy_uri)
        subprocess.run(upgrade, check=True, capture_output=True, env=environments.environment("server-3").variables())
        yield Upgraded(before, store, copy_uri, folder / "original", folder / "copy", cell_for)


@pytest.fixture(scope="module")
def server_3(upgraded: Upgraded) -> Iterator[str]:
    """Address of a server of MLflow 3 on the upgraded copy."""
    with mlflow_server(environments.environment("server-3"), upgraded.copied_artifacts, upgraded.copy_uri) as server:
        assert server.version.startswith("3.")
        yield server.uri


@pytest.mark.parametrize("subject", UPGRADED_SUBJECTS)
def test_before_the_upgrade_all_is_as_in_the_mlflow2_cell(upgraded: Upgraded, subject: str) -> None:
    reference, before = mlflow_2_record(subject), upgraded.before[subject]
    assert {before.predictions[way] for way in before.predictions} == {reference.predictions["version"]}


@pytest.mark.parametrize("line", ["2", "3"])
@pytest.mark.parametrize("subject", UPGRADED_SUBJECTS)
def test_old_models_load_and_serve_as_before(upgraded: Upgraded, server_3: str, line: str, subject: str) -> None:
    record = upgraded.cell_for(line, server_3).live(subject, version="1")
    assert record.failure is None, str(record.failure)
    assert record.client.startswith(f"{line}.")
    before = upgraded.before[subject]
    assert record.predictions.pop("serving") == before.predictions["version"]
    differences = compare(before, record)
    assert not differences, "\n" + table(differences, "before the upgrade", f"after it, client {record.client}")


def test_both_clients_add_versions(upgraded: Upgraded, server_3: str) -> None:
    expected = upgraded.before["scikit_learn"].predictions["version"]
    for line, number in (("2", "2"), ("3", "3")):
        record = upgraded.cell_for(line, server_3).train("scikit_learn")
        assert record.failure is None, str(record.failure)
        assert record.versions == {str(n): "READY" for n in range(1, int(number) + 1)}
        assert record.aliases == {"champion": number}
        assert set(record.predictions.values()) == {expected}


def test_the_upgrade_cannot_be_taken_back(upgraded: Upgraded) -> None:
    """MLflow 2 refuses the upgraded store at once, and its log says why: hence the copy."""
    with pytest.raises(StartError, match="Can't locate revision identified by"):
        mlflow_server(environments.environment("server-2"), upgraded.copied_artifacts, upgraded.copy_uri).stop()


def test_the_original_still_works_on_mlflow_2(upgraded: Upgraded) -> None:
    with mlflow_server(environments.environment("server-2"), upgraded.artifacts, upgraded.store.uri()) as server:
        assert server.version.startswith("2.")
        record = upgraded.cell_for("2", server.uri).train("scikit_learn", version="1")
    assert not compare(upgraded.before["scikit_learn"], record)


def test_a_server_of_mlflow_3_migrates_an_old_store_without_asking(tmp_path: Path) -> None:
    """Why the copy must come before the first start of the new server, and not before ``mlflow db upgrade``."""
    file = tmp_path / "mlflow.db"
    with mlflow_server(environments.environment("server-2"), tmp_path):
        pass
    before = _revision(file)
    with mlflow_server(environments.environment("server-3"), tmp_path):
        pass
    assert _revision(file) != before


def _revision(file: Path) -> str:
    with contextlib.closing(sqlite3.connect(file)) as database:
        (revision,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(revision)
