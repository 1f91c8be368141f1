"""The whole life cycle of each subject in the cell under test, and parity with MLflow 2."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from compat_tests.cells import SERVED, SUBJECTS, keep_mlflow_2_record, mlflow_2_record
from compat_tests.parity import compare, table
from compat_tests.records import LifeCycleRecord

LOADED_BY = ("version", "latest", "alias", "run")


@pytest.fixture(scope="module", params=SUBJECTS)
def subject(request: pytest.FixtureRequest) -> str:
    """The subject under test."""
    return str(request.param)


@pytest.fixture(scope="module")
def record(
    lived: Callable[[str], LifeCycleRecord], subject: str, client_line: str, server_line: str
) -> LifeCycleRecord:
    """What the subject's life cycle left behind."""
    record = lived(subject)
    if client_line == server_line == "2" and record.failure is None:
        keep_mlflow_2_record(subject, record)
    return record


def test_every_step_passes(record: LifeCycleRecord) -> None:
    assert record.failure is None, str(record.failure)


def test_the_releases_are_those_of_the_cell(record: LifeCycleRecord, client_line: str, server_line: str) -> None:
    assert record.client.startswith(f"{client_line}.")
    assert record.server.startswith(f"{server_line}.")


def test_all_ways_to_the_model_predict_the_same(record: LifeCycleRecord) -> None:
    assert set(record.predictions) == {*LOADED_BY, SERVED}
    assert len(set(record.predictions.values())) == 1, "\n".join(f"{k}: {v}" for k, v in record.predictions.items())
    assert record.predictions["version"].array().size >= 5


def test_the_registry_has_one_version_and_its_alias(record: LifeCycleRecord) -> None:
    assert record.versions == {"1": "READY"}
    assert record.aliases == {"champion": "1"}


def test_the_run_has_its_parameters_and_metrics(record: LifeCycleRecord) -> None:
    assert record.params
    assert record.metrics
    assert record.model_files
    assert record.signature


def test_mlflow_3_finds_nothing_deprecated(record: LifeCycleRecord, client_line: str) -> None:
    """The codemod's work: on MLflow 2 the old forms are not deprecated, so the test holds for every cell."""
    found = [f"{message.call}\n    {message.text}" for message in record.messages if "deprecat" in message.text.lower()]
    assert not found, "MLflow calls these deprecated:\n" + "\n".join(found)


def test_it_is_as_on_mlflow_2(record: LifeCycleRecord, subject: str, client_line: str, server_line: str) -> None:
    """Bit-equal predictions, equal metrics, and the same traces in the tracking server."""
    before = mlflow_2_record(subject)
    differences = compare(before, record)
    heading = f"MLflow {before.client} on {before.server}", f"MLflow {record.client} on {record.server}"
    assert not differences, "\n" + table(differences, *heading)
