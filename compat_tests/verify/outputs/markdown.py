"""The result as Markdown, for a pull request."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from compat_tests.verify.outputs.text import (
    WORLD_HEADING,
    explained,
    ran_sentence,
    replaced,
    rule_sentence,
    summary,
    verdict_sentence,
)
from compat_tests.verify.proof import ComparedWorld, Proof, Verdict
from compat_tests.verify.rows import Row, Status, counted

_MARKS = {Verdict.EQUAL: "✅", Verdict.NOT_PROVED: "⚠️"}
_MOST_ROWS = 100


def render(proof: Proof) -> str:
    """Return the document."""
    lines = [
        f"## {_MARKS.get(proof.verdict, '❌')} MLflow 2 and 3: {_plain(verdict_sentence(proof))}",
        "",
        f"`{shlex.join(proof.command)}` in {_plain(proof.project)}; the copy for MLflow 3 is migrated with `apply {shlex.join(proof.options)}`.",
        "",
    ]
    if proof.worlds:
        lines += _table(
            WORLD_HEADING,
            [
                [
                    w.label,
                    w.client,
                    w.server,
                    f"{w.seconds:.1f} s",
                    f"{counted(w.runs, 'run')}, {counted(w.models, 'model')}",
                ]
                for w in proof.worlds
            ],
        )
        lines += [f"- {_plain(line)}" for line in replaced(proof.worlds)] + [""]
    for cell in proof.cells:
        lines += _cell(cell, proof.worlds[0].label)
    if proof.places:
        lines += ["### What ran", "", f"{_plain(ran_sentence(proof))}.", ""]
        if proof.not_run:
            lines += _table(
                ["never ran", "rule", "", "message"],
                [[f"`{p.where}`", p.code, "changed" if p.changed else "open", p.message] for p in proof.not_run],
            )
    if proof.failure is not None:
        lines += ["### Why it failed", "", _plain(proof.failure.message), ""]
        if proof.failure.place:
            lines += [f"At `{proof.failure.place}`", ""]
        lines += [f"- {place.code} at `{place.where}`: {_plain(place.message)}" for place in proof.failure.findings]
        if proof.failure.rule:
            lines.append(f"- {rule_sentence(proof.failure.rule)}")
        fence = "````"
        lines += ["", fence, *(line.replace("`" * 4, "'" * 4) for line in proof.failure.output), fence, ""]
    unread = (f"the codemod could not analyse {each}" for each in proof.unanalysed)
    lines += [f"- {_plain(note)}" for note in (*proof.bisection, *proof.notes, *unread)]
    return "\n".join(lines).rstrip() + "\n"


def _cell(cell: ComparedWorld, first: str) -> list[str]:
    lines = [f"### World {cell.label} compared with world {first}", "", f"{summary(cell).capitalize()}.", ""]
    shown = [row for row in cell.rows if row.status is not Status.EQUAL]
    if shown:
        lines += _table(
            ["", "which", f"in {first}", f"in {cell.label}", "result"], [_row(row) for row in shown[:_MOST_ROWS]]
        )
    if len(shown) > _MOST_ROWS:
        lines += [f"… and {len(shown) - _MOST_ROWS} more.", ""]
    return [*lines, *(f"- equal, though {_plain(reason)}: {rule}" for reason, rule in explained(cell)), ""]


def _row(row: Row) -> list[str]:
    result = (
        row.status.value + (f", because {row.reason}" if row.reason else "") + (f" ({row.rule})" if row.rule else "")
    )
    return [row.kind, row.key, row.first, row.second, result]


def _table(heading: Sequence[str], rows: list[list[str]]) -> list[str]:
    lines = [
        heading,
        ["---"] * len(heading),
        *([_plain(cell) if "`" not in cell else cell.replace("|", "\\|") for cell in row] for row in rows),
    ]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]


def _plain(text: str) -> str:
    """Keep text from being read as Markdown or HTML."""
    for character in "\\`*_{}[]<>|#":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())
