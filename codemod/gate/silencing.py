"""Writes ``# noqa`` comments for what is found, so that a team can begin with a clean check. Pure: bytes in, outcome out."""

from __future__ import annotations

import ast
import io
import re
import token
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from codemod.analysis import suppressions
from codemod.dependencies import is_dependency_file
from codemod.documents import open_document
from codemod.documents.base import Cell, TextEdit
from codemod.documents.kinds import kind_of
from codemod.engine import migrate
from codemod.findings import Finding, Outcome, State
from codemod.settings import Settings

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_LIST_ITEM = re.compile(r"""\s*-\s+("[^"\\]*"|'[^']*'|[\w.-](?:[^#'"]*[^#'"\s])?)\s*(#.*)?""")
# A pin that is to stay can bring to light what it needs.
_ROUNDS = 3
_NO_PLACE = "no comment can be put on its lines"


FindingPlace = tuple[str, int, int, int]
"""A finding's code with the cell, the line and the column that it begins at: comments at the ends of lines move none of them."""


def place_of(finding: Finding) -> FindingPlace:
    """Return what tells a finding from all others of its input, also after comments were written."""
    return finding.code, finding.location.cell, finding.location.line, finding.location.column


def silence(
    path: str, data: bytes, settings: Settings, reason: str, only: Mapping[str, frozenset[FindingPlace]] | None = None
) -> Outcome:
    """Put a comment on a line of each finding of one input.

    Args:
        path: As for `codemod.engine.migrate`.
        data: As there.
        settings: As there; nothing is fixed.
        reason: What stands behind the codes; see `codemod.analysis.suppressions.check_reason`.
        only: The findings that are meant, by path; None for all.

    Returns:
        The outcome. Its findings are those of the new text; one that is left could get no comment, and its message says so.
    """
    cells, outcome = _look(path, data, settings)
    new = data
    for _ in range(_ROUNDS if only is None else 1):
        left = [finding for finding in outcome.findings if not finding.suppressed]
        if only is not None:
            left = [finding for finding in left if place_of(finding) in only.get(path, ())]
        edits = _edits(path, cells, left, reason)
        if not edits:
            break
        try:
            new = open_document(path, new).render(edits)
        except ValueError as error:
            said = f"the comment cannot be written: {error}"
            return replace(outcome, state=State.FAILED, old=data, new=data, reason=said)
        old_cells = cells
        cells, outcome = _look(path, new, settings)
        if outcome.state is State.FAILED or not _same(path, old_cells, cells):
            raise RuntimeError("the comments changed what the code says")
    return replace(outcome, findings=tuple(map(_reported, outcome.findings)), old=data)


def _look(path: str, data: bytes, settings: Settings) -> tuple[Sequence[Cell], Outcome]:
    """Return a document's cells and its findings, nothing fixed."""
    seen: list[Sequence[Cell]] = []

    def none(cells: Sequence[Cell], findings: Sequence[Finding], *_: object) -> Sequence[bool]:
        seen.append(cells)
        return [False] * len(findings)

    outcome = migrate(path, data, settings, none)
    return (seen[0] if seen else ()), outcome


def _reported(finding: Finding) -> Finding:
    return finding if finding.suppressed else replace(finding, message=f"{finding.message} ({_NO_PLACE})")


def _edits(path: str, cells: Sequence[Cell], findings: Iterable[Finding], reason: str) -> list[TextEdit]:
    """Return one edit for each line that gets a comment, whatever the number of its findings."""
    codes: dict[tuple[int, int], set[str]] = {}
    open_lines = {index: _open_lines(path, cell) for index, cell in enumerate(cells)}
    for finding in findings:
        place = finding.location
        first, last = (line - cells[place.cell].first_line for line in (place.line, place.end_line))
        # The first line is where people look, the last is where they expect the end of a call; each line counts.
        for line in dict.fromkeys((first, last, *range(first, last))):
            if line in open_lines[place.cell]:
                codes.setdefault((place.cell, line), set()).add(finding.code)
                break
    edits = []
    for (cell, line), of_line in sorted(codes.items()):
        start, end = _spans(cells[cell].text)[line]
        code_end = start + open_lines[cell][line]
        comment = suppressions.with_codes(cells[cell].text[code_end:end], of_line, reason)
        edits.append(TextEdit(cell, code_end, end, comment))
    return edits


def _open_lines(path: str, cell: Cell) -> dict[int, int]:
    """Return the lines of a cell at whose end a comment can stand, by their index, and the column where what is there begins."""
    kind = kind_of(path)
    if kind is None:
        return dict(_lines_of_python(cell))
    spans = _spans(cell.text)
    lines = [cell.text[start:end] for start, end in spans]
    if kind == "requirements":
        return {index: suppressions.comment_column(line) for index, line in enumerate(lines) if not line.endswith("\\")}
    if kind in ("conda", "python_env"):
        return {
            index: suppressions.comment_column(line) for index, line in enumerate(lines) if _LIST_ITEM.fullmatch(line)
        }
    if kind in ("pyproject", "pipfile"):
        ends = (index for index, (_, end) in enumerate(spans) if _is_end_of_toml_line(cell.text, end))
        return {index: suppressions.comment_column(lines[index]) for index in ends}
    # In a Dockerfile, a CI file or a lock file, what begins with # may be a part of a command or of a string.
    return {}


def _lines_of_python(cell: Cell) -> Iterator[tuple[int, int]]:
    """Return the lines after which Python sees a line break, or nothing: not those in texts or before a backslash's end."""
    code = [cell.code[start:end] for start, end in _spans(cell.code)]
    text = [cell.text[start:end] for start, end in _spans(cell.text)]
    comments: dict[int, int] = {}
    depth = 0
    try:
        for found in tokenize.generate_tokens(io.StringIO("\n".join(code) + "\n").readline):
            name = token.tok_name[found.type]
            line = found.start[0] - 1
            if name in ("FSTRING_START", "TSTRING_START"):
                depth += 1
            elif name in ("FSTRING_END", "TSTRING_END"):
                depth -= 1
            elif found.type == tokenize.COMMENT:
                comments[line] = found.start[1]
            elif found.type in (tokenize.NEWLINE, tokenize.NL) and not depth and line < len(code):
                if code[line] == text[line]:  # masked lines belong to a shell, or to IPython
                    yield line, comments.get(line, len(text[line].rstrip()))
    except (tokenize.TokenError, SyntaxError):
        return  # a cell that does not parse; what stands in it is no finding


def _is_end_of_toml_line(text: str, end: int) -> bool:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        return bool(tomlkit.parse(text).unwrap() == tomlkit.parse(text[:end] + " # noqa" + text[end:]).unwrap())
    except TOMLKitError:
        return False


def _spans(text: str) -> list[tuple[int, int]]:
    """Return start and end of each line, without its break."""
    breaks = [found.span() for found in _LINE_BREAK.finditer(text)]
    return list(zip([0, *(end for _, end in breaks)], [*(start for start, _ in breaks), len(text)], strict=True))


def _same(path: str, old: Sequence[Cell], new: Sequence[Cell]) -> bool:
    """Return whether the code still says the same."""
    if is_dependency_file(path):
        return len(old) == len(new)
    return len(old) == len(new) and all(
        one.code == other.code or _tree(one) == _tree(other) for one, other in zip(old, new, strict=True)
    )


def _tree(cell: Cell) -> str:
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    return ast.dump(compile(cell.code, "<cell>", "exec", flags, dont_inherit=True))
