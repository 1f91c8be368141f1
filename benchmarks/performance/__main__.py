"""``python -m benchmarks.performance``: trees of growing size, our command beside others; writes docs/performance.md."""

from __future__ import annotations

import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click

from benchmarks.performance import page
from benchmarks.performance.contenders import (
    APPLY,
    NAIVE,
    NAMES,
    ONE,
    OURS,
    READING,
    RUFF,
    WORD,
    Tools,
    checks,
    rewrites,
)
from benchmarks.performance.measuring import TreeTiming, measure
from benchmarks.performance.results import Results
from benchmarks.performance.trees import gather, make
from benchmarks.programs.material import MaterialError
from benchmarks.speed.stopwatch import Timing

_PROJECT = Path(__file__).resolve().parents[2]
_DOCS = _PROJECT / "docs"
_SIZES, _LARGE = (1_000, 10_000), 100_000
_SHARES = (0.01, 0.1, 1.0)
_AT_LARGE = frozenset({OURS, ONE, RUFF, READING, WORD})
_REWRITING = (APPLY, NAIVE)
_AMONG = (1.0, 0.1)
"""What is rewritten stands alone, and among other files: which part of all files uses MLflow."""
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.option(
    "--packages", type=_FOLDER, multiple=True, help="Installed packages that fill the trees; by default this Python's."
)
@click.option(
    "--users", type=_FOLDER, multiple=True,
    help="Folders with projects that use MLflow; by default files of the packages that import it.",
)  # fmt: skip
@click.option(
    "--files", "sizes", type=click.IntRange(min=100), multiple=True, default=_SIZES, show_default=True,
    help="Sizes of the trees; of 100,000 files there is one tree, with 1 % users, for fewer commands.",
)  # fmt: skip
@click.option(
    "--share", "shares", type=click.FloatRange(0, 1, min_open=True), multiple=True, default=_SHARES, show_default=True,
    help="Which part of the files uses MLflow.",
)  # fmt: skip
@click.option("--tool", "names", type=click.Choice(NAMES), multiple=True, help="Only these commands.")
@click.option("--minutes", type=float, default=10.0, show_default=True, help="The time that measuring may take.")
@click.option(
    "--repeat", type=click.IntRange(min=1), default=5, show_default=True, help="Runs of each, if there is time."
)
@click.option("--sample", type=int, default=40, show_default=True, help="Files that the naive libcst codemod rewrites.")
@click.option(
    "--results", type=click.Path(dir_okay=False, path_type=Path), default=_PROJECT / "build/performance.json",
    show_default="build/performance.json", help="Where measurements are kept: what is in it is not measured again.",
)  # fmt: skip
@click.option(
    "--output", type=_FOLDER, default=_DOCS, show_default="docs", help="Where the page and its plot are written."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Decides which files are taken.")
def main(
    packages: tuple[Path, ...], users: tuple[Path, ...], sizes: tuple[int, ...], shares: tuple[float, ...], names: tuple[str, ...],
    minutes: float, repeat: int, sample: int, results: Path, output: Path, seed: int,
) -> None:  # fmt: skip
    """Time the codemod and other tools on trees of real code, and write docs/performance.md.

    It can be ended at any time and goes on where it was; --files, --share and --tool measure a part. The page is made of all that
    has been measured.
    """
    tools = Tools.found()
    folders = [path.resolve() for path in packages] or [Path(sysconfig.get_path("purelib"))]
    try:
        material = gather(folders, [path.resolve() for path in users])
        card = page.machine([(name, (path,)) for name, path in tools.paths.items()])
        kept = Results(results, [*card, f"{len(material.others)} and {len(material.users)} files, seed {seed}"])
        with tempfile.TemporaryDirectory(prefix="performance-") as folder:
            work = Path(folder)
            cells = [
                TreeTiming(contender, files, share, Timing(contender.name))
                for files, share in _trees(sizes, shares)
                for contender in checks(work / f"{files}-{share}", tools, work)
                if contender.name in (names or (_AT_LARGE if files >= _LARGE else NAMES))
            ]
            cells += [
                TreeTiming(each, round(sample / share), share, Timing(each.name))
                for share in _AMONG
                for each in rewrites(work / f"sample-{share}", work / "rewritten")
                if each.name in (names or NAMES)
            ]
            for cell in cells:
                kept.fill(cell)
            cells = [cell for cell in cells if len(cell.timing.wall) < repeat]
            for files, share in {(cell.files, cell.share) for cell in cells if cell.contender.name not in _REWRITING}:
                make(work / f"{files}-{share}", material, files, share, seed)
            for share in _AMONG:
                make(work / f"sample-{share}", material.parsable(), round(sample / share), share, seed)
            left_out = measure(cells, repeat, minutes * 60, _sayer(), kept.keep)
    except MaterialError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    known = kept.cells()
    rewriting = [cell for cell in known if cell.contender.name in _REWRITING]
    whole = [cell for cell in known if cell.contender.name not in _REWRITING]
    if not whole:
        click.echo("error: nothing was measured; give it more --minutes", err=True)
        sys.exit(2)
    remarks = [*left_out, *(f"{name}: it is not installed" for name in tools.missing)]
    written = page.text(card, whole, rewriting, users=len(material.users), remarks=remarks)
    (output / "performance.md").write_text(written)
    (output / "assets").mkdir(exist_ok=True)
    (output / "assets" / "performance.svg").write_text(page.plot(whole))
    click.echo(f"wrote {output / 'performance.md'} and its plot")


def _trees(sizes: tuple[int, ...], shares: tuple[float, ...]) -> list[tuple[int, float]]:
    return [(files, share) for files in sizes for share in shares if files < _LARGE or share == min(shares)]


def _sayer() -> Callable[[str], None]:
    start = time.monotonic()
    return lambda line: click.echo(f"{time.monotonic() - start:6.0f} s  {line}", err=True)


if __name__ == "__main__":
    main()
