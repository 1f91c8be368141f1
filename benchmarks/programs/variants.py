"""The forms of a program that are compared, and what the codemod says of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.programs.execution import SourceLine
from benchmarks.programs.rename import rename

UNCHANGED = "unchanged"
RENAMED = "renamed"
APPLIED = "apply"
APPLIED_UNSAFE = "apply --unsafe"
VARIANTS = (UNCHANGED, RENAMED, APPLIED, APPLIED_UNSAFE)
_PROJECT = Path(__file__).resolve().parents[2]
_ENDED = (0, 1, 3)  # nothing left, findings left, some inputs not analysed


class CodemodError(RuntimeError):
    """The codemod itself broke down."""


@dataclass(frozen=True, slots=True)
class Left:
    """A finding that the codemod leaves for a person.

    Attributes:
        path: Relative to the project.
        code: The rule.
        line: First line, in the file or in the cell.
        end_line: Last line.
        cell: The 1-based number of the cell, 0 for a plain file.
        message: What the codemod says.
    """

    path: str
    code: str
    line: int
    end_line: int
    cell: int
    message: str

    def names(self, place: SourceLine) -> bool:
        """Return whether the finding stands at a place."""
        same_file = self.path == place.path and self.cell == place.cell
        return same_file and self.line <= place.line <= self.end_line


@dataclass(frozen=True, slots=True)
class Migration:
    """What the codemod did to a project.

    Attributes:
        fixed: The codes of the findings that it fixed, one for each.
        left: The findings that it left.
        problems: What it could not read, one line each.
    """

    fixed: tuple[str, ...]
    left: tuple[Left, ...]
    problems: tuple[str, ...]


def make(variant: str, tree: Path) -> Migration | None:
    """Change a project in place.

    Args:
        variant: One of `VARIANTS`.
        tree: The project.

    Returns:
        What the codemod did, or None for the variants without it.

    Raises:
        CodemodError: If the codemod ends with an internal error.
    """
    if variant == RENAMED:
        rename(tree)
        return None
    if variant == UNCHANGED:
        return None
    return _apply(tree, ["--unsafe"] if variant == APPLIED_UNSAFE else [])


def _apply(tree: Path, options: Sequence[str]) -> Migration:
    applied = _codemod("apply", tree, options)
    fixed = tuple(finding["code"] for file in applied for finding in file["findings"] if finding["fixed"])
    left: list[Left] = []
    problems: list[str] = []
    for file in _codemod("check", tree, ()):  # read afresh: the lines are those of the migrated files
        path = str((_PROJECT / file["path"]).resolve().relative_to(tree.resolve()))
        problems += [f"{path}: {problem}" for problem in [file["reason"], *file["problems"]] if problem]
        left += [
            Left(path, found["code"], found["line"], found["end_line"], found["cell"] or 0, found["message"])
            for found in file["findings"]
            if not found["fixed"]
        ]
    return Migration(fixed, tuple(left), tuple(problems))


def _codemod(command: str, tree: Path, options: Sequence[str]) -> list[Any]:
    line = [sys.executable, "-m", "codemod", command, "--jobs", "1", "--format", "json", *options, str(tree)]
    done = subprocess.run(line, cwd=_PROJECT, capture_output=True, text=True, check=False)
    if done.returncode not in _ENDED:
        raise CodemodError(f"codemod {command}: exit {done.returncode}: {done.stderr.strip()[-500:]}")
    files: list[Any] = json.loads(done.stdout)["files"]
    return files
