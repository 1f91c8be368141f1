"""Places and fixes in the file itself."""

from __future__ import annotations

import json

import pytest

from codemod.findings import Outcome
from codemod.sources import Region, Source, applied
from tests.codemod.reports.conftest import CELL, NOTEBOOK, TRAIN, migrated


def line_of(outcome: Outcome, code: str) -> str:
    source = Source.of(outcome)
    region = source.region(next(one for one in outcome.findings if one.code == code))
    assert region is not None
    return source.text.splitlines()[region.line - 1][region.column - 1 :]


def test_a_notebooks_finding_stands_on_the_line_of_its_json() -> None:
    assert line_of(migrated("a.ipynb", NOTEBOOK), "MLF101").startswith('mlflow.sklearn.log_model(model, \\"model\\")')


def test_a_cell_that_is_one_string_has_one_line() -> None:
    document = json.loads(NOTEBOOK)
    document["cells"][1]["source"] = "".join(CELL)
    outcome = migrated("a.ipynb", json.dumps(document))
    assert line_of(outcome, "MLF101").startswith('mlflow.sklearn.log_model(model, \\"model\\")')
    assert Source.of(outcome).region(outcome.findings[0]) == Region(1, *_columns(outcome))


def _columns(outcome: Outcome) -> tuple[int, int, int]:
    text = Source.of(outcome).text
    call = 'mlflow.sklearn.log_model(model, \\"model\\")'
    start = text.index(call) + 1
    return start, 1, start + len(call)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", TRAIN),
        ("a.py", TRAIN.replace("\n", "\r\n")),
        ("a.py", "\ufeff" + TRAIN),
        ("a.ipynb", NOTEBOOK),
        ("requirements.txt", "numpy\nmlflow>=2.9,<3\n"),
        ("a.py", f"# Databricks notebook source\n{TRAIN}\n# COMMAND ----------\n# MAGIC %pip install mlflow<3\n"),
    ],
)
def test_the_replacements_of_all_findings_are_the_new_text(path: str, text: str) -> None:
    """A reader who makes the replacements of one finding gets what the engine makes of its edits."""
    outcome = migrated(path, text)
    source = Source.of(outcome)
    assert outcome.findings
    for finding in outcome.findings:
        replaced = applied(source.text, source.replacements(finding))
        assert replaced != source.text
        again = migrated(path, replaced)
        gone = (finding.code, finding.location.line)
        before = [(one.code, one.location.line) for one in outcome.findings]
        after = [(one.code, one.location.line) for one in again.findings]
        assert before.count(gone) > after.count(gone)
        assert source.difference(finding)


def test_nothing_is_said_of_bytes_that_were_not_kept() -> None:
    outcome = migrated("a.ipynb", NOTEBOOK)
    light = Outcome(outcome.path, outcome.state, outcome.findings, b"", b"changed")
    source = Source.of(light)
    assert source.region(outcome.findings[0]) is None
    assert source.replacements(outcome.findings[0]) == []
    assert source.difference(outcome.findings[0]) == []


def test_no_fix_of_a_place_that_is_elsewhere_in_the_file() -> None:
    outcome = migrated("a.py", TRAIN)
    moved = Source.of(migrated("a.py", "# new\n" + TRAIN))
    assert all(moved.replacements(finding) == [] for finding in outcome.findings)
