"""Why a world failed: where the traceback enters the project, and what the codemod says of that line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from compat_tests.verify.places import Place, findings
from compat_tests.verify.proof import Failure

_FRAME = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)')
_IPYTHON_FRAME = re.compile(r"^(?:File |Cell )?(?P<file>\S+?\.py):(?P<line>\d+)(?:, in|:)")
_PYTEST_FRAME = re.compile(r"^(?P<file>[\w./-]+\.py):(?P<line>\d+): ")
_OUTPUT_LINES = 25


def explain(world: str, message: str, tail: Sequence[str], copy: Path, *, migrated: bool) -> Failure:
    """Make the failure of a world: its place in the project, and the findings there or at what it calls.

    Args:
        world: Which one.
        message: One line that says how it ended.
        tail: The end of its output.
        copy: The project as it ran.
        migrated: Whether the codemod is asked about it.
    """
    frames = project_frames(tail, copy)
    place = ""
    if frames:
        path, line = frames[-1]
        place = f"{path}:{line}: {_source(copy / path, line)}"
    found = tuple(_findings_at(frames, findings(copy), copy)) if migrated and frames else ()
    return Failure(world, message, place, found, tuple(tail[-_OUTPUT_LINES:]))


def project_frames(tail: Iterable[str], copy: Path) -> list[tuple[str, int]]:
    """Return the lines of the project in the last traceback of an output, outermost first."""
    frames: list[tuple[str, int]] = []
    for text in tail:
        if text.lstrip().startswith("Traceback (most recent call last)"):
            frames = []
        for pattern in (_FRAME, _IPYTHON_FRAME, _PYTEST_FRAME):
            match = pattern.match(text)
            if match is None:
                continue
            file = Path(match["file"])
            path = file if file.is_absolute() else copy / file
            if path.is_relative_to(copy) and path.is_file():
                frames.append((path.relative_to(copy).as_posix(), int(match["line"])))
            break
    return frames


def _findings_at(frames: Sequence[tuple[str, int]], places: Sequence[Place], copy: Path) -> list[Place]:
    """Return the findings at the deepest frame that has some, or else in the functions that it calls."""
    for path, line in reversed(frames):
        here = [place for place in places if place.path == path and place.line <= line <= place.end_line]
        if here:
            return here
    path, line = frames[-1]
    called = _called(copy / path, line)
    return [
        place for place in places if place.path.endswith(".py") and _function(copy / place.path, place.line) in called
    ]


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


def _source(file: Path, line: int) -> str:
    lines = file.read_text("utf-8", "replace").splitlines()
    return lines[line - 1].strip() if 0 < line <= len(lines) else ""
