"""Why a world failed: where the traceback enters the project, and what the codemod says of that line."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from compat_tests.verify.places import MeasuredPlace, findings
from compat_tests.verify.proof import Failure

_FRAME = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)')
_IPYTHON_FRAME = re.compile(r"^(?:File |Cell )?(?P<file>\S+?\.py):(?P<line>\d+)(?:, in|:)")
_PYTEST_FRAME = re.compile(r"^(?P<file>[\w./-]+\.py):(?P<line>\d+): ")
_FRAMES = (_FRAME, _IPYTHON_FRAME, _PYTEST_FRAME)
_CELL_FRAME = re.compile(r"^\s*(?:File .*|Cell )In\s?\[(?P<count>\d+)\], line (?P<line>\d+)")
_OUTPUT_LINES = 25
_GRAVE = ("breaks", "changes")
# What MLflow 3 says where a rule was not heeded. The line that fails may be far from the one that the rule speaks of: a program that
# reads the default store, for example, after another one has made it of files.
_WORDS = {
    "The filesystem tracking backend": "MLF501",  # mlflow/store/tracking/file_store.py
    "references untrusted types": "MLF103",  # mlflow/sklearn/__init__.py
    "then input_example is required": "MLF104",  # mlflow/pytorch/__init__.py
}


@dataclass(frozen=True, slots=True)
class Frame:
    """A line of the project in a traceback; ``cell`` is the number of a notebook's cell, or None."""

    path: str
    line: int
    cell: int | None = None

    def is_in(self, place: MeasuredPlace) -> bool:
        """Return whether a place covers the line."""
        return (place.path, place.cell if self.cell else None) == (self.path, self.cell) and (
            place.line <= self.line <= place.end_line
        )


def failure_of(
    world: str, message: str, tail: Sequence[str], copy: Path, *, migrated: bool, command: Sequence[str] = ()
) -> Failure:
    """Make the failure of a world: its place in the project, and the findings there or at what it calls.

    Args:
        world: Which one.
        message: One line that says how it ended.
        tail: The end of its output.
        copy: The project as it ran.
        migrated: Whether the codemod is asked about it.
        command: What ran; a notebook in it is what cells of a traceback belong to.
    """
    notebook = next((part for part in command if part.endswith(".ipynb") and (copy / part).is_file()), None)
    frames = project_frames(tail, copy, notebook)
    place = ""
    if frames:
        last = frames[-1]
        where = f"{last.path} cell {last.cell}" if last.cell else last.path
        place = f"{where}:{last.line}: {_source(copy, last)}"
    found = tuple(_findings_at(frames, findings(copy), copy)) if migrated and frames else ()
    rule = rule_of("\n".join(tail)) if migrated else ""
    if rule in {each.code for each in found}:
        rule = ""
    return Failure(world, message, place, found, tuple(tail[-_OUTPUT_LINES:]), rule)


def rule_of(said: str) -> str:
    """Return the rule that the last error of MLflow in an output is about, or ""."""
    return max(((said.rfind(words), rule) for words, rule in _WORDS.items() if words in said), default=(0, ""))[1]


def project_frames(tail: Iterable[str], copy: Path, notebook: str | None = None) -> list[Frame]:
    """Return the lines of the project in the last traceback of an output, outermost first.

    Args:
        tail: The end of the output.
        copy: The project.
        notebook: What cells belong to, relative to the project.
    """
    frames: list[Frame] = []
    for text in tail:
        if text.lstrip().startswith("Traceback (most recent call last)"):
            frames = []
        if notebook and (cell := _CELL_FRAME.match(text)):
            number = _cell_number(copy / notebook, int(cell["count"]))
            if number:
                frames.append(Frame(notebook, int(cell["line"]), number))
            continue
        match = next((found for pattern in _FRAMES if (found := pattern.match(text))), None)
        if match is None:
            continue
        file = Path(match["file"])
        path = file if file.is_absolute() else copy / file
        if path.is_relative_to(copy) and path.is_file():
            frames.append(Frame(path.relative_to(copy).as_posix(), int(match["line"])))
    return frames


def _cell_number(notebook: Path, count: int) -> int | None:
    """Return the number of the code cell that ran as the ``count``-th; empty cells are not run."""
    cells = json.loads(notebook.read_text("utf-8")).get("cells", ())
    ran = [
        number
        for number, cell in enumerate(cells, 1)
        if cell["cell_type"] == "code" and "".join(cell["source"]).strip()
    ]
    return ran[count - 1] if count <= len(ran) else None


def _findings_at(frames: Sequence[Frame], places: Sequence[MeasuredPlace], copy: Path) -> list[MeasuredPlace]:
    """Return the findings near a failure; what still works on MLflow 3 is named only where nothing else is found."""
    grave = _near(frames, [place for place in places if place.severity in _GRAVE], copy)
    if not grave:
        return _near(frames, places, copy)
    lines = {place.where for place in grave}
    return [place for place in places if place.where in lines]


def _near(frames: Sequence[Frame], places: Sequence[MeasuredPlace], copy: Path) -> list[MeasuredPlace]:
    """Return the findings at the deepest frame that has some, or else in the functions that it calls, or else just above it."""
    for frame in reversed(frames):
        here = [place for place in places if frame.is_in(place)]
        if here:
            return here
    called = _called(copy / frames[-1].path, frames[-1].line)
    there = [
        place for place in places if place.path.endswith(".py") and _function(copy / place.path, place.line) in called
    ]
    return there or _before(frames[-1], places, copy)


def _before(frame: Frame, places: Sequence[MeasuredPlace], copy: Path) -> list[MeasuredPlace]:
    """Return the last finding that breaks above a line, in its function: a store is named before it is used."""
    if not frame.path.endswith(".py"):
        return []
    file = copy / frame.path
    here = _function(file, frame.line)
    above = [
        place
        for place in places
        if (place.path, place.severity) == (frame.path, "breaks")
        and place.line < frame.line
        and _function(file, place.line) == here
    ]
    return sorted(above, key=lambda place: place.line)[-1:]


def _called(file: Path, line: int) -> set[str]:
    """Return the names of the functions that the statement at a line calls."""
    tree = _tree(file)
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or node.lineno):
            function = node.func
            if isinstance(function, ast.Name):
                names.add(function.id)
            elif isinstance(function, ast.Attribute):
                names.add(function.attr)
    return names


def _function(file: Path, line: int) -> str:
    """Return the name of the innermost function around a line, or ""."""
    name = ""
    for node in ast.walk(_tree(file)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.lineno <= line <= (
            node.end_lineno or node.lineno
        ):
            name = node.name
    return name


def _tree(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_bytes())
    except (SyntaxError, ValueError, RecursionError, OSError):
        return ast.Module(body=[], type_ignores=[])


def _source(copy: Path, frame: Frame) -> str:
    text = (copy / frame.path).read_text("utf-8", "replace")
    if frame.cell:
        text = "".join(json.loads(text)["cells"][frame.cell - 1]["source"])
    lines = text.splitlines()
    return lines[frame.line - 1].strip() if 0 < frame.line <= len(lines) else ""
