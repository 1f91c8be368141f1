"""Turns bytes into cells and back."""

from __future__ import annotations

from codemod.documents import sizes
from codemod.documents.base import Cell, Document, DocumentError, TextEdit, Unread
from codemod.documents.encoding import decode_source
from codemod.documents.kinds import is_notebook, kind_of
from codemod.documents.whole_text import open_whole

__all__ = [
    "IS_LFS_POINTER", "LFS_POINTER", "Cell", "Document", "DocumentError", "TextEdit", "Unread",
    "open_document",
]  # fmt: skip

#: What Git keeps in the place of a file that Git LFS has.
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
IS_LFS_POINTER = "a Git LFS pointer instead of the file; fetch it with `git lfs pull`"
"""What is said of such a file."""


def open_document(path: str, data: bytes) -> Document:
    """Read a file's bytes as the document that its name and first line promise.

    Args:
        path: The file's name. One that says nothing of what the file holds is read as Python.
        data: The file's bytes.

    Raises:
        DocumentError: If the bytes are not what the name says, or too many. Whether a cell is valid Python is not looked at here.
    """
    if data.startswith(LFS_POINTER):
        raise DocumentError(IS_LFS_POINTER)
    kind = kind_of(path)
    if kind is not None:
        return open_whole(kind, data)
    if is_notebook(path):
        from codemod.documents.notebook import open_notebook

        sizes.check_size(len(data), sizes.NOTEBOOK, "of JSON")
        notebook = open_notebook(data)
        sizes.check_size(sum(len(cell.code) for cell in notebook.cells), sizes.CODE, "of Python")
        return notebook
    sizes.check_size(len(data), sizes.CODE, "of Python")
    source = decode_source(data)
    if source.text.startswith("# Databricks notebook source"):
        from codemod.documents.databricks import open_databricks

        return open_databricks(source)
    from codemod.documents.python import open_python

    return open_python(source)
