"""Writes docs/performance.md and its plot."""

from __future__ import annotations

import math
import os
import platform
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from benchmarks.performance.contenders import APPLY, NAIVE, ONE, OURS, READING, RUFF, WORD
from benchmarks.performance.measuring import TreeTiming
from benchmarks.speed.stopwatch import Timing

_COLOURS = {
    OURS: "#0b6e99", ONE: "#5bb0d0", RUFF: "#d1495b", "ast-grep": "#edae49", "semgrep": "#66a182", READING: "#888888",
    WORD: "#bbbbbb",
}  # fmt: skip
_WIDTH, _HEIGHT, _MARGIN = 300, 260, 46
_QUIET = 0.75
"""Processes for each CPU that may want it while a measurement begins: the one before it may still be counted."""


def machine(programs: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    """Return the card of this machine, without names of hosts or folders."""
    return [
        f"- Processor: {_processor()}, {_cpus()} to use",
        f"- Memory: {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        f"- System: {platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}",
        *(f"- {name}: {_version(command)}" for name, command in programs),
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _version(command: Sequence[str]) -> str:
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
    words = (done.stdout or done.stderr).split("\n")[0].split()
    return next((word for word in words if word[0].isdigit()), "unknown")


_HEAD = """\
# Performance

This page is written by `python -m benchmarks.performance`. All commands of a turn run one after the other on the same trees, as whole
processes, and the next turn begins when all have run: a busy moment hits all of them. Times are medians. Ratios are medians of the
ratios turn by turn, with the least and the greatest in brackets. CPU is that of a command and all its processes; it depends less than
the wall time on what else a machine does. Memory is the most that a command and all its processes held
together, looked at every 30 ms; what processes share counts in each.

The trees are made of files of installed packages that do not speak of MLflow, and of files that import it ({users} different ones; a
tree that needs more takes them again). The same seed, packages and users make the same trees. Beside the commands stand two floors:
reading all bytes with Python, and `rg -l mlflow`, which searches them. ruff runs one rule (`--select NPY201 --no-cache`), ast-grep and
semgrep one pattern of a call; `codemod check` runs all its rules.
"""
_REPEAT = """\

## How to repeat it

    pip install -e '.[dev]' ast-grep-cli semgrep
    {command}

It measures for at most `--minutes`, after some time for the trees, and goes on where it was when it is run again: measurements are kept in
`build/performance.json`. `--files`, `--share` and `--tool` measure a part; `--files 100000` adds the large tree. A command that would take too
long is left out, by what it took on a smaller tree.
"""


def text(
    card: Sequence[str],
    cells: Sequence[TreeTiming],
    rewritten: Sequence[TreeTiming],
    *,
    users: int,
    remarks: Sequence[str],
) -> str:
    """Return the page.

    Args:
        card: What the machine is.
        cells: What was measured on whole trees.
        rewritten: What was measured of rewriting a sample.
        users: How many different files use MLflow.
        remarks: What was left out, and why.
    """
    lines = [
        _HEAD.format(users=f"{users:,}"),
        *_shared(cells),
        "![CPU time by number of files](assets/performance.svg)",
    ]
    lines += table(cells)
    lines += rewriting(rewritten)
    lines += ["", "### Growth", "", *growth(cells)]
    if remarks:
        lines += ["", "Left out:", "", *(f"- {remark}" for remark in remarks)]
    lines += ["", "## The machine", "", *card]
    return "\n".join(lines) + "\n" + _REPEAT.format(command="python -m benchmarks.performance")


def _shared(cells: Sequence[TreeTiming]) -> list[str]:
    """Return a warning where other processes wanted the CPUs while the commands ran."""
    loads = [load for cell in cells for load in cell.timing.load]
    if not loads or statistics.median(loads) < _QUIET * _cpus():
        return []
    wanting = f"{statistics.median(loads):.0f} processes on average wanted its {_cpus()} CPUs when a command began"
    return [
        f"**The machine was shared**: {wanting}. Wall times say little then, and CPU times are larger than on a quiet machine.",
        "",
    ]


def growth(cells: Sequence[TreeTiming]) -> list[str]:
    """Return a table of how much more the largest tree takes than the smallest, divided by how many times as many files it has."""
    lines = ["| command | users | files | CPU, against linear |", "| --- | --: | --: | --: |"]
    for name in dict.fromkeys(cell.contender.name for cell in cells):
        for share in sorted({cell.share for cell in cells}):
            here = [cell for cell in cells if cell.contender.name == name and cell.share == share and cell.timing.wall]
            if len(here) < 2:
                continue
            least, most = min(here, key=_files), max(here, key=_files)
            factor = most.timing.median_cpu / least.timing.median_cpu * least.files / most.files
            lines.append(f"| {name} | {share:.0%} | {least.files:,} → {most.files:,} | {factor:.2f} |")
    return lines


def _files(cell: TreeTiming) -> int:
    return cell.files


def table(cells: Sequence[TreeTiming]) -> list[str]:
    """Return one table for each tree."""
    lines: list[str] = []
    for files, share in sorted({(cell.files, cell.share) for cell in cells}):
        here = [cell for cell in cells if (cell.files, cell.share) == (files, share)]
        measured = [cell.timing for cell in here if cell.timing.wall]
        if not measured:
            continue
        ruff = next((cell.timing for cell in here if cell.contender.name == RUFF and cell.timing.wall), None)
        ours = next((cell.timing for cell in here if cell.contender.name == OURS and cell.timing.wall), None)
        lines += ["", f"### {files:,} files, {share:.0%} use MLflow", ""]
        lines += [
            "| command | CPU | wall | memory | runs | CPU ÷ ruff | CPU ÷ ours | wall ÷ ruff |",
            "| --- | --: | --: | --: | --: | --: | --: | --: |",
        ]
        for cell in here:
            if cell.timing.wall:
                ratios = (
                    ratio(cell.timing, ruff, cpu=True),
                    ratio(cell.timing, ours, cpu=True),
                    ratio(cell.timing, ruff),
                )
                lines.append(f"| {cell.contender.name} | {_cells(cell.timing)} | {' | '.join(ratios)} |")
    return lines


def _cells(timing: Timing) -> str:
    memory = f"{max(timing.memory) / 1e6:.0f} MB" if any(timing.memory) else "–"
    return f"{timing.median_cpu:.2f} s | {timing.median_wall:.2f} s | {memory} | {len(timing.wall)}"


def ratio(one: Timing, other: Timing | None, *, cpu: bool = False) -> str:
    """Return the median of the ratios of two commands, turn by turn, and the least and the greatest in brackets."""
    if other is None or one is other:
        return "–" if other is None else "1"
    pairs = zip(*((one.cpu, other.cpu) if cpu else (one.wall, other.wall)), strict=False)
    ratios = [mine / yours for mine, yours in pairs if yours > 0]
    if not ratios:
        return "–"
    middle = f"{statistics.median(ratios):.2f}"
    return middle if len(ratios) == 1 else f"{middle} ({min(ratios):.2f}–{max(ratios):.2f})"


def rewriting(cells: Sequence[TreeTiming]) -> list[str]:
    """Return one table for each tree that was rewritten: first what uses MLflow alone, then among other files."""
    lines: list[str] = []
    for files, share in sorted({(cell.files, cell.share) for cell in cells if cell.timing.wall}):
        here = [cell for cell in cells if (cell.files, cell.share) == (files, share)]
        timings = {cell.contender.name: cell.timing for cell in here if cell.timing.wall}
        lines += ["", f"### Rewriting {files:,} files, {share:.0%} use MLflow", ""]
        lines += ["| command | CPU | wall | memory | runs | CPU ÷ ours |", "| --- | --: | --: | --: | --: | --: |"]
        for name in (APPLY, NAIVE):
            if name in timings:
                against = ratio(timings[name], timings.get(APPLY), cpu=True)
                lines.append(f"| {name} | {_cells(timings[name])} | {against} |")
    return lines


def plot(cells: Sequence[TreeTiming]) -> str:
    """Return an SVG with the CPU times by the number of files, both by powers of ten, one panel for each share."""
    shares = sorted({cell.share for cell in cells})
    every = [cell for cell in cells if cell.timing.wall]
    xs, ys = [cell.files for cell in every], [cell.timing.median_cpu for cell in every]
    columns = math.floor(math.log10(min(xs))), math.ceil(math.log10(max(xs)))
    rows = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))
    names = list(dict.fromkeys(cell.contender.name for cell in every))
    width = len(shares) * (_WIDTH + _MARGIN) + _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT + 2 * _MARGIN + 44}" font-size="12" role="img">',
        "<title>CPU time by number of files</title>",
        f'<rect width="{width}" height="{_HEIGHT + 2 * _MARGIN + 44}" fill="white"/>',
    ]
    for number, share in enumerate(shares):
        left = _MARGIN + number * (_WIDTH + _MARGIN)
        parts += _panel([cell for cell in every if cell.share == share], f"{share:.0%} use MLflow", left, columns, rows)
    for number, name in enumerate(names):
        x, y = _MARGIN + (number % 4) * 230, _HEIGHT + 2 * _MARGIN + 8 + 20 * (number // 4)
        parts.append(f'<rect x="{x}" y="{y}" width="14" height="4" fill="{_colour(name)}"/>')
        parts.append(f'<text x="{x + 20}" y="{y + 7}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _colour(name: str) -> str:
    return _COLOURS.get(name, "#333333")


def _panel(
    cells: Sequence[TreeTiming], title: str, left: int, columns: tuple[int, int], rows: tuple[int, int]
) -> list[str]:
    def place(files: float, seconds: float) -> tuple[float, float]:
        x = (math.log10(files) - columns[0]) / max(1, columns[1] - columns[0])
        y = (math.log10(seconds) - rows[0]) / max(1, rows[1] - rows[0])
        return left + x * _WIDTH, _MARGIN + (1 - y) * _HEIGHT

    parts = [f'<text x="{left}" y="{_MARGIN - 14}" font-weight="bold">{escape(title)}</text>']
    for power in range(rows[0], rows[1] + 1):
        _, y = place(10 ** columns[0], 10.0**power)
        parts.append(f'<path d="M{left} {y:.1f}h{_WIDTH}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 4}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>')
    for power in range(columns[0], columns[1] + 1):
        x, _ = place(10**power, 1)
        parts.append(f'<path d="M{x:.1f} {_MARGIN}v{_HEIGHT}" stroke="#eee"/>')
        parts.append(f'<text x="{x:.1f}" y="{_MARGIN + _HEIGHT + 16}" text-anchor="middle">{10**power:,}</text>')
    for name in dict.fromkeys(cell.contender.name for cell in cells):
        points = sorted(place(cell.files, cell.timing.median_cpu) for cell in cells if cell.contender.name == name)
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{_colour(name)}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_colour(name)}"/>' for x, y in points]
    return parts
