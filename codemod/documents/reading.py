"""Gathers the cells of a document, whatever kind it is, as its stretches of code are read one after the other."""

from __future__ import annotations

import re

from codemod.documents.base import Cell, Unread
from codemod.documents.ipython import CellReading, read_cell

_SURROGATE = re.compile("[\ud800-\udfff]")


class CellReader:
    """Turns code into cells and keeps what they tell about the document.

    Attributes:
        cells: The cells of Python so far.
        unread: What may be Python and is no cell.
    """

    def __init__(self, *, databricks: bool = False) -> None:
        """Start a document; for ``databricks`` see `codemod.documents.ipython.read_cell`."""
        self.cells: list[Cell] = []
        self.unread: list[Unread] = []
        self._databricks = databricks
        self._namespaces = 0
        self._namespace_of: dict[str, int] = {}

    def read(self, text: str, *, first_line: int = 1, number: int | None = None, masked: str | None = None) -> bool:
        """Read one stretch of code.

        Args:
            text: The source as it stands.
            first_line: As in `codemod.documents.base.Cell`.
            number: As in `codemod.documents.base.Cell`.
            masked: The same text with something masked that is not IPython's.

        Returns:
            Whether it became a cell.
        """
        if not text.strip():
            return False
        reading = read_cell(text if masked is None else masked, databricks=self._databricks)
        if reading.unknown:
            self.unread.append(Unread(text, f"{reading.unknown} is not known to hold Python", first_line, number))
        if reading.code is None:
            return False
        # Python's parser refuses half of a surrogate pair, which JSON can hold in a string or comment.
        code = _SURROGATE.sub("\ufffd", reading.code)
        self.cells.append(Cell(text, code, first_line, number, self._namespace(reading), reading.label))
        return True

    def _namespace(self, reading: CellReading) -> int:
        if not reading.label:
            return 0
        if reading.appends and reading.target in self._namespace_of:
            return self._namespace_of[reading.target]
        self._namespaces += 1
        if reading.target:
            self._namespace_of[reading.target] = self._namespaces
        return self._namespaces
