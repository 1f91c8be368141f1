"""What every kind of document offers to the stages after it: cells of Python, and their text put back in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class DocumentError(Exception):
    """A document that cannot be read as what its name says; the message is one line for the user."""


class TemplateError(DocumentError):
    """Code that a template engine fills in before it is any: it is what it is meant to be, and not looked at."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One stretch of Python of a document.

    Attributes:
        text: The source as it stands in the document (newlines as they are there).
        code: ``text`` with everything that is not Python (magics, shell lines) masked. Masking keeps the number of
            characters and every line break, so an offset in ``code`` is the same offset in ``text``. It may hold form
            feeds, so it must be split into lines as Python's parser does, not by ``str.splitlines``.
        first_line: The 1-based line where ``text`` starts: of the file for text documents, of the cell for notebooks.
        number: The 1-based number of the notebook's cell (markdown cells count too) or of the Databricks command; None
            for other documents. A place in a notebook is cell and line; in all others the line of the file says it.
        namespace: Cells with the same value share one Python namespace, in order. 0 is the document's own;
            ``%%writefile`` bodies have others.
        label: What to call the cell in a message when it is not the document itself, such as
            ``"%%writefile train.py"``; else "".
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


@dataclass(frozen=True, slots=True)
class Unread:
    """One stretch of a document that may hold Python, which could not be told.

    Attributes:
        text: The source as it stands.
        reason: One line for the user.
        first_line: As in `Cell`.
        number: As in `Cell`.
    """

    text: str
    reason: str
    first_line: int = 1
    number: int | None = None


class Document(Protocol):
    """A file as cells of Python, which knows how to put changed cells back."""

    @property
    def kind(self) -> str:
        """``"python"``, ``"notebook"``, ``"databricks"``, or one of `codemod.documents.kinds` for what is no code."""

    @property
    def cells(self) -> Sequence[Cell]:
        """The cells of Python in document order; empty when the document holds none."""

    @property
    def unread(self) -> Sequence[Unread]:
        """What may be Python and is not among the cells, such as the body of an unknown cell magic."""

    def render(self, edits: Sequence[TextEdit]) -> bytes:
        """Return the document's bytes with the edits applied and every other byte as it was.

        Args:
            edits: Non-overlapping edits in any order. With none, the result is the input.

        Raises:
            ValueError: If edits overlap, lie outside their cell, or hold characters that the encoding lacks.
        """

    def spans(self, edits: Sequence[TextEdit]) -> list[tuple[int, int, str]]:
        """Return what edits change in the file's text: start, end, and what is there then; in order.

        Args:
            edits: At least one; as for `render`.

        Raises:
            ValueError: As for `render`.
        """
