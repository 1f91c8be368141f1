"""Turns a notebook into a script that can be run, and remembers where each line came from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

_LINE_MAGIC = re.compile(r"^(\s*)(?:[%!?]|[\w.\[\]]+\?{1,2}\s*$).*")
_ASSIGNED_SHELL = re.compile(r"^(\s*[\w, ]+=\s*)[%!].*")
_PYTHON_CELL = re.compile(r"%%(?:time|timeit|capture)\b")
_WRITE_FILE = re.compile(r"%%writefile\s+(?:-a\s+)?(\S+)")


@dataclass(frozen=True, slots=True)
class NotebookScript:
    """A script made from a notebook.

    Attributes:
        text: The Python code.
        origins: For each line of the text, the index of the notebook's cell (all kinds counted, from 0) and the 1-based
            line in that cell; (-1, 0) for lines that stand in no cell.
    """

    text: str
    origins: tuple[tuple[int, int], ...]


def to_script(notebook: bytes) -> NotebookScript:
    """Write the code cells of a notebook one after another.

    Line magics and shell lines become ``pass``: they install packages or draw in a page, and a run has neither network nor
    page. ``%%writefile`` writes its file; cells in other languages are left out.

    Args:
        notebook: The bytes of a ``.ipynb`` file, nbformat 3 or 4.

    Returns:
        The script.

    Raises:
        ValueError: If the bytes are no notebook.
    """
    document = json.loads(notebook.decode("utf-8-sig"))
    cells = document.get("cells")
    if cells is None:
        cells = [cell for sheet in document.get("worksheets", []) for cell in sheet.get("cells", [])]
    lines: list[str] = []
    origins: list[tuple[int, int]] = []
    for index, cell in enumerate(cells):
        if cell.get("cell_type") != "code":
            continue
        source = cell.get("source", cell.get("input", ""))
        text = source if isinstance(source, str) else "".join(source)
        for number, line in _python_lines(text):
            lines.append(line)
            origins.append((index, number))
        lines.append("")
        origins.append((-1, 0))
    return NotebookScript("\n".join(lines) + "\n", tuple(origins))


def _python_lines(cell: str) -> list[tuple[int, str]]:
    numbered = list(enumerate(cell.splitlines(), start=1))
    first = next((line.strip() for _, line in numbered if line.strip()), "")
    if written := _WRITE_FILE.match(first):
        body = cell.split("\n", 1)[1] if "\n" in cell else ""
        return [(1, f"__import__('pathlib').Path({written[1]!r}).write_text({body!r})")]
    if first.startswith("%%"):
        if not _PYTHON_CELL.match(first):
            return []
        numbered = [(number, line) for number, line in numbered if not line.lstrip().startswith("%%")]
    return [(number, _without_magic(line)) for number, line in numbered]


def _without_magic(line: str) -> str:
    if match := _LINE_MAGIC.match(line):
        return f"{match[1]}pass"
    if match := _ASSIGNED_SHELL.match(line):
        return f"{match[1]}[]"
    return line
