"""The verdict follows from failure, differences, places that did not run and what was recorded, in this order."""

from __future__ import annotations

import json
from dataclasses import replace
from xml.etree import ElementTree

import jsonschema
import pytest

from compat_tests.verify.outputs import json as json_output
from compat_tests.verify.outputs import junit, markdown, text
from compat_tests.verify.places import MeasuredPlace
from compat_tests.verify.proof import ComparedWorld, Failure, Proof, Verdict, WorldResult
from compat_tests.verify.rows import Row, Status

RAN = MeasuredPlace("train.py", 3, 3, "MLF101", "MLflow 3 calls `artifact_path` `name`", True, ran="ran")
NEVER = MeasuredPlace("src/batch.py", 41, 41, "MLF201", "a message | with a bar", True)
PIN = MeasuredPlace("requirements.txt", 1, 1, "MLF502", "a pin", True, ran="in a file that is not Python")
OPEN = MeasuredPlace("a.ipynb", 2, 2, "MLF204", "by hand", False, cell=4)
EQUAL = Row("param", "iris / r · C", Status.EQUAL, "1", "1")
DIFFERENT = Row("metric", "iris / r · loss", Status.DIFFERENT, "0.5", "0.6")
WORLDS = (WorldResult("2", "2.22.5", "2.22.5", 0, 1.0, 1, 1), WorldResult("3", "3.17.2", "3.17.2", 0, 1.5, 1, 1))


def proof(*rows: Row, places: tuple[MeasuredPlace, ...] = (RAN, PIN), failure: Failure | None = None) -> Proof:
    return Proof("iris", ("python", "train.py"), ("--unsafe",), WORLDS, (ComparedWorld("3", rows),), places, failure)


FAILURE = Failure("3", "the migrated code fails", "train.py:9: log()", (OPEN,), ("Traceback", "KeyError: 'x' & <y>"))
PROOFS = {
    "equal": proof(EQUAL),
    "different": proof(EQUAL, DIFFERENT),
    "not proved": proof(EQUAL, places=(RAN, NEVER)),
    "failed": proof(DIFFERENT, failure=FAILURE),
    "interrupted": replace(proof(EQUAL), interrupted=True),
}


@pytest.mark.parametrize(("name", "code"), [("equal", 0), ("different", 1), ("not proved", 4), ("failed", 3)])
def test_the_verdict_and_its_exit_code(name: str, code: int) -> None:
    assert PROOFS[name].verdict.value == name
    assert PROOFS[name].exit_code == code


def test_lines_that_did_not_run_are_named_once_each_and_a_few_alone() -> None:
    never = [replace(NEVER, line=line, code=code) for line in (1, 2, 3, 4, 5) for code in ("MLF101", "MLF103")]
    sentence = text.ran_sentence(proof(EQUAL, places=tuple(never)))
    assert sentence == (
        "0 of 10 changed places ran; src/batch.py:1 (MLF101, MLF103), src/batch.py:2 (MLF101, MLF103), "
        "src/batch.py:3 (MLF101, MLF103) and 2 lines more never did"
    )


def test_an_open_finding_that_did_not_run_proves_nothing() -> None:
    assert proof(EQUAL, places=(RAN, OPEN)).verdict is Verdict.NOT_PROVED


def test_a_file_that_nobody_could_read_proves_nothing() -> None:
    unread = replace(proof(EQUAL), unanalysed=("old.py: line 2: invalid syntax",))
    assert unread.verdict is Verdict.NOT_PROVED
    assert text.verdict_sentence(unread) == "not proved: nothing differed, but the codemod could not analyse old.py"
    assert "the codemod could not analyse old.py: line 2: invalid syntax" in text.render(unread)
    assert "old.py" in markdown.render(unread)


def test_places_are_not_listed_where_the_migrated_code_was_not_reached() -> None:
    early = replace(PROOFS["not proved"], worlds=(WORLDS[0], WorldResult("3", "3.17.2", "3.17.2")), failure=FAILURE)
    assert "did not run to an end: nothing is known of 2 places" in text.render(early)
    assert "src/batch.py:41" not in text.render(early)
    assert "did not run: src/batch.py:41" in text.render(PROOFS["not proved"])


def test_what_a_world_that_ended_early_lacks_is_counted_and_not_listed() -> None:
    lacks = Row("run", "iris / late", Status.ONLY_IN_FIRST)
    shown = text.render(proof(DIFFERENT, lacks, failure=FAILURE))
    assert "the command ended early there: 1 row only in 2 not listed" in shown
    assert "iris / late" not in shown
    assert DIFFERENT.key in shown
    assert "iris / late" in text.render(proof(DIFFERENT, lacks))


def test_of_many_places_the_first_are_listed() -> None:
    shown = text.render(proof(EQUAL, places=tuple(replace(NEVER, line=line) for line in range(1, 31))))
    assert shown.count("  did not run: ") == 20
    assert "… and 10 more places" in shown


def test_a_difference_outweighs_what_did_not_run() -> None:
    assert proof(DIFFERENT, places=(NEVER,)).verdict is Verdict.DIFFERENT


@pytest.mark.parametrize("empty", [0, 1])
def test_nothing_recorded_proves_nothing(empty: int) -> None:
    worlds = [*WORLDS]
    worlds[empty] = replace(worlds[empty], runs=0, models=0)
    silent = replace(proof(EQUAL), worlds=tuple(worlds))
    assert silent.verdict is Verdict.NOT_PROVED
    assert f"nothing was recorded in world {worlds[empty].label}" in text.verdict_sentence(silent)


def test_what_cannot_be_compared_is_no_difference() -> None:
    assert proof(EQUAL, Row("prediction", "m", Status.NOT_COMPARABLE, reason="x")).verdict is Verdict.EQUAL


def test_the_sentence_counts_what_ran_and_names_what_never_did() -> None:
    sentence = text.ran_sentence(proof(places=(RAN, PIN, NEVER, OPEN)))
    assert sentence == (
        "1 of 2 changed places ran, 1 changed place in a file that is not Python, 0 of 1 open finding ran; "
        "src/batch.py:41 (MLF201), a.ipynb cell 4:2 (MLF204) never did"
    )


@pytest.mark.parametrize("name", PROOFS)
def test_json_follows_its_published_schema(name: str) -> None:
    schema = json.loads(json_output.SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(json_output.render(PROOFS[name]))
    jsonschema.validate(document, schema)
    assert document["verdict"] == name
    # The schema names every member: a new one must be described.
    assert set(document) == set(schema["properties"])
    assert set(document["worlds"][0]) == set(schema["$defs"]["world"]["properties"])
    assert set(document["places"][0]) == set(schema["$defs"]["place"]["properties"])
    assert set(document["cells"][0]["rows"][0]) == set(schema["$defs"]["row"]["properties"])


@pytest.mark.parametrize("name", PROOFS)
def test_junit_is_red_where_the_verdict_is(name: str) -> None:
    root = ElementTree.fromstring(junit.render(PROOFS[name]))
    red = root.findall(".//failure") + root.findall(".//error")
    assert bool(red) == (name != "equal")
    for suite in root:
        assert int(suite.attrib["failures"]) == len(suite.findall(".//failure"))
        assert int(suite.attrib["tests"]) == len(suite)


def test_junit_holds_a_case_for_each_row_and_place() -> None:
    root = ElementTree.fromstring(junit.render(PROOFS["not proved"]))
    assert [case.attrib["name"] for case in root.iter("testcase")] == [
        EQUAL.key, "train.py:3 (MLF101)", "src/batch.py:41 (MLF201)", "iris",
    ]  # fmt: skip


def test_markdown_shows_rows_places_and_the_end_of_the_output() -> None:
    shown = markdown.render(PROOFS["failed"])
    assert "| metric | iris / r · loss | 0.5 | 0.6 | different |" in shown
    assert "MLF204 at `a.ipynb cell 4:2`" in shown
    assert "KeyError: 'x' & <y>" in shown
    assert "a message \\| with a bar" in markdown.render(PROOFS["not proved"])


def test_the_text_hides_equal_rows_unless_they_are_asked_for() -> None:
    assert "iris / r · C" not in text.render(PROOFS["different"])
    assert "iris / r · C" in text.render(PROOFS["different"], show_all=True)
    assert text.render(PROOFS["different"]).endswith("different: 1 of 2 rows\n")


def test_the_text_shows_why_it_failed() -> None:
    shown = text.render(PROOFS["failed"])
    assert "first line of the project: train.py:9: log()" in shown
    assert "check says there: a.ipynb cell 4:2: MLF204 by hand" in shown
    assert shown.endswith("failed: the migrated code fails\n")
