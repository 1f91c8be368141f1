"""The line about pins counts those that can be raised, and apart from them what a person must change."""

from __future__ import annotations

import pytest

from codemod.documents.base import TextEdit
from codemod.findings import Finding, Location, Outcome, Safety, State
from codemod.gate.pins import advice

PLACE = Location(0, 0, 1, 1, 1, 1, 2)
EDITS = (TextEdit(0, 0, 1, "x"),)
CODE = Finding("MLF104", "about a model", PLACE, Safety.SAFE, EDITS, needs="3.11")
PIN = Finding("MLF502", "keeps MLflow 3 out", PLACE, Safety.UNSAFE, EDITS)
PYTHON = Finding("MLF502", "Python keeps MLflow 3 out", PLACE, Safety.MANUAL)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ((PIN,), ""),
        ((CODE,), ""),
        ((CODE, PIN), "1 pin lets older releases in: `apply --with-pins` raises it"),
        ((CODE, PIN, PIN), "2 pins let older releases in: `apply --with-pins` raises them"),
        (
            (CODE, PIN, PIN, PYTHON),
            "2 pins let older releases in: `apply --with-pins` raises them; change 1 place of MLF502 by hand",
        ),
        ((CODE, PYTHON, PYTHON), "the project may install an older one: change 2 places of MLF502 by hand"),
    ],
)
def test_what_is_said(findings: tuple[Finding, ...], expected: str) -> None:
    said = advice([Outcome("a", State.NOT_FIXED, findings, b"", b"")], applied=False)
    assert said == (f"the fixed code will need MLflow 3.11 or later, and {expected}" if expected else "")
