"""What every kind of document offers to the stages after it: cells of Python, and their text put back in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class DocumentError(Exception):
    """A document that cannot be read as what its name says; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One stretch of Python of a document.

    Attributes:
        text: The source as it stands in the document (newlines as they are there).
        code: ``text`` with everything that is not Python (magics, shell lines) masked. Masking keeps the number of
            characters and every line break, so an offset in ``code`` is the same offset in ``text``.
        first_line: The 1-based line where ``text`` starts, in the file for text documents and in the cell for notebooks.
        number: The 1-based number of the notebook or command cell that a person would count; None for a plain file.
        namespace: Cells with the same value share one Python namespace, in order. ``%%writefile`` bodies have their own.
        label: What to call the cell in a message when it is not the document itself (``"%%writefile train.py"``), or "".
    """

    text: str
    code: str
    first_line: int = 1
    number: int | None = None
    namespace: int = 0
    label: str = ""


@dataclass(frozen=True, slots=True, order=True)
class TextEdit:
    """Replace the characters ``start:end`` of one cell's text.

    Offsets count characters, not bytes: they mean the same whatever encoding the file declares.
    """

    cell: int
    start: int
    end: int
    text: str


class Document(Protocol):
    """A file as cells of Python, which knows how to put changed cells back."""

    @property
    def kind(self) -> str:
        """``"python"``, ``"notebook"``, ``"databricks"`` or ``"markdown"``."""

    @property
    def cells(self) -> Sequence[Cell]:
        """The cells of Python in document order; empty when the document holds none."""

    @property
    def runs_other_notebooks(self) -> bool:
        """Whether ``%run`` (or ``dbutils.notebook.run`` style inclusion) brings in names that are not seen here."""

    def render(self, edits: Sequence[TextEdit]) -> bytes:
        """Give the document's bytes with the edits applied and every other byte as it was.

        Args:
            edits: Non-overlapping edits in any order. With none, the result is the input.

        Raises:
            ValueError: If edits overlap, lie outside their cell, or hold characters that the encoding lacks.
        """
