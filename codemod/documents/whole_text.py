"""Files that are no code: one cell, which is all of their text."""

from __future__ import annotations

from codemod.documents import sizes
from codemod.documents.base import Cell
from codemod.documents.encoding import decode_any
from codemod.documents.placement import TextDocument, stretch


def open_whole(kind: str, data: bytes) -> TextDocument:
    """Read a file of a kind that its name tells; see `codemod.documents.kinds`.

    Raises:
        DocumentError: If it is too large.
    """
    sizes.check_size(len(data), sizes.OTHER, "of text")
    source = decode_any(data)
    return TextDocument(kind, source, (Cell(source.text, source.text),), (stretch(0),))
