"""The SARIF log: its form, its fingerprints, its fixes and its limits."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from codemod.findings import Outcome, Safety, State
from codemod.reports import sarif
from codemod.reports.base import Report
from codemod.settings import Settings
from codemod.sources import Region, Replacement, Source, applied
from tests.codemod.reports.conftest import TRAIN, migrated, report, strange


def form(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def each(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


# The parts of SARIF 2.1.0 that are written, after the standard's text; each with the properties that it allows here
# and those that it demands. Indexes and lines start where the standard says.
TEXT = {"type": "string", "minLength": 1}
MESSAGE = form(("text",), text=TEXT, markdown=TEXT)
LEVEL = {"enum": ["none", "note", "warning", "error"]}
FROM_1 = {"type": "integer", "minimum": 1}
ARTIFACT = form(("uri",), uri={"type": "string", "format": "uri-reference", "pattern": "^[!-~]+$"}, uriBaseId=TEXT)
REGION = form(("startLine",), startLine=FROM_1, startColumn=FROM_1, endLine=FROM_1, endColumn=FROM_1)
PHYSICAL = form(("artifactLocation",), artifactLocation=ARTIFACT, region=REGION)
LOGICAL = form(("name",), name=TEXT, fullyQualifiedName=TEXT, kind=TEXT)
LOCATION = form((), physicalLocation=PHYSICAL, logicalLocations=each(LOGICAL))
REPLACEMENT = form(("deletedRegion",), deletedRegion=REGION, insertedContent=form((), text={"type": "string"}))
CHANGE = form(
    ("artifactLocation", "replacements"),
    artifactLocation=ARTIFACT,
    replacements={**each(REPLACEMENT), "minItems": 1},
)
RESULT = form(
    ("message",),
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=MESSAGE,
    locations=each(LOCATION),
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    fixes=each(form(("artifactChanges",), description=MESSAGE, artifactChanges={**each(CHANGE), "minItems": 1})),
    properties={"type": "object"},
)
RULE = form(
    ("id",),
    id=TEXT,
    name=TEXT,
    shortDescription=MESSAGE,
    fullDescription=MESSAGE,
    help=MESSAGE,
    helpUri={"type": "string", "format": "uri", "pattern": "^https?://"},
    defaultConfiguration=form((), level=LEVEL),
    properties={"type": "object"},
)
NOTIFICATION = form(("message",), level=LEVEL, message=MESSAGE, locations=each(LOCATION))
RUN = form(
    ("tool", "results"),
    tool=form(("driver",), driver=form(("name",), name=TEXT, version=TEXT, semanticVersion=TEXT, rules=each(RULE))),
    invocations=each(
        form(
            ("executionSuccessful",),
            executionSuccessful={"type": "boolean"},
            exitCode={"type": "integer"},
            toolExecutionNotifications=each(NOTIFICATION),
        )
    ),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    newlineSequences={**each(TEXT), "minItems": 1, "uniqueItems": True},
    results=each(RESULT),
)
LOG = {
    **form(("version", "runs"), version={"const": "2.1.0"}, runs=each(RUN)),
    "$schema": "http://json-schema.org/draft-07/schema#",
}
LOG["properties"]["$schema"] = {"type": "string", "format": "uri"}


def log(of: Report) -> dict[str, Any]:
    document = json.loads(sarif.render(of))
    jsonschema.Draft7Validator(LOG).validate(document)
    run: dict[str, Any] = document["runs"][0]
    return run


def test_the_log_has_the_standards_form() -> None:
    run = log(report())
    rules = run["tool"]["driver"]["rules"]
    assert len(run["results"]) == report().counts.left > 5
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert len(rules[result["ruleIndex"]]["help"]["markdown"]) > 100
    codes = [result["ruleId"] for result in run["results"]]
    assert set(codes) == {rule["id"] for rule in rules}
    levels = [result["level"] for result in run["results"]]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    assert set(levels) == {"error", "note"}


def test_rules_link_to_their_pages_where_these_are_known_to_be_anywhere() -> None:
    assert all("helpUri" not in rule for rule in log(report())["tool"]["driver"]["rules"])
    of = report()
    rules = log(replace(of, settings=replace(of.settings, docs_url="https://docs.example.com/moved")))["tool"][
        "driver"
    ]["rules"]
    assert [rule["helpUri"] for rule in rules] == [
        f"https://docs.example.com/moved/rules/{rule['id']}/" for rule in rules
    ]


def test_a_wrong_log_does_not_pass() -> None:
    document = json.loads(sarif.render(report()))
    document["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(LOG).validate(document)


def test_notebooks_name_the_cell() -> None:
    found = [
        one
        for one in log(report())["results"]
        if "ipynb" in one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    ]
    assert found
    for result in found:
        logical = result["locations"][0]["logicalLocations"][0]
        assert logical["name"] == "cell 2"
        assert result["message"]["text"].startswith("nb/explore.ipynb: cell 2, line 3: ")


def test_fixes_do_what_apply_does() -> None:
    """All safe fixes that do not touch each other, made by a reader of the log, mend the file's two lines."""
    outcome = migrated("train.py", TRAIN)
    text = Source.of(outcome).text
    run = log(Report("check", Settings(), (outcome,)))
    replacements = [
        Replacement(
            Region(*(one["deletedRegion"][key] for key in ("startLine", "startColumn", "endLine", "endColumn"))),
            one["insertedContent"]["text"],
        )
        for result in run["results"]
        if result["ruleId"] == "MLF403"
        for one in result["fixes"][0]["artifactChanges"][0]["replacements"]
    ]
    assert 'print(run.info.run_id, "ä", run.info.run_id)' in applied(text, replacements)


def test_fingerprints_survive_moved_lines() -> None:
    def names(code: str) -> set[str]:
        run = log(Report("check", Settings(), (migrated("a.py", code),)))
        return {result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]}

    assert names(TRAIN) == names("# moved\n\n" + TRAIN)
    assert len(names(TRAIN)) == len(migrated("a.py", TRAIN).findings)


def test_silenced_findings_are_no_results_and_problems_are_notifications() -> None:
    run = log(report())
    assert "silent.py" not in json.dumps(run["results"])
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert [note["level"] for note in notes] == ["error"]
    assert notes[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "bad%20dir/%C3%A4.py"
    assert run["invocations"][0]["exitCode"] == 3


def many(number: int) -> Outcome:
    outcome = strange("many.py", "by hand")
    hard = replace(outcome.findings[0], message="by hand")
    easy = [replace(hard, code="MLF102", message=f"{index}", safety=Safety.SAFE) for index in range(number - 1)]
    easy = [replace(one, edits=migrated("a.py", TRAIN).findings[0].edits) for one in easy]
    return Outcome("many.py", State.BY_HAND, (*easy, hard), b"", b"")


def test_more_results_than_github_shows_are_told_with_the_needy_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "SHOWN_RESULTS", 10)
    run = log(Report("check", Settings(), (many(11),)))
    assert run["results"][0]["message"]["text"] == "by hand"
    assert len(run["results"]) == 11
    assert "GitHub shows the first 10" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_results_beyond_the_limits_are_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 10)
    run = log(Report("check", Settings(), (many(20),)))
    assert len(run["results"]) == 10
    notes = [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]
    assert any(note.startswith("10 of 20 findings were left out") for note in notes)


def test_a_log_that_is_too_large_loses_fixes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = report()
    monkeypatch.setattr(sarif, "MOST_BYTES", 10_000)
    monkeypatch.setattr(sarif.gzip, "compress", lambda data, _level: data)
    run = log(whole)
    notes = [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]
    assert any(note.startswith("fixes were left out") for note in notes)
    assert all("fixes" not in result for result in run["results"])
    assert run["results"][0]["level"] == "error"
