"""Decides which commands are run how often in the time that there is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.speed.stopwatch import Contender, ContenderError, Timing, adopt_orphans, run_once

_UNKNOWN = 1e9
_MOST = 0.2
"""Of the time that is left, one run may take so much at most."""


@dataclass(frozen=True, slots=True)
class TreeTiming:
    """One command on one tree.

    Attributes:
        contender: The command.
        files: How many files the tree has.
        share: Which part of them uses MLflow.
        timing: What was measured.
    """

    contender: Contender
    files: int
    share: float
    timing: Timing = field(default_factory=lambda: Timing(""))

    @property
    def key(self) -> str:
        """A name that no other cell has."""
        return f"{self.contender.name} | {self.files} | {self.share}"

    @property
    def last(self) -> float:
        """Seconds that its last run took; 0 before the first."""
        return self.timing.wall[-1] if self.timing.wall else 0.0


def measure(
    cells: Sequence[TreeTiming],
    repeat: int,
    seconds: float,
    say: Callable[[str], None],
    keep: Callable[[TreeTiming], None] = lambda _: None,
) -> list[str]:
    """Run all commands in turns, so that a busy moment hits all of them.

    The first turn runs each once, the small trees first, and leaves out what would take too long by what it took on a smaller
    tree. Each further turn runs what fits into the time that is left. What an earlier run of the program has measured is not run again.

    Args:
        cells: The commands, with what is known of them.
        repeat: How often each is to be run.
        seconds: The time that there is.
        say: Told what is run.
        keep: Given each cell that has a new measurement.

    Returns:
        What was left out, as lines.
    """
    adopt_orphans()
    end = time.monotonic() + seconds
    skipped: list[str] = []
    for turn in range(repeat):
        for cell in sorted(cells, key=lambda cell: (cell.files, cell.share)):
            where = f"{cell.contender.name} on {cell.files:,} files, {cell.share:.0%}"
            if len(cell.timing.wall) > turn or (turn and not cell.timing.wall):
                continue
            expected = cell.last if turn else _expected(cell, cells)
            left = end - time.monotonic()
            if expected > left * (_MOST if not turn else 0.5):
                if not turn:
                    skipped.append(f"{where}: {_too_long(expected, left)}")
                continue
            say(f"turn {turn + 1}: {cell.contender.name}, {cell.files:,} files, {cell.share:.0%}")
            load = os.getloadavg()[0]
            try:
                wall, cpu, memory = run_once(cell.contender, {})
            except ContenderError as error:
                skipped.append(f"{where}: {' '.join(str(error).split())[:200]}")
                for series in (cell.timing.wall, cell.timing.cpu, cell.timing.memory, cell.timing.load):
                    series.clear()  # a command that failed once has no time
                continue
            cell.timing.wall.append(wall)
            cell.timing.cpu.append(cpu)
            cell.timing.memory.append(memory)
            cell.timing.load.append(load)
            keep(cell)
    return skipped


def _too_long(seconds: float, left: float) -> str:
    if seconds >= _UNKNOWN:
        return "it was left out on a smaller tree, too"
    if left < 1:
        return "no time was left"
    return f"it would take about {max(1, round(seconds))} s, and {left:.0f} s were left for all"


def _expected(cell: TreeTiming, cells: Sequence[TreeTiming]) -> float:
    """Return what a command should take by what it took on the next smaller tree with the same share."""
    smaller = [
        other
        for other in cells
        if other.contender.name == cell.contender.name
        and other.share == cell.share
        and other.files < cell.files
    ]  # fmt: skip
    measured = [other for other in smaller if other.timing.wall]
    if smaller and not measured:
        return _UNKNOWN  # it took too long, or failed, even there
    if not measured:
        return 0.0
    nearest = max(measured, key=lambda other: other.files)
    return nearest.last * cell.files / nearest.files
