"""Command that makes the packed data, or tells how MLflow differs from it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click
from packaging.version import InvalidVersion, Version

from codemod.disk.writing import write_new
from codemod.mlflow_api import RELEASES, releases
from codemod.mlflow_api.generate.difference import difference, difference_text
from codemod.mlflow_api.generate.packing import pack
from codemod.mlflow_api.generate.wheels import WheelError, fetch, published, read_wheel, wheel_folder
from codemod.mlflow_api.store import DATA_FILE, Store

RELEASES_FILE = Path(releases.__file__)


@click.command()
@click.argument("versions", nargs=-1, metavar="[VERSION]...")
@click.option("--newest", is_flag=True, help="Read the newest patch of every minor that is published now.")
@click.option(
    "--wheels",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of wheels; those that it lacks are downloaded into it. Default: a temporary one.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=DATA_FILE,
    show_default="the data that comes with the codemod",
    help="File to write.",
)
@click.option(
    "--diff", "only_diff", is_flag=True, help="Write nothing; tell what would change. Exit 1 if anything would."
)
@click.option("--jobs", type=click.IntRange(min=1), default=os.cpu_count() or 1, help="Wheels read at the same time.")
def main(
    versions: tuple[str, ...], newest: bool, wheels: Path | None, output: Path, only_diff: bool, jobs: int
) -> None:
    """Read MLflow's wheels and pack what they offer.

    Without VERSION the releases that the data has now are read again.
    """
    if versions and newest:
        raise click.UsageError("give versions or --newest, not both")
    if versions and output == DATA_FILE and not only_diff:
        raise click.UsageError("versions replace all that the codemod knows: add --output FILE or --diff")
    try:
        wanted = _in_order(versions) if versions else published().newest if newest else RELEASES
        data = _generate(wanted, wheels, jobs)
    except WheelError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    if only_diff:
        sys.exit(_tell(output.read_bytes(), data))
    write_new(str(output), data)
    if output == DATA_FILE:
        write_new(str(RELEASES_FILE), releases_source(wanted).encode())
    click.echo(f"{output}: {len(wanted)} releases, {wanted[0]} to {wanted[-1]}, {len(data) / 1000:.0f} kB")


def _in_order(versions: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(sorted(dict.fromkeys(versions), key=Version))
    except InvalidVersion as error:
        raise click.UsageError(str(error)) from None


def _generate(wanted: tuple[str, ...], folder: Path | None, jobs: int) -> bytes:
    with wheel_folder(folder) as wheels:
        files = [fetch(release, wheels) for release in wanted]
        if jobs == 1 or len(files) == 1:
            surfaces = [read_wheel(file) for file in files]
        else:
            with ProcessPoolExecutor(min(jobs, len(files))) as pool:
                surfaces = list(pool.map(read_wheel, files))
    return pack(dict(zip(wanted, surfaces, strict=True)))


def _tell(old: bytes, new: bytes) -> int:
    """Print how the releases of `new` differ from `old`; a release that `old` lacks from the one before it."""
    differs = False
    releases_before, releases_after = Store(old).releases, Store(new).releases
    for release in releases_after if old != new else ():
        known = release if release in releases_before else _before(release, releases_before)
        # Fresh stores, because each remembers every answer that it gave.
        found = difference(Store(old), known, Store(new), release)
        title = f"MLflow {release}" if known == release else f"MLflow {release} against {known}"
        if found or known != release:
            differs = True
            click.echo(difference_text(found, title))
    if not differs:
        click.echo(f"No difference in {len(releases_after)} releases, {releases_after[0]} to {releases_after[-1]}.")
    return int(differs)


def _before(release: str, known: tuple[str, ...]) -> str:
    earlier = [one for one in known if Version(one) < Version(release)]
    return earlier[-1] if earlier else known[0]


def releases_source(wanted: Sequence[str]) -> str:
    """Return the text of the module that lists the releases."""
    head = RELEASES_FILE.read_text(encoding="utf-8").partition("RELEASES")[0]
    names = "".join(f'    "{release}",\n' for release in wanted)
    return f"{head}RELEASES: tuple[str, ...] = (\n{names})\n"


if __name__ == "__main__":
    main()
