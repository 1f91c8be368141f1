"""Tells of what was found in every round as findings of the text that was read first: where a place of rewritten text stood before."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace

from codemod.analysis.lines import Lines
from codemod.documents.base import TextEdit
from codemod.findings import Finding, Safety
from codemod.rewriting.looks import Look, Round

_LINE_NUMBER = re.compile(r"\bline [0-9]+\b")


class _Edits:
    """The edits of one round, asked where characters of the new text stood before.

    Args:
        edits: They, in any order.
    """

    def __init__(self, edits: Iterable[TextEdit]) -> None:
        self._edits: dict[int, list[TextEdit]] = {}
        # Where what each edit wrote begins in the new text.
        self._begins: dict[int, list[int]] = {}
        shifts: dict[int, int] = {}
        for edit in sorted(edits):
            shift = shifts.get(edit.cell, 0)
            self._edits.setdefault(edit.cell, []).append(edit)
            self._begins.setdefault(edit.cell, []).append(edit.start + shift)
            shifts[edit.cell] = shift + len(edit.text) - (edit.end - edit.start)

    def before(self, cell: int, offset: int) -> int:
        """Return where a character of a cell stood before; what an edit wrote stood where the edit begins."""
        begins = self._begins.get(cell, ())
        index = bisect_right(begins, offset) - 1
        if index < 0:
            return offset
        edit, within = self._edits[cell][index], offset - begins[index]
        return edit.start if within < len(edit.text) else edit.end + within - len(edit.text)


def of_first(finding: Finding, rounds: Sequence[_Edits], lines: Callable[[int], Lines | None]) -> Finding:
    """Return a finding as one of the text before all rounds.

    Its source line stays that of the round that found it: that tells reports that its edits cannot be shown on the old text.

    Args:
        finding: What was found after the rounds.
        rounds: The edits of each, in their order.
        lines: Gives the lines of a cell of what was read first; None where it had no such cell.
    """
    place = finding.location
    known = lines(place.cell)
    if known is None:
        return finding
    spans = [(place.cell, place.start, place.end), *((edit.cell, edit.start, edit.end) for edit in finding.edits)]
    for edits in reversed(rounds):
        spans = [(cell, edits.before(cell, start), edits.before(cell, end)) for cell, start, end in spans]
    cell, start, end = spans[0]
    edits_then = (
        TextEdit(cell, min(start, end), max(start, end), edit.text)
        for (cell, start, end), edit in zip(spans[1:], finding.edits, strict=True)
    )
    location = known.at(start, max(start, end), cell)
    return replace(finding, location=location, edits=tuple(edits_then))


def findings_of_rounds(first: Look, rounds: Sequence[Round], last: Look) -> tuple[Finding, ...]:
    """Return the findings of the code as it was, what later rounds fixed besides, and what only the rewritten code shows.

    What is fixed is what was edited, or what the edits of others settled: the next look does not find it. A place whose turn never
    came is left, if it is still there.
    """
    findings = [place.finding for place in first.places]
    if not rounds:
        return tuple(findings)
    done = {id(place) for place in rounds[0].made}
    waiting = _Waiting(
        {index: place.finding for index, place in enumerate(first.places) if place.applies and id(place) not in done}
    )
    edits = [_Edits(one.edits) for one in rounds]

    @functools.cache
    def lines(cell: int) -> Lines | None:
        cells = first.document.cells
        return Lines(cells[cell]) if cell < len(cells) else None

    for number, one in enumerate(rounds[1:], 1):
        for place in one.made:
            finding = of_first(place.finding, edits[:number], lines)
            index = waiting.same(finding)
            if index is None:
                findings.append(finding)
            else:
                waiting.take(index)
    still = {index: finding for index, finding in enumerate(findings) if not finding.fixed}
    left = _Waiting(still | waiting.findings)
    for place in last.places:
        index = left.same(of_first(place.finding, edits, lines))
        if index is None:
            findings.append(place.finding)
        else:
            finding = left.take(index)
            if index not in still:
                findings[index] = replace(finding, fixed=False)
    made = [place.finding for one in rounds for place in one.made]
    codes, is_safe = {one.code for one in made}, all(one.safety is Safety.SAFE for one in made)
    for index, finding in left.findings.items():
        findings[index] = _settled(finding, codes, is_safe=is_safe)
    return tuple(findings)


def _settled(finding: Finding, made: Set[str], *, is_safe: bool) -> Finding:
    """Return a finding that is not there any more as fixed by what was done to others: an argument that keeps the name of a file, say.

    What a rule leaves to a person beside its own edits is not settled by them, even if it does not know the new code.
    """
    if finding.fixed:
        return replace(finding, edits=())  # its turn never came
    if finding.suppressed or finding.code in made:
        return finding
    return replace(finding, edits=(), fixed=True, safety=Safety.SAFE if is_safe else Safety.UNSAFE)


@functools.lru_cache(maxsize=1024)
def _said(message: str) -> str:
    """Return what a finding says, without the numbers of other lines: those move when something is edited above them."""
    return _LINE_NUMBER.sub("line", message)


class _Waiting:
    """Findings that are looked for among later ones, by where they stand and by what they say; a file may have thousands.

    Attributes:
        findings: Those that were not found yet, each by its index.
    """

    def __init__(self, findings: Mapping[int, Finding]) -> None:
        self.findings = dict(findings)
        self._by_place: dict[tuple[str, int], deque[int]] = {}
        self._by_message: dict[tuple[str, str], deque[int]] = {}
        for index, one in findings.items():
            self._by_place.setdefault((one.code, one.location.start), deque()).append(index)
            self._by_message.setdefault((one.code, _said(one.message)), deque()).append(index)

    def same(self, finding: Finding) -> int | None:
        """Return which of them a finding is."""
        there = self._first(self._by_place.get((finding.code, finding.location.start)))
        return there if there is not None else self._first(self._by_message.get((finding.code, _said(finding.message))))

    def _first(self, indices: deque[int] | None) -> int | None:
        while indices and indices[0] not in self.findings:
            indices.popleft()
        return indices[0] if indices else None

    def take(self, index: int) -> Finding:
        """Take one away, which was found."""
        return self.findings.pop(index)
