"""One look at a document: what was found in it, and which of the fixes can be made now."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from codemod.analysis.parsing import Reading
from codemod.documents.base import Document, TextEdit
from codemod.findings import Finding, Outcome, Safety
from codemod.rewriting.collisions import TakenEdits, apart, length
from codemod.rewriting.edits import Operation
from codemod.rewriting.texts import rewrite_call

if TYPE_CHECKING:
    from codemod.rewriting.decisions import Choose


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a cell."""

    cell: int
    start: int
    end: int


@dataclass(slots=True)
class LocatedMatch:
    """One finding with the spans that its changes concern.

    Attributes:
        finding: The finding.
        calls: What is done to calls; the engine merges what several findings want of one.
        texts: Other edits.
        applies: Whether it is fixed.
        is_branch: Whether its fix puts the code into a branch on MLflow's version.
    """

    finding: Finding
    calls: dict[Span, tuple[Operation, ...]]
    texts: tuple[TextEdit, ...]
    applies: bool
    is_branch: bool = False

    def extent(self) -> tuple[bool, int, int, int]:
        """Return the length of its longest edit, and where it stands.

        What becomes a branch on MLflow's version comes last: nothing changes in there any more.
        """
        lengths = [*(span.end - span.start for span in self.calls), *map(length, self.texts)]
        return self.is_branch, max(lengths, default=0), self.finding.location.cell, self.finding.location.start

    def leave(self, reason: str) -> None:
        """Leave it to a person, and say why."""
        self.applies = False
        message = f"{self.finding.message} ({reason})"
        self.finding = replace(self.finding, message=message, fixed=False, safety=Safety.MANUAL, edits=())


@dataclass(slots=True)
class Look:
    """What one look at a document gives.

    Attributes:
        document: The document as it is in this round.
        places: What was found, in order.
        problems: What could not be read and may hide a finding, one line each.
        parsed: How many of its parts could be read: cells of code; of other files the text, and the structure that their format gives it.
        language: What the text must still be after an edit.
        needs: As in `codemod.findings.Outcome`.
        name_keys: As there.
        made: The places that the edits of this round fix.
    """

    document: Document
    places: list[LocatedMatch]
    problems: tuple[str, ...]
    parsed: int
    language: str
    needs: str = ""
    name_keys: frozenset[tuple[str, ...]] = frozenset()
    made: list[LocatedMatch] = field(default_factory=list)

    def keep(self, choose: Choose | None, made: Sequence[TextEdit]) -> None:
        """Let go of the fixes that are not wanted."""
        if choose is None:
            return
        wanted = choose(self.document.cells, [place.finding for place in self.places], made, self.edits)
        for place, is_wanted in zip(self.places, wanted, strict=True):
            if place.applies and not is_wanted:
                place.applies, place.finding = False, replace(place.finding, fixed=False)

    def edits(self, choice: Sequence[bool] | None = None) -> list[TextEdit]:
        """Return the edits of this round: the innermost ones first, what overlaps them waits for the next round.

        The edits of one place go together: a call that uses a new name must not be left without its import.

        Args:
            choice: Which places are to be edited, of those that apply; None takes all, and notes in ``made`` which it took.
        """
        made: list[LocatedMatch] = []
        calls: dict[Span, list[Operation]] = {}
        texts: list[TextEdit] = []
        taken = TakenEdits()
        places = self.places if choice is None else itertools.compress(self.places, choice)
        for place in sorted((place for place in places if place.applies), key=LocatedMatch.extent):
            spans = {TextEdit(span.cell, span.start, span.end, ""): span for span in place.calls}
            wanted = [edit for edit in (*spans, *place.texts) if edit not in taken]
            if any(map(taken.collides, wanted)):
                continue
            mine = apart((*spans, *place.texts))
            for edit in mine:
                if edit in spans:
                    calls.setdefault(spans[edit], []).extend(place.calls[spans[edit]])
                elif edit not in taken:
                    texts.append(edit)
            taken.update(mine)
            made.append(place)
        if choice is None:
            self.made = made
        for span, merged in calls.items():
            text = self.document.cells[span.cell].text[span.start : span.end]
            texts.append(TextEdit(span.cell, span.start, span.end, rewrite_call(text, tuple(dict.fromkeys(merged)))))
        return texts


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did.

    Attributes:
        made: The places that were edited.
        edits: The edits.
    """

    made: tuple[LocatedMatch, ...]
    edits: tuple[TextEdit, ...]


class Looker(Protocol):
    """Looks at one input for the engine, which asks anew after each round."""

    @property
    def path(self) -> str:
        """The path as discovered."""

    def at_once(self, data: bytes) -> Outcome | None:
        """Return the outcome of bytes that need no look, because nothing can be found in them; None for all others.

        Raises:
            DocumentError: If the bytes are not what the name says.
        """

    def read(self, data: bytes) -> Reading:
        """Read the bytes as the document that the name promises.

        Raises:
            DocumentError: If they are none.
        """

    def parsed(self, data: bytes) -> int:
        """Return how many parts of the bytes could be read; see `Look.parsed`."""

    def look(self, reading: Reading) -> Look:
        """Find what there is to say of the document."""
