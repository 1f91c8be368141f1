"""What the codemod changed in a copy and what it left open, and which of these places ran."""

from __future__ import annotations

import ast
import difflib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from codemod.configuration import load
from codemod.documents import DocumentError, open_document
from codemod.exit_codes import FINDINGS_LEFT, NOT_ANALYSED, NOTHING_LEFT
from compat_tests.environments import PROJECT
from compat_tests.processes import indented
from compat_tests.verify.request import WorldError

Ran = Literal["ran", "did not run", "in a file that is not Python"]
_PYTHON = (".py", ".pyi", ".ipynb")
CoveredLines = Mapping[str, Collection[int]]
"""Numbers of the lines that ran, by the name of the file."""
CellKey = tuple[str, int]
"""A notebook's path and the number of one of its cells."""


@dataclass(frozen=True, slots=True)
class MeasuredPlace:
    """A place that the codemod changed, or a finding that is left.

    Attributes:
        path: The file, relative to the project.
        line: First line as it is now, in the file or in the notebook's cell.
        end_line: Last line.
        code: The rule.
        message: What the rule says.
        changed: Whether it was changed; otherwise it is left open.
        cell: Number of the notebook's cell; None for other files.
        ran: Whether it ran.
        severity: How much it matters, as `check` says it.
    """

    path: str
    line: int
    end_line: int
    code: str
    message: str
    changed: bool
    cell: int | None = None
    ran: Ran = "did not run"
    severity: str = ""

    @property
    def where(self) -> str:
        """File, cell and line, as people write it."""
        cell = f" cell {self.cell}" if self.cell is not None else ""
        return f"{self.path}{cell}:{self.line}"

    def __str__(self) -> str:
        """Return where it is and which rule speaks of it."""
        return f"{self.where} ({self.code})"


@dataclass(frozen=True, slots=True)
class Migrated:
    """What the codemod made of a copy.

    Attributes:
        places: What it changed and what it left.
        problems: What it could not analyse, one line each.
    """

    places: tuple[MeasuredPlace, ...]
    problems: tuple[str, ...]


def relative_place(project: Path) -> Path:
    """Return where a copy of the project must lie below its folder, so that patterns of a configuration above mean the same files."""
    above = _configuration_above(project)
    return project.relative_to(above.parent) if above is not None else Path(project.name)


def _configuration_above(project: Path) -> Path | None:
    source = load([str(project)]).source
    return Path(source) if source and not Path(source).is_relative_to(project) else None


def migrate(copy: Path, options: Sequence[str], original: Path) -> Migrated:
    """Run ``codemod apply`` on a copy and return what it changed and what it left.

    Args:
        copy: Is rewritten; it lies at `relative_place` below a folder of its own.
        options: Options of ``apply``.
        original: The project; its configuration counts, also where it lies in a folder above.

    Raises:
        WorldError: The codemod itself failed.
    """
    if copy != original and "--config" not in options:
        options = [*options, *_configured(copy, original)]
    before = {path: (copy / path).read_bytes() for path in _files(copy)}
    # The copy is nobody's work; the folder for it may lie in a work tree of somebody's.
    applied = codemod("apply", copy, [*options, "--allow-dirty"])
    changed = [
        _moved(place, before.get(place.path, b""), (copy / place.path).read_bytes())
        for place in _places(applied, lambda finding: finding["fixed"], changed=True)
    ]
    left = codemod("check", copy, options)
    # What `apply` could not do in time may be done by `check`: a file that stayed as it was is said all the same.
    problems = dict.fromkeys(
        f"{file['path']}: {problem}"
        for report in (applied, left)
        for file in report["files"]
        for problem in (*file["problems"], *([file["reason"]] if file["state"] == "failed" else []))
    )
    return Migrated((*changed, *_open(left)), tuple(problems))


def _configured(copy: Path, original: Path) -> list[str]:
    """Return the options by which the configuration of the original holds in a copy, and no other one does."""
    above = _configuration_above(original)
    if above is not None:
        root = copy.parents[len(relative_place(original).parts) - 1]
        return ["--config", str(shutil.copyfile(above, root / "configuration.toml"))]
    return [] if load([str(original)]).source else ["--isolated"]


def findings(copy: Path) -> list[MeasuredPlace]:
    """Return all that ``codemod check`` finds in a copy as it is now, apart from what comments silence."""
    return _open(codemod("check", copy, ()))


def _open(report: Mapping[str, Any]) -> list[MeasuredPlace]:
    return _places(report, lambda finding: not finding["suppressed"], changed=False)


def codemod(command: str, copy: Path, options: Sequence[str]) -> Mapping[str, Any]:
    """Run a command of the codemod on a copy, as a user would, and return its report.

    Raises:
        WorldError: It failed.
    """
    arguments = [sys.executable, "-m", "codemod", command, *options, "--format", "json", "."]
    # The copy may hold a package of the same name: this project's own comes first, and the folder itself is not looked in.
    variables = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(arguments, cwd=copy, env=variables, capture_output=True, text=True)
    if done.returncode not in (NOTHING_LEFT, FINDINGS_LEFT, NOT_ANALYSED):
        raise WorldError(f"codemod {command} failed with status {done.returncode}", indented(done.stderr.strip()))
    report: Mapping[str, Any] = json.loads(done.stdout)
    return report


def mark(
    places: Sequence[MeasuredPlace], copy: Path, lines: CoveredLines, cells: Mapping[CellKey, Collection[int]]
) -> list[MeasuredPlace]:
    """Return the places, each with whether it ran.

    Args:
        places: Where something was changed or is open.
        copy: The project as it ran.
        lines: What ran of files, by absolute path.
        cells: What ran of cells of notebooks; a cell that is not there did not run.
    """
    return [replace(place, ran=_ran(place, copy, lines, cells)) for place in places]


def lines_of_cells(names: Mapping[CellKey, str | None], kernels: Iterable[CoveredLines]) -> dict[CellKey, set[int]]:
    """Return which lines of the cells ran.

    A kernel names a cell by its text alone, and notebooks share such cells as their imports. So each kernel is taken for that of the
    notebook of which it ran the most cells, and of two for that which has fewer cells that it did not run.

    Args:
        names: The name that a kernel gives to each cell; None where no kernel is installed, so that none can have run.
        kernels: What each kernel ran, by these names.
    """
    notebooks: dict[str, set[str]] = {}
    for (path, _), name in names.items():
        if name is not None:
            notebooks.setdefault(path, set()).add(name)
    found: dict[CellKey, set[int]] = {}
    for ran in kernels:
        fits = {path: (len(own & ran.keys()), -len(own)) for path, own in notebooks.items() if own & ran.keys()}
        best = max(fits.values(), default=None)
        for key, name in names.items():
            if name is not None and name in ran and fits[key[0]] == best:
                found.setdefault(key, set()).update(ran[name])
    return found


def sources_of_cells(places: Sequence[MeasuredPlace], copy: Path) -> dict[CellKey, str]:
    """Return the source of each notebook's cell, by path and number; nothing where no place is in a notebook.

    Those of other notebooks tell which kernel was whose.
    """
    found: dict[CellKey, str] = {}
    if not any(place.path.endswith(".ipynb") for place in places):
        return found
    for path in sorted(path for path in _files(copy) if path.endswith(".ipynb")):
        try:
            cells = json.loads((copy / path).read_bytes())["cells"]
            sources = [cell.get("source", "") for cell in cells]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue  # no notebook: nothing of it can have run, and `apply` has named it
        for number, source in enumerate(sources, 1):
            found[path, number] = source if isinstance(source, str) else "".join(source)
    return found


def _ran(place: MeasuredPlace, copy: Path, lines: CoveredLines, cells: Mapping[CellKey, Collection[int]]) -> Ran:
    if not place.path.endswith(_PYTHON):
        return "in a file that is not Python"
    if place.path.endswith(".ipynb"):
        if place.cell is None:
            return "in a file that is not Python"
        seen = cells.get((place.path, place.cell), ())
    else:
        seen = lines.get(str(copy / place.path), ())
    first, last = _span(place, (copy / place.path).read_bytes())
    return "ran" if any(first <= number <= last for number in seen) else "did not run"


def _span(place: MeasuredPlace, data: bytes) -> tuple[int, int]:
    """Return the lines of the statement that a place belongs to: one that runs as a whole, or the head of a block."""
    try:
        document = open_document(place.path, data)
    except DocumentError:
        return place.line, place.end_line
    for cell in document.cells:
        offset = cell.first_line - 1
        is_here = (
            cell.number == place.cell if place.path.endswith(".ipynb") else _holds(cell.first_line, cell.text, place)
        )
        if not is_here:
            continue
        try:
            tree = ast.parse(cell.code)
        except (SyntaxError, ValueError, RecursionError):
            continue
        found = _innermost(tree, place.line - offset)
        if found is not None:
            first, last = _head(found)
            return max(first, 1) + offset, max(last, first) + offset
    return place.line, place.end_line


def _holds(first_line: int, text: str, place: MeasuredPlace) -> bool:
    return first_line <= place.line <= first_line + text.count("\n")


def _innermost(tree: ast.AST, line: int) -> ast.stmt | None:
    found: ast.stmt | None = None
    for node in ast.walk(tree):  # breadth first: what comes later lies deeper
        if isinstance(node, ast.stmt) and _first_line(node) <= line <= (node.end_lineno or node.lineno):
            found = node
    return found


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def _head(node: ast.stmt) -> tuple[int, int]:
    body = getattr(node, "body", None)
    first = _first_line(node)
    if body and isinstance(body, list):
        return first, max(first, _first_line(body[0]) - 1)
    return first, node.end_lineno or node.lineno


def _places(
    report: Mapping[str, Any], wanted: Callable[[Mapping[str, Any]], bool], *, changed: bool
) -> list[MeasuredPlace]:
    return [
        MeasuredPlace(
            file["path"], finding["line"], finding["end_line"], finding["code"], finding["message"], changed, finding["cell"],
            ran="did not run" if file["path"].endswith(_PYTHON) else "in a file that is not Python",
            severity=finding["severity"],
        )
        for file in report["files"]
        for finding in file["findings"]
        if wanted(finding)
    ]  # fmt: skip


def _moved(place: MeasuredPlace, old: bytes, new: bytes) -> MeasuredPlace:
    """Return a place of the old text where it is in the new one."""
    if place.cell is not None and place.path.endswith(".ipynb"):
        before, after = _cell_text(place, old), _cell_text(place, new)
    else:
        before, after = old.decode("utf-8", "replace"), new.decode("utf-8", "replace")
    new_line = _line_map(before.split("\n"), after.split("\n"))
    return replace(place, line=new_line(place.line, False), end_line=new_line(place.end_line, True))


def _cell_text(place: MeasuredPlace, data: bytes) -> str:
    cells = json.loads(data or b"{}").get("cells", ())
    if place.cell is None or place.cell > len(cells):
        return ""
    source = cells[place.cell - 1].get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _line_map(old: list[str], new: list[str]) -> Callable[[int, bool], int]:
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()

    def place_of(line: int, is_end: bool) -> int:
        for kind, first, last, new_first, new_last in blocks:
            if first < line <= last:
                if kind == "equal":
                    return int(new_first + line - first)
                return int(max(new_last if is_end else new_first + 1, 1))
        return line

    return place_of


def _files(copy: Path) -> list[str]:
    return [
        path.relative_to(copy).as_posix()
        for path in copy.rglob("*")
        if path.is_file() and path.stat().st_size < 50_000_000
    ]
