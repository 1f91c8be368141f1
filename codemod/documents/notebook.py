"""Jupyter notebooks (nbformat 3 and 4, and what Databricks and Colab write)."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from codemod.documents.base import Cell, DocumentError, TextEdit, Unread
from codemod.documents.notebook_json import RawCell, RawNotebook, scan
from codemod.documents.notebook_source import CellSource, LiteralStyle, PlacedLines
from codemod.documents.placement import in_order, replace_spans
from codemod.documents.reading import CellReader

_PYTHON = re.compile(r"(?:i?python|pyspark)", re.IGNORECASE)
# Kernels that are known by name alone, for notebooks that name no language.
_OTHER_KERNEL = re.compile(r"(?:ir\b|julia|scala|spark$|almond|bash|deno|\.net|iruby|java|xcpp|gophernotes|rust|sage)")


@dataclass(frozen=True)
class NotebookDocument:
    """A notebook; see `codemod.documents.base.Document`."""

    data: bytes
    text: str
    cells: tuple[Cell, ...]
    sources: tuple[CellSource, ...]
    unread: tuple[Unread, ...] = ()

    @property
    def kind(self) -> str:
        """``"notebook"``."""
        return "notebook"

    def render(self, edits: Sequence[TextEdit]) -> bytes:
        """Return the notebook's bytes with the edits applied; see `codemod.documents.base.Document.render`.

        Only the strings of the lines that changed are written anew, in the style of the notebook.
        """
        if not edits:
            return self.data
        bom = codecs.BOM_UTF8 if self.data.startswith(codecs.BOM_UTF8) else b""
        return bom + replace_spans(self.text, self.spans(edits)).encode()

    def spans(self, edits: Sequence[TextEdit]) -> list[tuple[int, int, str]]:
        """Return what edits change in the notebook's JSON; see `codemod.documents.base.Document.spans`."""
        by_cell: dict[int, list[TextEdit]] = {}
        for edit in in_order(edits, self.cells):
            by_cell.setdefault(edit.cell, []).append(edit)
        spans: list[tuple[int, int, str]] = []
        for index, of_cell in by_cell.items():
            if index not in self._placed:
                self._placed[index] = PlacedLines(self.text, self.sources[index])
            spans += self._placed[index].replace(of_cell, self._style)
        return spans

    @cached_property
    def _placed(self) -> dict[int, PlacedLines]:
        return {}  # by cell, as they are asked for

    @cached_property
    def _style(self) -> LiteralStyle:
        return LiteralStyle.of(self.text, self.sources)


def open_notebook(data: bytes) -> NotebookDocument:
    """Read a notebook.

    An empty file is a notebook without cells: Jupyter makes one of it when it is opened.

    Raises:
        DocumentError: If the bytes are no JSON, or JSON that is no notebook.
    """
    text = _decode(data)
    if not text.strip():
        return NotebookDocument(data, text, (), ())
    notebook = _scan(text)
    if notebook.cells is None:
        raise DocumentError("JSON, but not a notebook: it has no list of cells")
    metadata = _mapping(notebook.values.get("metadata"))
    if not _is_python(metadata):
        return NotebookDocument(data, text, (), ())
    databricks = any(key.startswith("application/vnd.databricks") for key in metadata)
    version = notebook.values.get("nbformat")
    before_4 = isinstance(version, int) and version < 4
    reader = CellReader(databricks=databricks)
    sources: list[CellSource] = []
    for number, raw in enumerate(notebook.cells, 1):
        if raw.source and _is_python_cell(raw):
            source = CellSource.of(raw.source, raw.source_start, before_4=before_4)
            if reader.read(source.text, number=number):
                sources.append(source)
    return NotebookDocument(data, text, tuple(reader.cells), tuple(sources), tuple(reader.unread))


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DocumentError("a notebook in UTF-16 or UTF-32, which Jupyter does not read; save it as UTF-8")
    if b"\0" in data:
        raise DocumentError("NUL bytes in the JSON; this is not a notebook")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"not UTF-8 at byte {error.start}; Jupyter does not read this notebook") from None


def _scan(text: str) -> RawNotebook:
    try:
        return scan(text)
    except json.JSONDecodeError as error:
        unterminated = error.msg.startswith("Unterminated string") and not text.rstrip().endswith("}")
        if unterminated or error.pos >= len(text.rstrip()):
            raise DocumentError(f"truncated notebook: the JSON ends in line {text.count(chr(10)) + 1}") from None
        conflict = re.search(r"^<<<<<<< .*$", text, re.MULTILINE)
        if conflict:
            line = text.count("\n", 0, conflict.start()) + 1
            raise DocumentError(f"invalid notebook JSON: merge conflict in line {line}") from None
        raise DocumentError(f"invalid notebook JSON: {error.msg}, line {error.lineno} column {error.colno}") from None
    except TypeError as error:
        raise DocumentError(f"JSON, but not a notebook: {error}") from None
    except RecursionError:
        raise DocumentError("invalid notebook JSON: nested too deeply") from None
    except ValueError as error:  # a number of more digits than Python takes
        raise DocumentError(f"invalid notebook JSON: {error}") from None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _is_python(metadata: Mapping[str, Any]) -> bool:
    """Tell whether the notebook's kernel runs Python. One that says nothing does: that is Jupyter's default."""
    kernel = _mapping(metadata.get("kernelspec"))
    language_info = _mapping(metadata.get("language_info"))
    databricks = _mapping(metadata.get("application/vnd.databricks.v1+notebook"))
    for language in (kernel.get("language"), language_info.get("name"), databricks.get("language")):
        if isinstance(language, str) and language:
            return _PYTHON.match(language) is not None
    name = kernel.get("name")
    return not (isinstance(name, str) and _OTHER_KERNEL.match(name))


def _is_python_cell(cell: RawCell) -> bool:
    if cell.values.get("cell_type") != "code":
        return False
    # nbformat 3 names the language of each cell; VS Code does so in the cell's metadata.
    vscode = _mapping(_mapping(cell.values.get("metadata")).get("vscode"))
    return all(
        not isinstance(language, str) or not language or _PYTHON.match(language) is not None
        for language in (cell.values.get("language"), vscode.get("languageId"))
    )
