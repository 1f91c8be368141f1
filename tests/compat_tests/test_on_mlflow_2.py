"""What programs did on MLflow 2 is run once for a state of its packages, and kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from compat_tests import environments, on_mlflow_2
from compat_tests.environments import Environment
from compat_tests.programs import ProgramResult


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The programs of each call that reached an interpreter, which is not started here."""
    calls: list[list[str]] = []

    def outcomes_of(texts: Mapping[str, str], *_: object) -> dict[str, ProgramResult]:
        calls.append(list(texts.values()))
        return {key: ProgramResult(None, ("said",), f"{text} gave {len(calls)}") for key, text in texts.items()}

    monkeypatch.setattr(on_mlflow_2, "RECORDS", tmp_path / "records")
    monkeypatch.setattr(on_mlflow_2, "outcomes_of", outcomes_of)
    monkeypatch.setattr(environments, "client", lambda line: Environment(f"client-{line}", Path("python")))
    monkeypatch.setattr(Environment, "packages", lambda self: "mlflow==2.22.5")
    return calls


def test_what_was_run_is_not_run_again_for_who_compares(ran: list[list[str]]) -> None:
    first = on_mlflow_2.run("2", {"x": "one"})
    assert on_mlflow_2.known({"y": "one", "z": "two"}) == {
        "y": first["x"],
        "z": ProgramResult(None, ("said",), "two gave 2"),
    }
    assert on_mlflow_2.known({"z": "two"})["z"].result == "two gave 2"
    assert ran == [["one"], ["two"]]


def test_the_cell_of_mlflow_2_itself_always_runs_them(ran: list[list[str]]) -> None:
    assert on_mlflow_2.run("2", {"x": "one"})["x"].result == "one gave 1"
    assert on_mlflow_2.run("2", {"x": "one"})["x"].result == "one gave 2"
    assert on_mlflow_2.known({"x": "one"})["x"].result == "one gave 2"


def test_other_packages_and_mlflow_3_count_for_themselves(
    ran: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_mlflow_2.run("3", {"x": "one"})
    assert on_mlflow_2.known({"x": "one"})["x"].result == "one gave 2"
    monkeypatch.setattr(Environment, "packages", lambda self: "mlflow==2.22.6")
    assert on_mlflow_2.known({"x": "one"})["x"].result == "one gave 3"
