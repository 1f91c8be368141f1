"""Every change of MLflow that is entered has a rule that is there, and no changed default is entered nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemod import mlflow_api
from codemod.mlflow_api.defaults import REQUIRED, DefaultChange, changed_defaults
from codemod.rules import all_rules
from development import coverage
from development.coverage import Behaviour, Default

PROJECT = Path(__file__).parents[3]
RULES = {rule.code: rule for rule in all_rules()}
ADVICE = "enter it in development/coverage.toml with the rule that knows it, or why none needs to"


def test_every_changed_default_is_examined() -> None:
    assert not [f"{change}: {ADVICE}" for change in coverage.unexamined()]


@pytest.mark.parametrize(
    "entry", coverage.defaults(), ids=lambda entry: f"{entry.names[0]}.{entry.parameter} {entry.since}"
)
def test_an_entry_of_a_default_speaks_of_a_change_and_of_a_rule_that_is_there(entry: Default) -> None:
    assert any(entry.covers(change) for change in changed_defaults())
    assert not entry.rule or entry.rule in RULES
    assert entry.why


@pytest.mark.parametrize("entry", coverage.behaviours(), ids=lambda entry: entry.change[:60])
def test_an_entry_of_a_behaviour_names_rules_that_are_there_and_examples_that_run(entry: Behaviour) -> None:
    assert set(entry.rule.split()) <= set(RULES)
    assert entry.rule or entry.why, "say which rule knows it, or why none needs to"
    assert any(release.startswith(f"{entry.since}.") for release in mlflow_api.RELEASES)
    if entry.example:
        runnable = {
            example.title for code in entry.rule.split() for example in RULES[code].examples if example.runnable
        }
        assert entry.example in runnable


def test_the_page_is_current() -> None:
    written = (PROJECT / "docs" / "coverage.md").read_text(encoding="utf-8")
    assert written == coverage.page(), f"write it anew: {coverage.COMMAND}"


def test_a_changed_default_is_found_by_release() -> None:
    changes = changed_defaults()
    assert DefaultChange("mlflow.xgboost.log_model", "model_format", "3.6.0", "'xgb'", "'ubj'") in changes
    assert DefaultChange("mlflow.sklearn.log_model", "artifact_path", "3.0.1", REQUIRED, "None") in changes
    assert not [change for change in changes if "._" in change.name or change.was == change.now]


def test_a_default_that_nobody_entered_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    known = coverage.defaults()
    monkeypatch.setattr(coverage, "defaults", lambda: tuple(e for e in known if e.parameter != "model_format"))
    found = coverage.unexamined()
    assert {(change.name, change.parameter) for change in found} == {
        (f"mlflow.xgboost.{name}", "model_format") for name in ("autolog", "log_model", "save_model")
    }
