"""What is written and what is said to be fixed are the same, line by line."""

from __future__ import annotations

import difflib
from bisect import bisect_right

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemod.engine import migrate
from codemod.findings import Finding, Outcome
from codemod.rules import all_rules
from codemod.settings import Settings

PLAIN = [
    (f"{rule.code}: {example.title}", example.before)
    for rule in all_rules()
    for example in rule.examples
    if example.found
    and example.path.endswith(".py")
    and not example.before.startswith("# Databricks notebook source")  # where places count from the start of a command
]
ALL = Settings(select=("ALL",), unsafe=True, add=("signature", "autolog", "alias=champion"))


def lines_of(text: str, finding: Finding) -> set[int]:
    """Return the lines, from 0, that a finding covers: its own, and those of its edits."""
    if finding.location.cell:  # its places count from the start of a part, such as the header of a script
        return set(range(finding.location.line - 1, finding.location.end_line))
    starts = [0, *(index + 1 for index, c in enumerate(text) if c == "\n")]
    spans = [(finding.location.start, finding.location.end), *((edit.start, edit.end) for edit in finding.edits)]
    return {
        line
        for start, end in spans
        for line in range(bisect_right(starts, start) - 1, bisect_right(starts, max(start, end - 1)))
    }


def beside(lines: list[str], at: int) -> set[int]:
    """Return the lines around a place between two lines: a comparison cannot tell which of some blank lines is the new one."""
    first, last = at - 1, at
    while first > 0 and not lines[first].strip():
        first -= 1
    while last < len(lines) - 1 and not lines[last].strip():
        last += 1
    return set(range(first, last + 1))


def unsaid(outcome: Outcome) -> list[str]:
    """Return the changed lines that no finding marked as fixed covers, and findings marked as fixed that changed nothing."""
    old, new = (outcome.old or b"").decode(), (outcome.new or b"").decode()
    # What the fix of another rule settles has no edits of its own; `still_there` looks after it.
    fixed = [lines_of(old, finding) for finding in outcome.findings if finding.fixed and finding.edits]
    said = set().union(*fixed) if fixed else set()
    before, after = old.split("\n"), new.split("\n")
    problems, changed = [], set()
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(None, before, after, False).get_opcodes():
        if kind == "equal":
            continue
        replaced = set(range(start, end))
        problems += [f"-{before[line]}" for line in sorted(replaced - said)]
        # A line that is new behind a changed one, or among others, belongs to what stands on either side of it.
        near = replaced | (beside(before, end) if new_end - new_start > end - start else set())
        if not near & said:
            problems += [f"+{line}" for line in after[new_start:new_end]]
        changed |= near
    problems += [f"said and not done: line {min(lines) + 1}" for lines in fixed if not lines & changed]
    return problems


def still_there(outcome: Outcome, chosen: Settings) -> list[Finding]:
    """Return what another look finds in the new code of the rules whose findings were settled by other fixes."""
    settled = {finding.code for finding in outcome.findings if finding.fixed and not finding.edits}
    left = {finding.code for finding in outcome.findings if not finding.fixed}
    again = migrate(outcome.path, outcome.new or b"", chosen).findings if settled else ()
    return [finding for finding in again if finding.code in settled - left]


@pytest.mark.parametrize("code", [code for _, code in PLAIN], ids=[name for name, _ in PLAIN])
def test_of_examples(code: str) -> None:
    outcome = migrate("example.py", code.encode(), ALL)
    assert not unsaid(outcome)
    assert not still_there(outcome, ALL)
    if outcome.new == outcome.old:
        assert not any(finding.fixed for finding in outcome.findings)


@given(st.lists(st.sampled_from([code for _, code in PLAIN]), min_size=2, max_size=3), st.booleans())
@settings(max_examples=30, deadline=None)
def test_of_programs_made_of_examples(codes: list[str], unsafe: bool) -> None:
    code = "\n".join(codes)
    chosen = Settings(unsafe=unsafe)
    outcome = migrate("example.py", code.encode(), chosen)
    assert not unsaid(outcome)
    assert not still_there(outcome, chosen)


def test_of_an_edit_that_another_one_makes_possible() -> None:
    """In the file as it was, the last line is none of MLflow's: nothing imports it before the first round does."""
    code = 'model.fit(X, y)\nmlflow.lightgbm.log_model(model, name="m")\nprint(mlflow.get_trace("1"))\n'
    outcome = migrate("example.py", code.encode(), ALL)
    assert b'mlflow.get_trace("1", flush=True)' in (outcome.new or b"")
    assert not unsaid(outcome)
    assert [finding.fixed for finding in outcome.findings if finding.location.line == 3] == [True]
