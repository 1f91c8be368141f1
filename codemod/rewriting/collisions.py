"""Says which edits can be made together in one round."""

from __future__ import annotations

import bisect
import itertools
from collections import defaultdict
from collections.abc import Iterable

from codemod.documents.base import TextEdit


def length(edit: TextEdit) -> int:
    """Return how many characters an edit replaces."""
    return edit.end - edit.start


def collide(one: TextEdit, other: TextEdit) -> bool:
    """Return whether two edits touch the same characters, or insert at the same place."""
    if one.cell != other.cell:
        return False
    if one.start == other.start:  # new statements may stand before one that changes itself
        return (one.start == one.end) == (other.start == other.end)
    return one.start < other.end and other.start < one.end


class TakenEdits:
    """The edits that a round takes, none of which collides with another; a new one is compared with its neighbours alone."""

    def __init__(self) -> None:
        self._edits: set[TextEdit] = set()
        # By cell, and whether they insert: of those that replace something only the last one before a place can reach into it.
        self._sorted: defaultdict[tuple[int, bool], list[tuple[int, int]]] = defaultdict(list)

    def __contains__(self, edit: TextEdit) -> bool:
        return edit in self._edits

    def update(self, edits: Iterable[TextEdit]) -> None:
        """Take edits that collide with no other."""
        for edit in itertools.filterfalse(self._edits.__contains__, edits):
            self._edits.add(edit)
            bisect.insort(self._sorted[edit.cell, edit.start == edit.end], (edit.start, edit.end))

    def collides(self, edit: TextEdit) -> bool:
        """Return whether an edit collides with one of them."""
        for inserts in (False, True):
            spans = self._sorted[edit.cell, inserts]
            first = max(bisect.bisect_left(spans, (edit.start, 0)) - 1, 0)
            near = spans[first : bisect.bisect_left(spans, (edit.end + 1, 0))]
            if any(collide(edit, TextEdit(edit.cell, *span, "")) for span in near):
                return True
        return False


def apart(edits: Iterable[TextEdit]) -> list[TextEdit]:
    """Return those edits of one place that can be made together, the shortest ones first."""
    found: list[TextEdit] = []
    taken = TakenEdits()
    for edit in sorted(edits, key=length):
        if not taken.collides(edit):
            found.append(edit)
            taken.update((edit,))
    return found
