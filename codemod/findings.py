"""The values that rules give to the engine and the engine gives to reports."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from codemod.documents.base import TextEdit


class Safety(enum.Enum):
    """How far a fix may be trusted.

    SAFE: the same behaviour on the target, proved by a test against real servers; applied by ``apply``.
    UNSAFE: right in most code; applied with ``--unsafe``.
    MANUAL: no edit; the message says what a person does by hand.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"
    MANUAL = "by hand"


class Severity(enum.Enum):
    """What happens on the target when a place stays as it is; the worst comes first.

    BREAKS: an error.
    CHANGES: it runs, but its result, the place of a file, or what is recorded differs.
    DEPRECATED: it works, and MLflow warns or announces the end of it.
    ADVICE: nothing happens; the code can be better.
    """

    BREAKS = "breaks"
    CHANGES = "changes"
    DEPRECATED = "deprecated"
    ADVICE = "advice"

    @property
    def rank(self) -> int:
        """Return the place in the order of need: 0 for what breaks."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class State(enum.Enum):
    """The one state in which an input ends; the first that holds, in this order.

    FAILED: it could not be analysed or written.
    SKIPPED: it was not looked at.
    CHANGED: its bytes are others now, whatever else is left in it.
    FIXABLE: its bytes would be others; only in reports of runs that write nothing.
    BY_HAND: nothing was changed, and at least one finding is for a person.
    NOT_FIXED: nothing was changed, and what is left has fixes that were not made: unsafe or declined ones.
    SUPPRESSED: all of its findings are silenced by comments.
    UNCHANGED: it has no finding.
    """

    CHANGED = "changed"
    FIXABLE = "would change"
    BY_HAND = "by hand"
    NOT_FIXED = "not fixed"
    SUPPRESSED = "suppressed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a finding stands.

    Attributes:
        cell: Index into the document's cells.
        start: First character of the node in the cell's text.
        end: One past the last character.
        line: 1-based line in the file, or in the cell for a notebook.
        column: 1-based column in characters.
        end_line: 1-based last line.
        end_column: 1-based column after the last character.
        cell_number: The number of the cell that a person would count, None for a plain file.
        label: Name of a document inside the document (``%%writefile train.py``), or "".
    """

    cell: int
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    cell_number: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that a rule has something to say about, as reports see it.

    Attributes:
        code: The rule, such as ``"MLF101"``.
        message: One line: what is here and what to do.
        location: Where.
        safety: The verdict of this finding (a rule may give several).
        edits: The edits that fix it; empty when a person must.
        fixed: Whether the edits are in the outcome's new text.
        suppressed: Whether a ``noqa`` comment silences it.
        source_line: The first source line of the place, for reports and fingerprints.
        occurrence: How many findings of the same rule on equal lines stand before it in the input; None while all findings
            of the input are there to be counted. See `codemod.gate.fingerprints.numbered`.
        severity: What happens on the target when the place stays as it is.
        needs: The oldest MLflow on which the fixed place runs, such as ``"3.11"``; "" where MLflow 2 does.
        caution: What a person should see to although it is fixed, as the end of "see that ..."; "" for nothing.
    """

    code: str
    message: str
    location: Location
    safety: Safety
    edits: tuple[TextEdit, ...] = ()
    fixed: bool = False
    suppressed: bool = False
    source_line: str = ""
    occurrence: int | None = None
    severity: Severity = Severity.CHANGES
    needs: str = ""
    caution: str = ""

    @property
    def is_left(self) -> bool:
        """Whether something is still to be done about it."""
        return not self.fixed and not self.suppressed

    @property
    def is_by_hand(self) -> bool:
        """Whether no command has a fix for it."""
        return self.safety is Safety.MANUAL or not self.edits


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input.

    Attributes:
        path: The path as it was discovered, relative to where the run started if it lies below.
        state: The one state of the input.
        findings: All findings, in source order; those that were fixed too.
        old: The bytes that were read, or None when nothing could be read.
        new: The bytes to write; equal to ``old`` when nothing changed.
        reason: For skipped and failed inputs: one line that says why.
        problems: Parts of the input that could not be analysed (a cell that does not parse), one line each. They make
            the exit code 3 although the rest of the input was handled.
        notes: What a person may want to know of the file that was written, one line each.
        needs: The oldest MLflow on which the code runs as it was read, such as ``"3.11"``; "" where MLflow 2 does, or nobody can tell.
        name_keys: The keys by which the code reads names of models from outside, such as files of settings.
    """

    path: str
    state: State
    findings: tuple[Finding, ...] = ()
    old: bytes | None = None
    new: bytes | None = None
    reason: str = ""
    problems: tuple[str, ...] = field(default=())
    notes: tuple[str, ...] = ()
    needs: str = ""
    name_keys: frozenset[tuple[str, ...]] = frozenset()


def state_of(findings: Sequence[Finding], *, changed: bool) -> State:
    """Return the state of an input that was analysed.

    Args:
        findings: All of its findings.
        changed: Whether its new bytes differ from the old ones.
    """
    if changed:
        return State.CHANGED
    left = [finding for finding in findings if finding.is_left]
    if left:
        return State.BY_HAND if any(finding.is_by_hand for finding in left) else State.NOT_FIXED
    return State.SUPPRESSED if findings else State.UNCHANGED


def with_findings(outcome: Outcome, findings: tuple[Finding, ...]) -> Outcome:
    """Return an outcome that has fewer findings, in the state that follows from them; a failure stays one."""
    if len(findings) == len(outcome.findings):
        return outcome
    if outcome.state is State.FAILED:
        return replace(outcome, findings=findings)
    state = state_of(findings, changed=any(finding.fixed for finding in findings))
    return replace(outcome, state=state, findings=findings, new=outcome.new if findings else outcome.old)
