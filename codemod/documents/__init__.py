"""Turns bytes into cells of Python and back."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from codemod.documents.base import Cell, Document, DocumentError, TextEdit, Unread

__all__ = [
    "IS_LFS_POINTER", "LFS_POINTER", "SUFFIXES", "Cell", "Document", "DocumentError", "TextEdit", "Unread",
    "open_document",
]  # fmt: skip

#: What discovery looks for, with the kind of document that the suffix promises. A ``.py`` file may turn out to be a
#: Databricks notebook.
SUFFIXES: Mapping[str, str] = MappingProxyType({".py": "python", ".pyi": "python", ".ipynb": "notebook"})
#: What Git keeps in the place of a file that Git LFS has.
LFS_POINTER = b"version https://git-lfs.github.com/spec/"
IS_LFS_POINTER = "a Git LFS pointer instead of the file; fetch it with `git lfs pull`"
"""What is said of such a file."""


def open_document(path: str, data: bytes) -> Document:
    """Read a file's bytes as the document that its name and first line promise.

    Args:
        path: The file's name; only its suffix counts. A name with an unknown suffix, or none, is read as Python.
        data: The file's bytes.

    Raises:
        DocumentError: If the bytes are not what the name says. Whether a cell is valid Python is not looked at here.
    """
    if data.startswith(LFS_POINTER):
        raise DocumentError(IS_LFS_POINTER)
    name = path.lower()
    if name.endswith(".ipynb"):
        from codemod.documents.notebook import open_notebook

        return open_notebook(data)
    from codemod.documents.encoding import decode_source

    source = decode_source(data)
    if source.text.startswith("# Databricks notebook source"):
        from codemod.documents.databricks import open_databricks

        return open_databricks(source)
    from codemod.documents.python import open_python

    return open_python(source)
