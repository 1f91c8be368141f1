"""The values that rules give to the engine and the engine gives to reports."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace

from codemod.documents.base import TextEdit


class Safety(enum.Enum):
    """How far a fix may be trusted.

    SAFE: the same behaviour on the target, proved by a test against real servers; applied by ``apply``.
    UNSAFE: right in most code; applied with ``--unsafe``.
    MANUAL: no edit; the message says what to do.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"
    MANUAL = "manual"


class State(enum.Enum):
    """The one state in which an input ends."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    NEEDS_PERSON = "needs a person"
    SUPPRESSED = "suppressed"
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
    """

    path: str
    state: State
    findings: tuple[Finding, ...] = ()
    old: bytes | None = None
    new: bytes | None = None
    reason: str = ""
    problems: tuple[str, ...] = field(default=())


def with_findings(outcome: Outcome, findings: tuple[Finding, ...]) -> Outcome:
    """Return an outcome that has fewer findings, in the state that follows from them; a failure stays one."""
    if len(findings) == len(outcome.findings):
        return outcome
    if outcome.state is State.FAILED:
        return replace(outcome, findings=findings)
    if any(not finding.fixed and not finding.suppressed for finding in findings):
        state = State.NEEDS_PERSON
    elif any(finding.fixed for finding in findings):
        state = State.CHANGED
    else:
        state = State.SUPPRESSED if findings else State.UNCHANGED
    return replace(outcome, state=state, findings=findings, new=outcome.new if findings else outcome.old)
