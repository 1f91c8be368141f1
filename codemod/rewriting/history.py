"""Tells where a place of rewritten code stood before: findings of every round speak of the text that was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from codemod.analysis.lines import Lines
from codemod.documents.base import Document, TextEdit
from codemod.findings import Finding


def before(offset: int, cell: int, edits: Sequence[TextEdit]) -> int:
    """Return where a character stood before some edits; what an edit wrote stood where the edit begins."""
    shift = 0
    for edit in sorted(edit for edit in edits if edit.cell == cell):
        if offset < edit.start + shift:
            break
        if offset < edit.start + shift + len(edit.text):
            return edit.start
        shift += len(edit.text) - (edit.end - edit.start)
    return offset - shift


def of_first(finding: Finding, rounds: Sequence[Sequence[TextEdit]], document: Document) -> Finding:
    """Return a finding as one of the text before all rounds.

    Its source line stays that of the round that found it: that tells reports that its edits cannot be shown on the old text.

    Args:
        finding: What was found after the rounds.
        rounds: The edits of each, in their order.
        document: What was read first.
    """
    place = finding.location
    if place.cell >= len(document.cells):
        return finding
    spans = [(place.cell, place.start, place.end), *((edit.cell, edit.start, edit.end) for edit in finding.edits)]
    for edits in reversed(rounds):
        spans = [(cell, before(start, cell, edits), before(end, cell, edits)) for cell, start, end in spans]
    cell, start, end = spans[0]
    edits_then = (
        TextEdit(cell, min(start, end), max(start, end), edit.text)
        for (cell, start, end), edit in zip(spans[1:], finding.edits, strict=True)
    )
    location = Lines(document.cells[cell]).at(start, max(start, end), cell)
    return replace(finding, location=location, edits=tuple(edits_then))
