"""Programs that code keeps in strings and runs: ``exec("...")``, ``[sys.executable, "-c", "..."]``."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codemod.documents.base import Cell, Unread
from codemod.documents.lines import common_indent, line_spans
from codemod.documents.placement import Placement, without_prefixes

_STARTS = re.compile(r"""["']-c["']|(?<![\w.])(?:exec|compile)[ ]?\(""")
_RUN = ("exec", "compile")
_TRIMS = ("dedent", "cleandoc", "strip", "lstrip", "rstrip")
_NAMES_MLFLOW = "mlflow"
# What stands in front of the characters of a string, up to a break that the string does not hold.
_OPENING = re.compile(r"[rR]?(?P<quotes>\"\"\"|''')(?:\\\r?\n)?")
_ENDS_WITH_LINE = re.compile(r"[\r\n][ \t]*\Z")
_NOT_READ = "a program in a string whose lines are not those of the file: what it does with MLflow is not looked at"
LABEL = "the program in a string"
"""What such a cell is called."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A string that is run.

    Attributes:
        node: Where it is written.
        is_python: Whether it is surely meant to be Python.
    """

    node: ast.expr
    is_python: bool


def string_programs(text: str, namespace: int) -> tuple[list[tuple[Cell, Placement]], tuple[Unread, ...]]:
    """Read the programs in the strings of a file that name MLflow.

    Args:
        text: The file's text.
        namespace: That of the first; each has one of its own.

    Returns:
        Those whose lines are lines of the file, as cells, and those that are put together otherwise.
    """
    if _NAMES_MLFLOW not in text or _STARTS.search(text) is None:
        return [], ()
    tree = _parsed(text)
    if tree is None:
        return [], ()
    starts = [start for start, _ in line_spans(text)]
    cells: list[tuple[Cell, Placement]] = []
    unread: list[Unread] = []
    for kept in {(each.node.lineno, each.node.col_offset): each for each in _kept(tree)}.values():
        written = text[slice(*_span(kept.node, text, starts))]
        if _NAMES_MLFLOW not in written:
            continue
        found = _program(kept.node, text, starts)
        if found is not None:
            body, place, line = found
            cells.append((Cell(body, body, line, namespace=namespace + len(cells), label=LABEL), place))
        elif kept.is_python:
            unread.append(Unread(written, _NOT_READ, kept.node.lineno))
    return cells, tuple(unread)


def _parsed(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of invalid escapes in other people's code
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None  # which is said of the file


def _kept(tree: ast.Module) -> Iterator[_Kept]:
    """Return the strings that are run, each where it is written: in the call, or where its variable gets it."""
    given: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            given.setdefault(node.targets[0].id, []).append(node.value)
    for run in _run(tree):
        node = _trimmed(run.node)
        # What a variable holds is looked at once, however often it is run.
        values = map(_trimmed, given.pop(node.id, []) if isinstance(node, ast.Name) else [node])
        yield from (_Kept(value, run.is_python) for value in values if _is_string(value))


def _run(tree: ast.Module) -> Iterator[_Kept]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _RUN and node.args:
            yield _Kept(node.args[0], is_python=True)
        words = node.args if isinstance(node, ast.Call) else getattr(node, "elts", ())
        for place, word in enumerate(words[:-1]):
            if isinstance(word, ast.Constant) and word.value == "-c":
                yield _Kept(words[place + 1], is_python=_is_python(words[:place]))


def _is_python(words: Sequence[ast.expr]) -> bool:
    """Return whether one of the words in front of ``-c`` is Python's interpreter."""
    return any(
        (isinstance(word, ast.Constant) and "python" in str(word.value))
        or (isinstance(word, ast.Attribute) and word.attr == "executable")
        for word in words
    )


def _trimmed(node: ast.expr) -> ast.expr:
    """Return the string that ``textwrap.dedent("...")`` or ``"...".strip()`` takes blanks from."""
    while isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in _TRIMS:
            break
        if node.args:
            node = node.args[0]
        elif isinstance(node.func, ast.Attribute):
            node = node.func.value
        else:
            break
    return node


def _is_string(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_string(node.left) or _is_string(node.right)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr == "format" and _is_string(node.func.value)
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _span(node: ast.expr, text: str, starts: Sequence[int]) -> tuple[int, int]:
    """Return where an expression stands in the text."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    places = ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
    first, last = (_at(text, starts[line - 1], column) for line, column in places)
    return first, last


def _at(text: str, start: int, column: int) -> int:
    """Return the character that is so many bytes of UTF-8 behind the start of a line."""
    if text.isascii():
        return start + column
    return start + len(text[start : start + column].encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))


def _program(node: ast.expr, text: str, starts: Sequence[int]) -> tuple[str, Placement, int] | None:
    """Return the program that a string holds, without the indent of all of its lines; None where it cannot be changed as it stands."""
    start, end = _span(node, text, starts)
    opening = _OPENING.match(text, start)
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or opening is None:
        return None
    first, last = opening.end(), end - len(opening["quotes"])
    body = text[first:last]
    # What is added must not touch the quotes; and the string may mean something else than its characters.
    if _ENDS_WITH_LINE.search(body) is None or re.sub(r"\r\n?", "\n", body) != node.value:
        return None
    indent = common_indent(node.value)
    stretches = []
    for begin, stop in line_spans(text, first, last):
        is_whole = text.startswith(indent, begin, stop)
        blank_end = begin + len(text[begin:stop]) - len(text[begin:stop].lstrip(" \t"))
        stretches.append((begin + len(indent) if is_whole else min(blank_end, stop), stop))
    program, place = without_prefixes(stretches, text, indent)
    return (program, place, bisect_right(starts, first)) if _parsed(program) is not None else None
