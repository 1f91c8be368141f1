"""Every difference between two worlds is one readable row, and nothing else is."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compat_tests.parity import ABSENT, Difference, compare, table
from compat_tests.records import LifeCycleRecord, Message, Prediction, StepFailure


def world(**changes: Any) -> LifeCycleRecord:
    record = LifeCycleRecord(
        client="2.22.5",
        server="2.22.5",
        params={"rate": "0.001"},
        metrics={"loss at step 0": 0.5, "loss at step 1": 0.25},
        tags={"data": "digits"},
        run_artifacts=["loss.csv"],
        model_files=["model/MLmodel"],
        signature={"inputs": '[{"type": "double", "name": "x", "required": true}]', "outputs": None, "params": None},
        versions={"1": "READY"},
        aliases={"champion": "1"},
        predictions={"version": Prediction.of(np.array([[1.0, 2.0]], dtype=np.float32))},
        payload={"inputs": [[1.0]]},
        messages=[Message("mlflow: careful", "train.py:3: log()")],
    )
    for name, value in changes.items():
        setattr(record, name, value)
    return record


def test_equal_worlds_have_no_differences() -> None:
    # Releases and messages differ between worlds by nature.
    assert compare(world(), world(client="3.17.2", server="3.17.2", messages=[], model_files=[])) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"params": {"rate": "0.01"}}, Difference("param", "rate", "0.001", "0.01")),
        ({"params": {}}, Difference("param", "rate", "0.001", ABSENT)),
        ({"params": {"rate": "0.001", "new": "1"}}, Difference("param", "new", ABSENT, "1")),
        (
            {"metrics": {"loss at step 0": 0.5, "loss at step 1": 0.26}},
            Difference("metric", "loss at step 1", "0.25", "0.26"),
        ),
        ({"tags": {"data": "faces"}}, Difference("tag", "data", "digits", "faces")),
        ({"run_artifacts": []}, Difference("run artifact", "loss.csv", "present", ABSENT)),
        ({"versions": {"1": "READY", "2": "READY"}}, Difference("registered version", "2", ABSENT, "READY")),
        ({"aliases": {"champion": "2"}}, Difference("alias", "champion", "1", "2")),
        (
            {"failure": StepFailure("train", "train.py:9: log_model(", "TypeError: name")},
            Difference("failure", "", "none", "step 'train' failed at train.py:9: log_model(: TypeError: name"),
        ),
    ],
)
def test_a_difference_is_one_row(changes: dict[str, Any], expected: Difference) -> None:
    assert compare(world(), world(**changes)) == [expected]


def test_metrics_may_have_a_tolerance_and_predictions_may_not() -> None:
    metrics = {"loss at step 0": 0.5 + 1e-9, "loss at step 1": 0.25}
    assert compare(world(), world(metrics=metrics))
    assert not compare(world(), world(metrics=metrics), metric_tolerance=1e-6)
    last_bit = {"version": Prediction.of(np.nextafter(np.array([[1.0, 2.0]], dtype=np.float32), np.float32(9)))}
    (row,) = compare(world(), world(predictions=last_bit), metric_tolerance=1e-6)
    assert (row.aspect, row.key) == ("prediction by", "version")
    assert row.left.startswith("<f4[1, 2] sha256:")
    assert row.right.endswith("largest difference 2.38e-07")


def test_a_prediction_of_another_shape_or_kind_differs() -> None:
    for other in (np.array([1.0, 2.0], dtype=np.float32), np.array([[1.0, 2.0]])):
        assert len(compare(world(), world(predictions={"version": Prediction.of(other)}))) == 1


def test_signatures_are_compared_by_meaning() -> None:
    old = {"inputs": '[{"name": "x", "type": "double"}]', "outputs": None, "params": None}
    assert compare(world(), world(signature=old)) == [], "MLflow 2.9 wrote no `required`"
    optional = {"inputs": '[{"name": "x", "type": "double", "required": false}]', "outputs": None, "params": None}
    (row,) = compare(world(), world(signature=optional))
    assert (row.aspect, row.key) == ("signature", "inputs")
    (row,) = compare(world(), world(signature=None))
    assert (row.key, row.right) == ("inputs", ABSENT), "an empty part says as much as none"


def test_the_table_is_aligned() -> None:
    rows = [Difference("param", "rate", "0.001", "0.01"), Difference("alias", "champion", "1", ABSENT)]
    assert table(rows, "MLflow 2", "MLflow 3").splitlines() == [
        "                 MLflow 2  MLflow 3",
        "param  rate      0.001     0.01",
        "alias  champion  1         (absent)",
    ]


def test_a_record_survives_its_file(tmp_path: Path) -> None:
    record = world(failure=StepFailure("serve", "x", "y"))
    file = tmp_path / "deep" / "record.json"
    record.write(file)
    assert LifeCycleRecord.read(file) == record
    assert [path.name for path in file.parent.iterdir()] == ["record.json"]


@pytest.mark.parametrize("array", [np.zeros((0, 3)), np.array([np.nan, np.inf]), np.arange(6).reshape(2, 3).T])
def test_a_prediction_keeps_every_bit(array: np.ndarray) -> None:
    kept = Prediction.of(array)
    assert kept.array().tobytes() == np.ascontiguousarray(array).tobytes()
    assert kept.array().shape == array.shape
    assert kept == Prediction.of(copy.deepcopy(array))
