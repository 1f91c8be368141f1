"""Which of the fixes of one input are wanted, when somebody decides about each of them."""

from __future__ import annotations

import difflib
import enum
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from codemod.documents.base import Cell, TextEdit
from codemod.documents.placement import replace_spans
from codemod.findings import Finding

Edits = Callable[[Sequence[bool]], Sequence[TextEdit]]
"""Gives the edits that fix some of a round's findings together; what would touch the same text twice waits."""


class Choose(Protocol):
    """What the engine asks in every round of an input, also in the last one, before it edits."""

    def __call__(
        self, cells: Sequence[Cell], findings: Sequence[Finding], made: Sequence[TextEdit], edits: Edits, /
    ) -> Sequence[bool]:
        """Say which findings shall be fixed.

        Args:
            cells: The document as it is in this round.
            findings: All its findings. Those that are `fixed` would be; whatever is said of the others does not count.
            made: The edits that led from the cells of the round before to these.
            edits: What a choice would come to.
        """


@dataclass(frozen=True, slots=True)
class Question:
    """A fix about which nothing is known yet.

    Attributes:
        finding: The finding; its location and its edits count in ``cells``.
        findings: All findings of this round.
        cells: The document at the beginning of the round.
        change: Gives the text of each cell with what was accepted in this round so far, and with this fix on top.
        number: Which one it is of the fixes that this round has, from 1.
        total: How many these are.
        is_again: Whether it may be a fix that was declined before the text around it changed; then an answer that was given
            for all further fixes must not be taken for it.
        is_back: Whether somebody went back to it from a later one.
    """

    finding: Finding
    findings: Sequence[Finding]
    cells: Sequence[Cell]
    change: Callable[[], tuple[Sequence[str], Sequence[str]]]
    number: int
    total: int
    is_again: bool = False
    is_back: bool = False


class Back(enum.Enum):
    """The answer that takes the one before it back."""

    BACK = "back"


Ask = Callable[[Question], "bool | Back | None"]


@dataclass(frozen=True, slots=True)
class _FindingKey:
    """What tells a finding from the others of its round: several can begin at one character (``client.a().b()``)."""

    code: str
    message: str
    cell: int
    start: int
    end: int


class Decisions:
    """The decisions about one input, kept while accepted fixes change the text around the others.

    The engine works in rounds: what it could not edit in one waits for the next, and new text can show new findings. A
    decision holds for its place until the end; a finding that nobody was asked about is a new question.

    Args:
        ask: Gives the decision: True to fix, False to decline, None when nothing is to be decided any more, `Back.BACK` to
            decide the question before this one of the round anew; at the first one the same question comes again.

    Attributes:
        findings: Those of the last round, with what was decided: True and False as above; None where nothing was.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._cells: Sequence[Cell] = ()
        self._decided: dict[_FindingKey, bool | None] = {}
        self._lost: set[str] = set()
        self.findings: list[tuple[Finding, bool | None]] = []

    def __call__(
        self, cells: Sequence[Cell], findings: Sequence[Finding], made: Sequence[TextEdit], edits: Edits, /
    ) -> Sequence[bool]:
        """Answer the engine; see `Choose`."""
        self._move(made)
        self._cells = cells
        places = [_place(finding) if finding.fixed else None for finding in findings]
        unknown = list(dict.fromkeys(place for place in places if place is not None and place not in self._decided))
        # A declined fix that is not where it was may come again under another message.
        doubtful = self._lost | {
            place.code for place, decision in self._decided.items() if decision is False and place not in places
        }
        index, is_back = 0, False
        while index < len(unknown):
            place = unknown[index]
            finding = findings[places.index(place)]
            accepted = [each is not None and self._decided.get(each) is True for each in places]
            change = functools.partial(_change, cells, edits, accepted, [each == place for each in places], finding)
            is_again = finding.code in doubtful
            question = Question(finding, findings, cells, change, index + 1, len(unknown), is_again, is_back)
            answer = self._ask(question)
            is_back = isinstance(answer, Back)
            if not isinstance(answer, Back):
                self._decided[place] = answer
                index += 1
            elif index:
                index -= 1
                del self._decided[unknown[index]]
        self.findings = [
            (finding, None if place is None else self._decided[place])
            for finding, place in zip(findings, places, strict=True)
        ]
        return [decision is True for _, decision in self.findings]

    def _move(self, made: Sequence[TextEdit]) -> None:
        """Find the places of the decisions in the new text."""
        if not made:
            return
        decided = {}
        for place, decision in self._decided.items():
            edits = sorted(edit for edit in made if edit.cell == place.cell)
            text = self._cells[place.cell].text
            first, last = _moved(place.start, edits, text), _moved(place.end - 1, edits, text)
            if first is not None and last is not None:
                decided[replace(place, start=first, end=last + 1)] = decision
            elif decision is False:
                self._lost.add(place.code)
        self._decided = decided


def _place(finding: Finding) -> _FindingKey:
    location = finding.location
    return _FindingKey(finding.code, finding.message, location.cell, location.start, location.end)


def _change(
    cells: Sequence[Cell], edits: Edits, accepted: Sequence[bool], added: Sequence[bool], finding: Finding
) -> tuple[Sequence[str], Sequence[str]]:
    before = _edited(cells, edits(accepted))
    after = _edited(cells, edits([one or other for one, other in zip(accepted, added, strict=True)]))
    if before == after:  # it waits for the next round, behind one that touches the same text
        before, after = [cell.text for cell in cells], _edited(cells, finding.edits)
    return before, after


def _edited(cells: Sequence[Cell], edits: Sequence[TextEdit]) -> list[str]:
    return [
        replace_spans(cell.text, [(edit.start, edit.end, edit.text) for edit in sorted(edits) if edit.cell == index])
        for index, cell in enumerate(cells)
    ]


def _moved(offset: int, edits: Sequence[TextEdit], text: str) -> int | None:
    """Return the offset that a character of a string has after some edits; None when it is not there any more."""
    shift = 0
    for edit in edits:
        if edit.end <= offset:
            shift += len(edit.text) - (edit.end - edit.start)
        elif edit.start <= offset:
            matcher = difflib.SequenceMatcher(None, text[edit.start : edit.end], edit.text, autojunk=False)
            for block in matcher.get_matching_blocks():
                if 0 <= offset - edit.start - block.a < block.size:
                    return edit.start + shift + block.b + offset - edit.start - block.a
            return None
    return offset + shift
