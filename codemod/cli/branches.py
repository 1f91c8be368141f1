"""What ``--since`` and ``--add-noqa`` mean together: comments only where a branch wrote something."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from codemod.findings import Outcome, with_findings
from codemod.gate import touched
from codemod.gate.silencing import place_of
from codemod.running.runner import RunOptions, run

if TYPE_CHECKING:
    from codemod.gate.silencing import FindingPlace
    from codemod.gate.touched import Branch
    from codemod.running.discovery import Discovery


def looked_at(discovery: Discovery, plan: RunOptions, branch: Branch) -> dict[str, Outcome]:
    """Find what a branch touched, before comments make lines that it did not touch look as if it did."""
    outcomes: list[Outcome] = []
    run(discovery.targets, replace(plan, write=False, reason=None), outcomes.append)
    return {outcome.path: outcome for outcome in touched.only_touched(outcomes, branch)}


def finding_places(outcome: Outcome, *, open_only: bool) -> frozenset[FindingPlace]:
    """Return where the findings of an input stand."""
    return frozenset(place_of(finding) for finding in outcome.findings if not (open_only and finding.suppressed))


def of_branch(outcome: Outcome, looked: dict[str, Outcome]) -> Outcome:
    """Leave out of an input with new comments what its branch did not touch."""
    before = looked[outcome.path]
    if not finding_places(before, open_only=True):
        return replace(before, new=before.old)  # it was looked at, and nothing was written
    wanted = finding_places(before, open_only=False)
    return with_findings(outcome, tuple(finding for finding in outcome.findings if place_of(finding) in wanted))
