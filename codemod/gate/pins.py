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
    is_one = len(pins) == 1
    count = f"{len(pins)} {'pin lets' if is_one else 'pins let'}"
    code = "the code that was fixed needs" if applied else "the fixed code will need"
    movable = sum(not finding.is_by_hand for finding in pins)
    it = "it" if is_one else "them"
    if not movable:
        what = f"raise {it} by hand"
    else:
        what = f"`apply --with-pins` raises {it if movable == len(pins) else f'{movable} of them'}"
    return f"{code} MLflow {needs} or later, and {count} older releases in: {what}"
