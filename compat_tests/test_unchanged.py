"""What migration guides say stays the same does: the same calls give the same results on MLflow 2 and 3.

Loading by ``models:/`` and ``runs:/`` is also part of every life cycle, and authentication by the environment of test_auth.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from compat_tests.cells import MatrixCell
from compat_tests.records import LifeCycleRecord

CALIBRATED = [1.0 * 0.37 + 1.5, 2.0 * 0.37 + 1.5]
EXPECTED: Mapping[str, Any] = {
    "set_tracking_uri": {
        "the code's address wins": True,
        "the registry follows": True,
        "and back": True,
    },
    "set_experiment": {
        "found again": True,
        "by id": True,
        "runs land in it": True,
        "get_experiment_by_name": True,
    },
    "log_params": {
        "read": {"rate": "0.001", "layers": "[8, 16]", "shuffle": "True", "note": "None", "epochs": "3"},
        "a changed value": "INVALID_PARAMETER_VALUE",
    },
    "log_metrics": {
        "last": {"loss": 1 / 3, "accuracy": 1.0, "final": 0.25},
        "history": [[0, 1.0], [1, 0.5], [2, 1 / 3]],
    },
    "runs": {
        "status": {"parent": "FINISHED", "child": "FINISHED", "broken": "FAILED"},
        "by tag": ["child"],
        "child": True,
        "active afterwards": True,
    },
    "artifacts": {
        "listed": ["notes/end.txt", "notes/settings.json"],
        "by run": "epoch,loss\n0,1.0\n",
        "by address": "done",
    },
    "load_model": dict.fromkeys(("version", "latest", "alias", "run"), CALIBRATED),
    "pytorch_autolog": {
        "steps of the loss": [0, 1, 2],
        "loss": 0.8393,
        "params": {"optimizer_name": "SGD", "lr": "0.01", "epochs": "3"},
        "models": [],
    },
}


@pytest.fixture(scope="module")
def results(cell: MatrixCell, lived: Callable[[str], LifeCycleRecord]) -> Mapping[str, Any]:
    """What came of each call."""
    model = "python_function"
    assert lived(model).failure is None, str(lived(model).failure)
    done = cell.run("-m", "compat_tests.unchanged", model)
    assert done.returncode == 0, done.stderr[-4000:]
    parsed: Mapping[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return parsed


def test_every_call_has_its_expectation(results: Mapping[str, Any]) -> None:
    assert set(results) == set(EXPECTED)


@pytest.mark.parametrize("call", EXPECTED)
def test_it_stays_the_same(call: str, results: Mapping[str, Any]) -> None:
    assert results[call] == EXPECTED[call]
