"""Programs in Python that shell scripts hold: here-documents (``python - <<EOF``) and ``python -c '...'``."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from codemod.documents.lines import common_indent, line_end, line_spans
from codemod.documents.placement import Placement, without_prefixes

_NAMES_MLFLOW = "mlflow"
_PYTHON = r"\bpython[\d.]{0,5}(?:[ \t]{1,9}-[uBEIsSq]{1,4}){0,3}"
_HERE = re.compile(
    rf"{_PYTHON}(?:[ \t]{{1,9}}-)?[ \t]{{0,9}}<<-?[ \t]{{0,9}}(?P<quote>[\"']?)(?P<end>\w{{1,40}})(?P=quote)[^\r\n]{{0,200}}"
)
_COMMAND = re.compile(rf"{_PYTHON}[ \t]{{1,9}}-c[ \t]{{1,9}}(?P<quote>[\"'])")
_LONGEST = 100_000
# What the shell, or a workflow, puts in: a variable, the output of a command.
_VALUE = r"\$\{\{[^{}\r\n]{0,200}\}\}|\$\{[^{}\r\n]{1,200}\}|\$\([^()\r\n]{1,200}\)|\$[A-Za-z_]\w{0,80}"
_EXPANDED = re.compile(
    rf"(?<![\w\"'])(?P<quote>[\"'])(?P<text>(?:[^\"'\\{{}}$\r\n]|{_VALUE}|\$(?![\w({{])){{0,400}})(?P=quote)(?![\"'])|(?:{_VALUE})"
)
_PIECE = re.compile(rf"{_VALUE}|\$|[^$]+")
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class ShellProgram:
    """One program.

    Attributes:
        code: Its code, without the indent that all of its lines have in the file; what the shell puts into it is a variable in it.
        place: Where its characters stand in the file.
    """

    code: str
    place: Placement


def shell_programs(text: str) -> list[ShellProgram]:
    """Find the programs in a script, or in a file that holds scripts, which import MLflow."""
    if _NAMES_MLFLOW not in text or "python" not in text:
        return []
    spans = sorted({*_here_documents(text), *_commands(text)})
    return [_program(text, *span) for span in spans if _NAMES_MLFLOW in text[span[0] : span[1]]]


def _here_documents(text: str) -> Iterator[tuple[int, int, bool]]:
    """Return where here-documents start and end, and whether the shell puts values into them."""
    ends: dict[str, list[int]] = {}
    for begin, end in line_spans(text):
        ends.setdefault(text[begin:end].strip(), []).append(begin)
    for found in _HERE.finditer(text):
        start = line_end(text, found.end())
        places = ends.get(found["end"], [])
        at = bisect_left(places, start)
        if at < len(places):
            yield start, places[at], not found["quote"]


def _commands(text: str) -> Iterator[tuple[int, int, bool]]:
    for found in _COMMAND.finditer(text):
        end = text.find(found["quote"], found.end(), found.end() + _LONGEST)
        # What is escaped in it, the shell changes.
        if end > found.end() and "\\" not in text[found.end() : end]:
            yield found.end(), end, found["quote"] == '"'


def _program(text: str, start: int, end: int, expands: bool) -> ShellProgram:
    lines = list(line_spans(text, start, end))
    # What begins behind a quotation mark has no indent of its own.
    indent = common_indent(text[start:end]) if text[start : start + 1] in (" ", "\t", "\n", "\r") else ""
    stretches = [
        (begin + len(indent) if text.startswith(indent, begin, stop) else begin, stop) for begin, stop in lines
    ]
    code, place = without_prefixes(stretches, text, indent)
    if not expands or "$" not in code:
        return ShellProgram(code, place)
    return _with_variables(code, place)


def _with_variables(code: str, place: Placement) -> ShellProgram:
    """Make variables of what the shell puts into a program: ``"runs:/$RUN/model"`` is ``f"runs:/{RUN}/model"`` then."""
    parts, starts, places, at = list[str](), list[int](), list[int](), 0

    def add(part: str, where: int) -> None:
        nonlocal at
        # Each line has its own place in the file.
        for first, last in line_spans(part) if part == code[where : where + len(part)] else ((0, len(part)),):
            parts.append(part[first:last])
            starts.append(at)
            places.append(place.in_file(where + first))
            at += last - first

    done = 0
    for found in _EXPANDED.finditer(code):
        if "$" not in found[0]:
            continue
        add(code[done : found.start()], done)
        if found["text"] is None:
            add(_name(found[0]), found.start())
        else:
            add("f" + found["quote"], found.start())
            for piece in _PIECE.finditer(code, found.start("text"), found.end("text")):
                is_value = piece[0].startswith("$") and len(piece[0]) > 1
                add(f"{{{_name(piece[0])}}}" if is_value else piece[0], piece.start())
            add(found["quote"], found.end("text"))
        done = found.end()
    add(code[done:], done)
    return ShellProgram("".join(parts), Placement(tuple(starts), tuple(places), place.prefix))


def _name(value: str) -> str:
    """Return a variable for what the shell knows."""
    found = _NAME.search(value)
    return f"SHELL_{found[0]}" if found is not None else "SHELL"
