"""The numbers of all repositories together, which the table, the document and the page agree on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from codemod.findings import Severity
from codemod.fleet.running import STATES, RepositoryResult, RepositoryState
from codemod.reports import history as moments
from codemod.reports import phrases
from codemod.reports.history import Moment


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the repositories that this run stands for.

    Attributes:
        states: How many repositories are in each state; every state is a key.
        severities: Findings that are left; every severity is a key.
        fixed: Findings that were fixed.
        inputs: Files that were looked at.
        rules: Findings that are left, by rule; the most frequent first.
        known: How many repositories had not changed since an earlier run.
    """

    states: dict[RepositoryState, int]
    severities: dict[str, int]
    fixed: int
    inputs: int
    rules: dict[str, int]
    known: int

    @property
    def must(self) -> int:
        """Findings that must be fixed before the move."""
        return self.severities["breaks"] + self.severities["changes"]

    @property
    def can_wait(self) -> int:
        """Findings that can wait."""
        return self.severities["deprecated"] + self.severities["advice"]


def totals(results: Sequence[RepositoryResult]) -> Totals:
    """Add up."""
    states = Counter(result.state for result in results)
    seen = [result.seen for result in results if result.seen is not None]
    rules = Counter[str]()
    for record in seen:
        rules.update(record.rules)
    return Totals(
        states={state: states[state] for state in STATES},
        severities={one.value: sum(record.severities.get(one.value, 0) for record in seen) for one in Severity},
        fixed=sum(record.fixed for record in seen),
        inputs=sum(record.inputs for record in seen),
        rules=dict(sorted(rules.items(), key=lambda item: (-item[1], item[0]))),
        known=sum(result.is_known for result in results),
    )


def moment_of_fleet(results: Sequence[RepositoryResult], time: str, target: str) -> Moment:
    """Return what a run knows, for the trend; what could not be looked at this time has not gone, so it counts as it was last seen."""
    known = [result.record for result in results if result.record is not None]
    severities = tuple(sum(record.severities.get(severity.value, 0) for record in known) for severity in Severity)
    files, clean = sum(record.inputs for record in known), sum(record.clean for record in known)
    return moments.Moment(time, "", target, severities, files, clean)


def sentence(found: Totals) -> str:
    """Return how it stands with all, in one sentence or two."""
    number = sum(found.states.values())
    said = [f"{count} {_WORDS[state]}" for state, count in found.states.items() if count]
    where = f"{phrases.number(number, 'repository', 'repositories')}: {', '.join(said)}."
    fixed = (
        f" {phrases.number(found.fixed, 'finding')} {'was' if found.fixed == 1 else 'were'} fixed."
        if found.fixed
        else ""
    )
    if not found.must + found.can_wait:
        return where + fixed
    findings = phrases.number(found.must, "finding")
    return f"{where}{fixed} {findings} must be fixed before the move, {found.can_wait} can wait."


_WORDS: dict[RepositoryState, str] = {
    "nothing left": "with nothing left to do",
    "open": "with open findings",
    "not all read": "not fully analysed",
    "failed": "failed",
    "not reached": "not reached",
}
