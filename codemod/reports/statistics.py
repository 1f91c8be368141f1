"""What is left to do, counted by rule and by folder."""

from __future__ import annotations

import posixpath
from collections import Counter
from dataclasses import dataclass

from codemod.findings import State
from codemod.reports.base import Report, left, remedy
from codemod.reports.escaping import printable


@dataclass(frozen=True, slots=True)
class Tally:
    """The findings of one rule or folder that are left.

    Attributes:
        name: Code of the rule, or path of the folder.
        safe: Findings that ``apply`` fixes.
        unsafe: Findings that ``apply --unsafe`` fixes.
        by_hand: Findings for a person.
        files: Inputs of the folder; inputs with such findings for a rule.
        clean: How many of these inputs have nothing left and were analysed.
    """

    name: str
    safe: int
    unsafe: int
    by_hand: int
    files: int
    clean: int = 0

    @property
    def total(self) -> int:
        """All findings of the row."""
        return self.safe + self.unsafe + self.by_hand


def by_rule(report: Report) -> list[Tally]:
    """Count by rule; the most frequent first."""
    found: dict[str, Counter[str]] = {}
    files: Counter[str] = Counter()
    for outcome in report.outcomes:
        for finding in left(outcome):
            found.setdefault(finding.code, Counter())[remedy(finding)] += 1
        files.update({finding.code for finding in left(outcome)})
    rows = [
        Tally(code, counts["safe"], counts["unsafe"], counts["by hand"], files[code]) for code, counts in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.total, row.name))


def by_folder(report: Report) -> list[Tally]:
    """Count by folder, each file in the folder that holds it; in the order of the paths."""
    found: dict[str, Counter[str]] = {}
    for outcome in report.outcomes:
        counts = found.setdefault(posixpath.dirname(outcome.path.replace("\\", "/")) or ".", Counter())
        findings = left(outcome)
        counts.update(remedy(finding) for finding in findings)
        counts["files"] += 1
        counts["clean"] += not findings and not outcome.problems and outcome.state is not State.FAILED
    return [
        Tally(folder, counts["safe"], counts["unsafe"], counts["by hand"], counts["files"], counts["clean"])
        for folder, counts in sorted(found.items())
    ]


def plain_tables(report: Report) -> str:
    """Return both tables as text."""
    return f"{_table('rule', by_rule(report))}\n{_table('folder', by_folder(report), clean=True)}"


def _table(title: str, rows: list[Tally], *, clean: bool = False) -> str:
    head = (title, "findings", "safe", "unsafe", "by hand", "files", *(("without",) if clean else ()))
    lines = [head]
    for row in rows:
        numbers = (row.total, row.safe, row.unsafe, row.by_hand, row.files, *((row.clean,) if clean else ()))
        lines.append((_printable(row.name), *map(str, numbers)))
    widths = [max(len(line[index]) for line in lines) for index in range(len(head))]
    return "".join(
        "  ".join(cell.rjust(width) if index else cell.ljust(width) for index, (cell, width) in enumerate(zip(line, widths, strict=True)))
        + "\n"
        for line in lines
    )  # fmt: skip


def _printable(name: str) -> str:
    return printable(name)
