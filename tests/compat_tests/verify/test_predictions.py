"""Interpreters are started for predictions only where there is an input to ask with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from compat_tests.verify.comparing import MOVED, ModelPair
from compat_tests.verify.prove import First, Listener, _Proving
from compat_tests.verify.request import Request
from compat_tests.verify.rows import Status
from compat_tests.verify.snapshots import Model
from compat_tests.verify.world import World

PLAIN = Model("plain", "run", "plain", "runs:/1/plain", "/2/plain", {}, None, False, (), "")
WITH_EXAMPLE = replace(PLAIN, name="asked", path="asked", folder="/2/asked", example=True)


class Asker:
    """A world that answers each model it is asked about with one number."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def begin_to_predict(self, models: dict[str, str], sample: Path | None, command: tuple[str, ...]) -> Any:
        self.asked += models.values()
        return SimpleNamespace(stop=lambda: None)

    def predictions(self, asked: Any, keys: Any) -> dict[str, Any]:
        return {key: {"error": None, "prediction": {"kind": "value", "data": 1.0}} for key in keys}


def predictions(sample: Path | None = None) -> tuple[list[tuple[str, str, Status]], list[str], list[str]]:
    """Ask for the predictions of a model with an example and of one without; return the rows and what was asked where."""
    request = Request(Path("p"), ("python", "train.py"), sample=sample)
    proving = _Proving(request, Listener(lambda line: None, lambda *_: None), None)
    first, second = Asker(), Asker()
    pairs = [ModelPair(model.name, model, replace(model, folder=f"/3/{model.name}")) for model in (PLAIN, WITH_EXAMPLE)]
    known = cast("First", SimpleNamespace(world=first, answers={}))
    rows = proving._predictions(known, cast("World", second), pairs)
    return [(row.kind, row.key, row.status) for row in rows], first.asked, second.asked


def test_a_model_without_an_input_is_not_asked_and_its_row_says_so() -> None:
    rows, first, second = predictions()
    assert rows == [
        ("prediction", "plain", Status.NOT_COMPARABLE),
        ("prediction", "asked", Status.EQUAL),
        (MOVED, "asked", Status.EQUAL),
    ]
    assert first == ["/2/asked"]
    assert second == ["/3/asked", "/2/asked"]


@pytest.mark.parametrize("name", ["plain", "asked"])
def test_a_sample_asks_every_model(tmp_path: Path, name: str) -> None:
    rows, first, second = predictions(tmp_path / "sample.csv")
    assert ("prediction", name, Status.EQUAL) in rows
    assert f"/2/{name}" in first
    assert {f"/3/{name}", f"/2/{name}"} <= set(second)
