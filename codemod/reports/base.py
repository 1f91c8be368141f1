"""What every format is made from, and the counts that they must agree on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from codemod.documents.kinds import is_notebook
from codemod.exit_codes import FINDINGS_LEFT, NOT_ANALYSED, NOTHING_LEFT
from codemod.findings import Finding, Outcome, Safety, Severity, State
from codemod.settings import Settings

Mode = Literal["apply", "diff", "check"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals of a run.

    Attributes:
        inputs: How many inputs there were; the states of ``states`` add up to it.
        states: How many inputs ended in each state; every state is a key.
        fixed: Findings whose fix was written.
        suppressed: Findings that a comment silences.
        safe: Findings that are left although they have a safe fix: the run did not write.
        unsafe: Findings that are left and have an unsafe fix.
        by_hand: Findings that are left for a person.
        severities: How many findings that are left are of each severity; every severity is a key.
        problems: Parts of inputs that could not be analysed.
    """

    inputs: int
    states: dict[State, int]
    fixed: int
    suppressed: int
    safe: int
    unsafe: int
    by_hand: int
    severities: dict[Severity, int]
    problems: int

    @property
    def left(self) -> int:
        """How many findings there still are."""
        return self.safe + self.unsafe + self.by_hand


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run, in the order of the paths.

    Attributes:
        mode: ``"apply"`` wrote, ``"diff"`` and ``"check"`` only looked: no finding is fixed and no input changed then.
        settings: What the run was asked to do.
        outcomes: One for each input.
        counts: The totals.
        interrupted: Whether the run was ended before it had seen every input.
        fail_on: The least severity for which the exit code is 1.
    """

    mode: Mode
    settings: Settings
    outcomes: tuple[Outcome, ...]
    counts: Counts = field(init=False)
    interrupted: bool = False
    fail_on: Severity = Severity.ADVICE

    def __post_init__(self) -> None:
        outcomes = tuple(sorted(self.outcomes, key=lambda outcome: outcome.path))
        if self.mode != "apply":
            outcomes = tuple(map(_not_written, outcomes))
        object.__setattr__(self, "outcomes", outcomes)
        object.__setattr__(self, "counts", _count(outcomes))

    @property
    def exit_code(self) -> int:
        """0 nothing left that counts, 1 findings left, 3 some inputs were not analysed, which outweighs 1."""
        if self.interrupted or self.counts.states[State.FAILED] or self.counts.problems:
            return NOT_ANALYSED
        severities = self.counts.severities.items()
        counts = sum(number for severity, number in severities if severity.rank <= self.fail_on.rank)
        return FINDINGS_LEFT if counts else NOTHING_LEFT


Remedy = Literal["safe", "unsafe", "by hand"]
"""Who can fix a finding: ``apply``, ``apply --unsafe``, or a person."""


def remedy(finding: Finding) -> Remedy:
    """Say who can fix a finding."""
    if finding.is_by_hand:
        return "by hand"
    return "safe" if finding.safety is Safety.SAFE else "unsafe"


def left(outcome: Outcome) -> list[Finding]:
    """Return the findings of an input that still need something to be done."""
    return [finding for finding in outcome.findings if finding.is_left]


def place_text(path: str, finding: Finding) -> str:
    """Say where a finding stands: ``a.py:12:5``, or ``b.ipynb: cell 3, line 2``, whose lines count in the cell."""
    location = finding.location
    label = f" ({location.label})" if location.label else ""
    if not is_notebook(path) or location.cell_number is None:
        return f"{path}:{location.line}:{location.column}{label}"
    return f"{path}: cell {location.cell_number}, line {location.line}{label}"


def cell_place(path: str, finding: Finding) -> str:
    """Return the start of a message whose reader sees only a line of the file: the cell, or the document inside; or ""."""
    is_cell = is_notebook(path) and finding.location.cell_number is not None
    return f"{place_text(path, finding)}: " if is_cell or finding.location.label else ""


def reasons(outcome: Outcome) -> list[str]:
    """Return what could not be analysed of an input, one line each."""
    return [*([outcome.reason] if outcome.state is State.FAILED else []), *outcome.problems]


def _not_written(outcome: Outcome) -> Outcome:
    if outcome.state is not State.CHANGED and not any(finding.fixed for finding in outcome.findings):
        return outcome
    state = State.FIXABLE if outcome.state is State.CHANGED else outcome.state
    findings = tuple(replace(finding, fixed=False) if finding.fixed else finding for finding in outcome.findings)
    return replace(outcome, state=state, findings=findings)


def _count(outcomes: Sequence[Outcome]) -> Counts:
    states = Counter(outcome.state for outcome in outcomes)
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    of_left = [finding for finding in findings if finding.is_left]
    remedies = Counter(map(remedy, of_left))
    severities = Counter(finding.severity for finding in of_left)
    return Counts(
        inputs=len(outcomes),
        states={state: states[state] for state in State},
        fixed=sum(finding.fixed for finding in findings),
        suppressed=sum(finding.suppressed for finding in findings),
        safe=remedies["safe"],
        unsafe=remedies["unsafe"],
        by_hand=remedies["by hand"],
        severities={severity: severities[severity] for severity in Severity},
        problems=sum(len(outcome.problems) for outcome in outcomes),
    )
