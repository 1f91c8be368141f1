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
    fixed = newest([finding.needs for each in every for finding in each.findings])
    needs = newest([fixed, *(each.needs for each in every)])
    pins = [finding for each in every for finding in each.findings if finding.code == PIN and finding.is_left]
    if not needs or not pins:
        return ""
    code = "the code needs" if not fixed else "the code that was fixed needs" if applied else "the fixed code will need"
    movable = sum(not finding.is_by_hand for finding in pins)
    # Not all of the others are pins: a Python that is too old for MLflow 3 is found, too.
    others = f"{len(pins) - movable} {'place' if len(pins) - movable == 1 else 'places'} of {PIN} by hand"
    if not movable:
        return f"{code} MLflow {needs} or later, and the project may install an older one: change {others}"
    count, it = ("1 pin lets", "it") if movable == 1 else (f"{movable} pins let", "them")
    more = f"; change {others}" if len(pins) > movable else ""
    return f"{code} MLflow {needs} or later, and {count} older releases in: `apply --with-pins` raises {it}{more}"
