"""Reads a file's bytes as a document, parses its cells, each by itself, and resolves the names that they share."""

from __future__ import annotations

import ast
import re
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from codemod.documents import open_document
from codemod.documents.base import Cell, Document, TemplateError
from codemod.documents.templates import filled_in, first_mark, is_marked
from codemod.names import Names

# The project pass reads a file that the main pass reads again. So many bytes of source stay at hand in between: what is known of them
# takes some sixty times as much memory. Of nine in ten projects that is all of the code that uses MLflow.
_KEPT = 250_000
# Python 3.10 ends with its process where a chain, such as `a + b + ...`, has 105,000 parts and the stack the usual 8 MiB.
_ENDS_ON_CHAINS = sys.version_info < (3, 11)
_LONG, _STACK = 200_000, 1 << 28


@dataclass(frozen=True, slots=True)
class Namespace:
    """One Python namespace of a document.

    Attributes:
        names: Resolves its expressions.
        trees: Its trees in order, with the index of the cell that each came from.
    """

    names: Names
    trees: dict[ast.Module, int]


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of a document that could not be read.

    Attributes:
        line: One line for the user: where, and why.
        text: The part's source, to see whether anything of interest may be lost with it.
    """

    line: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with its namespaces.

    Attributes:
        document: The document.
        namespaces: Its namespaces.
        problems: What could not be read.
        count: How many cells were parsed.
    """

    document: Document
    namespaces: tuple[Namespace, ...]
    problems: tuple[Problem, ...]
    count: int


class _Readings:
    """What was read, as far as it is kept."""

    def __init__(self) -> None:
        self.most = _KEPT
        self._held: dict[tuple[str, bytes], Reading] = {}
        self._bytes = 0

    def take(self, path: str, data: bytes) -> Reading | None:
        """Return what is known of a file, and keep it no longer."""
        reading = self._held.pop((path, data), None)
        self._bytes -= len(data) if reading is not None else 0
        return reading

    def keep(self, path: str, data: bytes, reading: Reading) -> None:
        """Keep what is known of a file, in the place of others if need be."""
        # Both passes go through the files in one order: the one used last is the one that is not needed for longest.
        while self._held and self._bytes + len(data) > self.most:
            (_, dropped), _ = self._held.popitem()
            self._bytes -= len(dropped)
        self._held[path, data] = reading
        self._bytes += len(data)

    def clear(self) -> None:
        """Let go of everything."""
        self._held.clear()
        self._bytes = 0


_readings = _Readings()


def read_document(path: str, data: bytes) -> Reading:
    """Read a file.

    Args:
        path: Its name; the suffix says what kind of document it is.
        data: Its bytes.

    Raises:
        DocumentError: If the bytes are not what the name says.
    """
    reading = _readings.take(path, data) or _read(path, data)
    _readings.keep(path, data, reading)
    return reading


def _read(path: str, data: bytes) -> Reading:
    document = open_document(path, data)
    trees, problems = _trees(document)
    namespaces = tuple(Namespace(Names(members), members) for members in trees.values())
    return Reading(document, namespaces, tuple(problems), sum(len(members) for members in trees.values()))


def keep_at_most(size: int) -> None:
    """Keep what was read of files of so many bytes: what is known of them takes some sixty times as much memory."""
    _readings.most = size


def forget() -> None:
    """Let go of what was read, so that everything is read again."""
    _readings.clear()


def unreadable(path: str, data: bytes) -> tuple[Document, tuple[Problem, ...], int]:
    """Tell what of a file cannot be read, without asking what its names mean; for files in which nothing can be found.

    Returns:
        The document, its problems, and how many cells were parsed.

    Raises:
        DocumentError: If the bytes are not what the name says.
    """
    document = open_document(path, data)
    trees, problems = _trees(document)
    return document, tuple(problems), sum(len(members) for members in trees.values())


def _trees(document: Document) -> tuple[dict[int, dict[ast.Module, int]], list[Problem]]:
    """Parse the cells; the trees come by namespace, each with the index of its cell."""
    trees: dict[int, dict[ast.Module, int]] = {}
    problems: list[Problem] = []
    for index, cell in enumerate(document.cells):
        try:
            tree = _parse(cell.code, top_level_await=document.kind != "python")
        except (SyntaxError, ValueError) as error:
            _see_template(document, cell, error)
            problems.append(Problem(_problem(cell, error), cell.text))
            continue
        trees.setdefault(cell.namespace, {})[tree] = index
    for item in document.unread:
        where = f"cell {item.number}" if item.number is not None else f"line {item.first_line}"
        problems.append(Problem(f"{where}: {item.reason}", item.text))
    return trees, problems


def _see_template(document: Document, cell: Cell, error: SyntaxError | ValueError) -> None:
    """Raise `TemplateError` for a file that is Python once the values of a template stand in it."""
    if document.kind != "python" or not is_marked(cell.code):
        return
    try:
        _parse(filled_in(cell.code), top_level_await=False)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    line = getattr(error, "lineno", None) or 1
    mark = first_mark(cell.code, line)
    raise TemplateError(f"a template (`{mark}`), which is Python once it is filled in: look at what is made of it")


def _parse(code: str, *, top_level_await: bool) -> ast.Module:
    flags = ast.PyCF_ONLY_AST | (ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if top_level_await else 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of invalid escapes in other people's code
        if _ENDS_ON_CHAINS and len(code) > _LONG:
            tree = _with_large_stack(lambda: compile(code, "<document>", "exec", flags, dont_inherit=True))
        else:
            tree = compile(code, "<document>", "exec", flags, dont_inherit=True)
    assert isinstance(tree, ast.Module)  # "exec" makes modules
    return tree


def _with_large_stack(parse: Callable[[], ast.AST]) -> ast.AST:
    """Return what a function returns, or raise what it raises, that needs more stack than this thread may have."""
    trees: list[ast.AST] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            trees.append(parse())
        except BaseException as error:
            errors.append(error)

    before = threading.stack_size(_STACK)
    try:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
    finally:
        threading.stack_size(before)
    thread.join()
    if errors:
        raise errors[0]
    return trees[0]


# What the errors of older releases say of newer syntax, or what stands in their lines.
_NEWER = (
    ((3, 11), re.compile(r"^\s*except\s*\*")),
    ((3, 12), re.compile(r"^f-string|^\s*(?:(?:async\s+)?def|class)\s+\w+\s*\[|^\s*type\s+\w+\s*(?:\[[^=]*)?=")),
    ((3, 14), re.compile(r"(?<!\w)(?:[tT][rR]?|[rR][tT])[\"']")),
)


def _problem(cell: Cell, error: SyntaxError | ValueError) -> str:
    line = getattr(error, "lineno", None)
    reason = error.msg if isinstance(error, SyntaxError) else str(error)
    source = error.text or "" if isinstance(error, SyntaxError) else ""
    for version, looks_newer in _NEWER:
        if sys.version_info < version and (looks_newer.search(reason) or looks_newer.search(source)):
            reason += f"; if this is Python {version[0]}.{version[1]} or later, run the codemod on that Python"
            break
    where = f"line {line + cell.first_line - 1}" if line else "line 1"
    if cell.number is not None:
        where = f"cell {cell.number}, {where}"
    return f"{where}: {reason}"
