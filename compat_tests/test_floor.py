"""The oldest releases that are claimed: MLflow 2.9 as client and server, and the migrated code on MLflow 3.0.

The pipeline's dependencies no longer resolve beside them, so the life cycle here is that of scikit-learn and Python models.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from compat_tests import environments
from compat_tests.cells import SCIKIT_LEARN_SUBJECTS, SERVED, MatrixCell
from compat_tests.migration import stage, stage_migrated
from compat_tests.parity import compare, table
from compat_tests.records import LifeCycleRecord
from compat_tests.servers import mlflow_server

CELLS: Mapping[str, tuple[str, str]] = {
    "2.9 on 2.9": ("2.9", "2.9"),
    "2.9 on the newest 3": ("2.9", "3"),
    "3.0 on 3.0": ("3.0", "3.0"),
    "3.0 on the newest 3": ("3.0", "3"),
}
Life = Callable[[str], Mapping[str, LifeCycleRecord]]


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """Go through the life cycles of a cell, once; give what they left behind, by subject."""
    folder = tmp_path_factory.mktemp("floor")

    @functools.cache
    def sources(client_line: str) -> Path:
        if client_line == "2.9":
            return stage(folder / "sources-2")
        # A release, not a line: rewrites that need a later one than 3.0 must not be made.
        return stage_migrated(folder / "sources-3", ["--target", "3.0"])

    @functools.cache
    def go(name: str) -> Mapping[str, LifeCycleRecord]:
        client_line, server_line = CELLS[name]
        place = folder / name.replace(" ", "-")
        client = environments.environment(f"client-{client_line}")
        with mlflow_server(environments.environment(f"server-{server_line}"), place / "server") as server:
            cell = MatrixCell(client, sources(client_line), place / "client", server.uri)
            return {subject: cell.live(subject) for subject in SCIKIT_LEARN_SUBJECTS}

    return go


def released(line: str) -> str:
    return environments.environment(f"server-{line}").release("mlflow")


@pytest.mark.parametrize("subject", SCIKIT_LEARN_SUBJECTS)
@pytest.mark.parametrize("name", CELLS)
def test_the_life_cycle_passes(life: Life, name: str, subject: str) -> None:
    record = life(name)[subject]
    client_line, server_line = CELLS[name]
    assert record.failure is None, str(record.failure)
    assert record.client.startswith(f"{client_line}.")
    assert record.server == released(server_line)
    assert SERVED in record.predictions
    assert len(set(record.predictions.values())) == 1


@pytest.mark.parametrize("subject", SCIKIT_LEARN_SUBJECTS)
@pytest.mark.parametrize("name", [name for name in CELLS if name != "2.9 on 2.9"])
def test_it_is_as_on_2_9(life: Life, name: str, subject: str) -> None:
    differences = compare(life("2.9 on 2.9")[subject], life(name)[subject])
    assert not differences, "\n" + table(differences, "2.9 on 2.9", name)


@pytest.mark.parametrize("subject", SCIKIT_LEARN_SUBJECTS)
def test_3_0_finds_nothing_deprecated(life: Life, subject: str) -> None:
    messages = life("3.0 on 3.0")[subject].messages
    assert not [message for message in messages if "deprecat" in message.text.lower()]
