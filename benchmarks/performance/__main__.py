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
from benchmarks.performance.contenders import ONE, OURS, READING, RUFF, WORD, Tools, checks, rewrites
from benchmarks.performance.measuring import Cell, measure
from benchmarks.performance.trees import gather, make
from benchmarks.programs.material import MaterialError
from benchmarks.speed.stopwatch import Timing

_DOCS = Path(__file__).resolve().parents[2] / "docs"
_SIZES, _LARGE = (1_000, 10_000), 100_000
_SHARES = (0.01, 0.1, 1.0)
_AT_LARGE = frozenset({OURS, ONE, RUFF, READING, WORD})
_NAIVE_PART = 0.12
"""Of the time, so much is kept for what rewrites."""
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
    "--files",
    "sizes",
    type=click.IntRange(min=100),
    multiple=True,
    default=_SIZES,
    show_default=True,
    help="Sizes of the trees.",
)
@click.option("--large", is_flag=True, help="100,000 files, too, with fewer commands.")
@click.option("--only-large", is_flag=True, help="Nothing but the 100,000 files, 1 % users; writes no page.")
@click.option("--minutes", type=float, default=10.0, show_default=True, help="The time that measuring may take.")
@click.option(
    "--repeat", type=click.IntRange(min=1), default=5, show_default=True, help="Runs of each, if there is time."
)
@click.option("--sample", type=int, default=40, show_default=True, help="Files that the naive libcst codemod rewrites.")
@click.option(
    "--output", type=_FOLDER, default=_DOCS, show_default="docs", help="Where the page and its plot are written."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Decides which files are taken.")
def main(
    packages: tuple[Path, ...], users: tuple[Path, ...], sizes: tuple[int, ...], large: bool, only_large: bool,
    minutes: float, repeat: int, sample: int, output: Path, seed: int,
) -> None:  # fmt: skip
    """Time the codemod and other tools on trees of real code, and write docs/performance.md."""
    tools = Tools.found()
    sizes = (_LARGE,) if only_large else (*sizes, *((_LARGE,) if large else ()))
    shares = _SHARES[:1] if only_large else _SHARES
    folders = [path.resolve() for path in packages] or [Path(sysconfig.get_path("purelib"))]
    try:
        material = gather(folders, [path.resolve() for path in users])
        with tempfile.TemporaryDirectory(prefix="performance-") as name:
            work = Path(name)
            cells: list[Cell] = []
            for files in sizes:
                for share in shares:
                    if files == _LARGE and share != _SHARES[0]:
                        continue
                    tree = work / f"{files}-{share}"
                    make(tree, material, files, share, seed)
                    cells += [
                        Cell(contender, files, share, Timing(contender.name))
                        for contender in checks(tree, tools, work)
                        if files < _LARGE or contender.name in _AT_LARGE
                    ]
            part = work / "sample"
            make(part, material, sample, 1.0, seed)
            rewriting = [Cell(each, sample, 1.0, Timing(each.name)) for each in rewrites(part, work / "rewritten")]
            say = _sayer()
            left_out = [] if only_large else measure(rewriting, repeat, minutes * 60 * _NAIVE_PART, say)
            skipped = measure(cells, 1 if only_large else repeat, minutes * 60 * (1 - _NAIVE_PART), say)
    except MaterialError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    if only_large:
        click.echo("\n".join(page.table(cells)))
        return
    programs = [(name, (path,)) for name, path in tools.paths.items()]
    remarks = [*left_out, *skipped, *(f"{name}: it is not installed" for name in tools.missing)]
    card = page.machine(programs)
    written = page.text(card, cells, rewriting, users=len(material.users), minutes=minutes, remarks=remarks)
    (output / "performance.md").write_text(written)
    (output / "assets").mkdir(exist_ok=True)
    (output / "assets" / "performance.svg").write_text(page.plot(cells))
    click.echo("wrote docs/performance.md and docs/assets/performance.svg")


def _sayer() -> Callable[[str], None]:
    start = time.monotonic()
    return lambda line: click.echo(f"{time.monotonic() - start:6.0f} s  {line}", err=True)


if __name__ == "__main__":
    main()
