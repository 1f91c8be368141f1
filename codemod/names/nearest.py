"""Finds among things with dotted names the one that is nearest to a folder: in a large tree, hundreds end as an import does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Nearest(Generic[_T]):
    """Things with the parts of their names, to be asked for the one that is nearest to a folder."""

    __slots__ = ("_best", "_items")

    def __init__(self, items: Iterable[tuple[tuple[str, ...], _T]]) -> None:
        """Keep things, each behind the parts of its name."""
        self._items = tuple(items)
        # By the beginnings of the names: what has the shortest name that begins so; None where several have that.
        self._best: dict[tuple[str, ...], _T | None] = {}

    def to(self, folder: tuple[str, ...]) -> _T | None:
        """Return what has most parts in common with a folder, and the shortest name of these; None when it could be several."""
        if len(self._items) < 2:
            return self._items[0][1] if self._items else None
        if not self._best:
            self._sort()
        return next(self._best[folder[:count]] for count in range(len(folder), -1, -1) if folder[:count] in self._best)

    def _sort(self) -> None:
        shortest: dict[tuple[str, ...], int] = {}
        for parts, item in sorted(self._items, key=lambda pair: len(pair[0])):
            for count in range(len(parts) + 1):
                beginning = parts[:count]
                if beginning not in shortest:
                    shortest[beginning] = len(parts)
                    self._best[beginning] = item
                elif shortest[beginning] == len(parts):
                    self._best[beginning] = None
