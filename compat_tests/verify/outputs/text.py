"""The result for people: what the worlds were, what differs, what never ran, and the verdict."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence

import click

from compat_tests.verify.proof import ComparedWorld, Proof, Verdict, WorldResult
from compat_tests.verify.rows import Row, Status, counted

WORLD_HEADING = ("world", "client", "server", "command", "recorded")
_COLOURS = {Verdict.EQUAL: "green", Verdict.NOT_PROVED: "yellow"}
_MOST_ROWS = 60
_MOST_PLACES = 20
_MOST_NAMED = 3
_KEY_WIDTH = 60
_VALUE_WIDTH = 44


def render(proof: Proof, *, show_all: bool = False, coloured: bool = False) -> str:
    """Return the result as text.

    Args:
        proof: What was found out.
        show_all: Whether equal rows are shown too.
        coloured: Whether the verdict is coloured.
    """
    lines = [
        f"{proof.project}: {shlex.join(proof.command)}",
        f"the copy for MLflow 3 is migrated by apply {shlex.join(proof.options)}",
        "",
    ]
    if proof.worlds:
        lines += [*aligned([WORLD_HEADING, *map(_world, proof.worlds)]), *replaced(proof.worlds), ""]
    for cell in proof.cells:
        ended_early = proof.failure is not None and proof.failure.world == cell.label
        lines += [*_cell(cell, proof.worlds[0].label, show_all=show_all, ended_early=ended_early), ""]
    if proof.places:
        lines += [*_places(proof), ""]
    lines += [f"note: {note}" for note in proof.notes]
    lines += [f"the codemod could not analyse {each}" for each in proof.unanalysed]
    lines += _failure(proof)
    lines += proof.bisection
    sentence = verdict_sentence(proof)
    lines.append(click.style(sentence, fg=_COLOURS.get(proof.verdict, "red"), bold=True) if coloured else sentence)
    return "\n".join(lines) + "\n"


def verdict_sentence(proof: Proof) -> str:
    """Return the verdict with its reason, in one line."""
    verdict = proof.verdict
    if verdict is Verdict.FAILED:
        return f"failed: {proof.failure.message if proof.failure else ''}"
    if verdict is Verdict.INTERRUPTED:
        return "interrupted: what was known until then is shown above"
    if verdict is Verdict.DIFFERENT:
        return f"different: {sum(row.differs for row in proof.rows)} of {_compared(proof.rows)}"
    if verdict is Verdict.EQUAL:
        return f"equal: {_compared(proof.rows)}, {ran_sentence(proof)}"
    reasons = []
    if not proof.is_recorded:
        empty = [world.label for world in proof.worlds if not (world.runs or world.models)]
        reasons.append(f"nothing was recorded in world {' and '.join(empty)}" if empty else "nothing was compared")
    if proof.not_run:
        reasons.append(ran_sentence(proof))
    if proof.unanalysed:
        reasons.append(f"the codemod could not analyse {_named(proof.unanalysed)}")
    return f"not proved: nothing differed, but {', and '.join(reasons)}"


def _compared(rows: Iterable[Row]) -> str:
    """Return how many rows were compared, and how many could not be."""
    open_rows, every = 0, 0
    for row in rows:
        every += 1
        open_rows += row.status is Status.NOT_COMPARABLE
    return counted(every - open_rows, "row") + (f" ({open_rows} more not comparable)" if open_rows else "")


def ran_sentence(proof: Proof) -> str:
    """Return how many changed places and open findings ran, and which never did."""
    if not proof.places:
        return "the codemod had nothing to change"
    parts = []
    for places, what in (
        ([place for place in proof.places if place.changed], "changed place"),
        ([place for place in proof.places if not place.changed], "open finding"),
    ):
        in_python = [place for place in places if place.ran != "in a file that is not Python"]
        others = len(places) - len(in_python)
        if in_python:
            ran = sum(place.ran == "ran" for place in in_python)
            parts.append(f"{ran} of {counted(len(in_python), what)} ran")
        if others:
            parts.append(
                f"{counted(others, what)} in {'a file' if others == 1 else 'files'} that {'is' if others == 1 else 'are'} not Python"
            )
    codes: dict[str, list[str]] = {}
    for place in proof.not_run:
        codes.setdefault(place.where, []).append(place.code)
    missing = [f"{where} ({', '.join(dict.fromkeys(found))})" for where, found in codes.items()]
    rest = len(missing) - _MOST_NAMED
    named = ", ".join(missing[:_MOST_NAMED]) + (f" and {counted(rest, 'line')} more" if rest > 0 else "")
    return ", ".join(parts) + (f"; {named} never did" if missing else "")


def rule_sentence(rule: str) -> str:
    """Return where to read about the rule that MLflow's own words are about."""
    return f"MLflow's error is what {rule} is about, though not at this line: python -m codemod explain {rule}"


def _named(unanalysed: Sequence[str]) -> str:
    names = list(dict.fromkeys(each.partition(": ")[0] for each in unanalysed))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def summary(cell: ComparedWorld) -> str:
    """Return how many rows of a comparison there are of each status."""
    counts = Counter(row.status for row in cell.rows)
    return ", ".join(f"{counts[status]} {status.value}" for status in Status if counts[status]) or "nothing to compare"


def explained(cell: ComparedWorld) -> list[tuple[str, str]]:
    """Return why rows are equal although the worlds keep the thing differently, each reason with its rule."""
    return sorted({(row.reason, row.rule) for row in cell.rows if row.status is Status.EQUAL and row.rule})


def aligned(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table; each column is as wide as its widest cell."""
    listed = [list(row) for row in rows]
    widths = [max(len(row[column]) for row in listed) for column in range(len(listed[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in listed]


def replaced(worlds: Iterable[WorldResult]) -> list[str]:
    """Return a line for each world that says which packages it has in another release than the first, MLflow's own apart."""
    lines = []
    for world in worlds:
        others = [each for each in world.replaced if not each.startswith("mlflow")]
        if others:
            lines.append(
                f"world {world.label} has other releases of {counted(len(others), 'package')}: {', '.join(others)}"
            )
    return lines


def _world(world: WorldResult) -> list[str]:
    ended = "did not run" if not world.seconds else f"{world.seconds:.1f} s"
    if world.seconds and world.status:
        ended += f", status {world.status}"
    elif world.seconds and world.status is None:
        ended += ", stopped"
    return [
        world.label, world.client, world.server, ended, f"{counted(world.runs, 'run')}, {counted(world.models, 'model')}"
    ]  # fmt: skip


def _cell(cell: ComparedWorld, first: str, *, show_all: bool, ended_early: bool) -> list[str]:
    lines = [f"world {cell.label} compared with world {first}: {summary(cell)}"]
    shown = [row for row in cell.rows if show_all or row.status is not Status.EQUAL]
    if ended_early and not show_all:
        missing = [row for row in shown if row.status is Status.ONLY_IN_FIRST]
        shown = [row for row in shown if row.status is not Status.ONLY_IN_FIRST]
        lines += (
            [f"  the command ended early there: {counted(len(missing), 'row')} only in {first} not listed"]
            if missing
            else []
        )
    if shown:
        rows = [["", "", f"in {first}", f"in {cell.label}", ""], *map(_row, shown[:_MOST_ROWS])]
        lines += [f"  {line}" for line in aligned(rows)]
    if len(shown) > _MOST_ROWS:
        lines.append(f"  … and {len(shown) - _MOST_ROWS} more rows (--output json=FILE has all)")
    lines += [f"  equal, though {reason}: {rule}" for reason, rule in explained(cell)]
    return lines


def _row(row: Row) -> list[str]:
    meant = f"{row.status.value}{', because ' + row.reason if row.status is Status.NOT_COMPARABLE else ''}"
    if row.reason and row.status is not Status.NOT_COMPARABLE:
        meant += f" ({row.reason})"
    return [
        row.kind, _cut(row.key, _KEY_WIDTH, end=True), _cut(row.first, _VALUE_WIDTH), _cut(row.second, _VALUE_WIDTH),
        f"{meant}{' ' + row.rule if row.rule else ''}",
    ]  # fmt: skip


def _places(proof: Proof) -> list[str]:
    if not proof.is_migrated_code_run:
        return [f"the migrated code did not run to an end: nothing is known of {counted(len(proof.places), 'place')}"]
    lines = [ran_sentence(proof)]
    for place in proof.not_run[:_MOST_PLACES]:
        what = "changed" if place.changed else "open"
        lines.append(f"  did not run: {place} {what}: {_cut(place.message, 90)}")
    if len(proof.not_run) > _MOST_PLACES:
        lines.append(f"  … and {len(proof.not_run) - _MOST_PLACES} more places (--output json=FILE has all)")
    return lines


def _failure(proof: Proof) -> list[str]:
    failure = proof.failure
    if failure is None:
        return []
    lines = ["end of the output:", *(f"  {line.strip(chr(10))}" for line in failure.output)] if failure.output else []
    if failure.place:
        lines.append(f"first line of the project: {failure.place}")
    lines += [f"check says there: {place.where}: {place.code} {place.message}" for place in failure.findings]
    if failure.rule:
        lines.append(rule_sentence(failure.rule))
    return [*lines, ""]


def _cut(text: str, width: int, *, end: bool = False) -> str:
    if len(text) <= width:
        return text
    return f"…{text[1 - width :]}" if end else f"{text[: width - 1]}…"
