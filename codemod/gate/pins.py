"""Whether the pins of a project let in what its fixed code needs."""

from __future__ import annotations

from collections.abc import Iterable

from codemod.findings import Outcome
from codemod.rewriting.needed_release import newest
from codemod.settings import PIN


def advice(outcomes: Iterable[Outcome], *, applied: bool) -> str:
    """Return one line that says what to type when the code needs MLflow 3 and pins still let older releases in; else "".

    Args:
        outcomes: What became of all inputs.
        applied: Whether the fixes were made.
    """
    every = list(outcomes)
    needs = newest([finding.needs for each in every for finding in each.findings])
    pins = [finding for each in every for finding in each.findings if finding.code == PIN and finding.is_left]
    if not needs or not pins:
        return ""
    count = f"{len(pins)} {'pin lets' if len(pins) == 1 else 'pins let'}"
    code = "the code that was fixed needs" if applied else "the fixed code will need"
    by_hand = all(finding.is_by_hand for finding in pins)
    what = "raise it by hand" if by_hand else "`apply --with-pins` raises what can be raised"
    return f"{code} MLflow {needs} or later, and {count} older releases in: {what}"
