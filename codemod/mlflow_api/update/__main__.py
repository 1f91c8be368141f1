"""Command that adds what MLflow has released, and tells a person what to look at."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from codemod.disk.writing import write_new
from codemod.mlflow_api.generate.__main__ import RELEASES_FILE, releases_source
from codemod.mlflow_api.generate.packing import pack
from codemod.mlflow_api.generate.unpacking import unpack
from codemod.mlflow_api.generate.wheels import Published, WheelError, fetch, published, read_wheel, wheel_folder
from codemod.mlflow_api.store import DATA_FILE, Store
from codemod.mlflow_api.update import derived, examples, plan, report


@click.command()
@click.argument("releases", nargs=-1, metavar="[RELEASE]...")
@click.option(
    "--wheels",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of wheels; those that it lacks are downloaded into it. Default: a temporary one.",
)
@click.option(
    "--report", "report_file", type=click.Path(dir_okay=False, path_type=Path), help="File for the report too."
)
@click.option("--dry-run", is_flag=True, help="Write nothing but the report.")
@click.option("--no-examples", is_flag=True, help="Do not run the rules' examples on the new releases.")
def main(
    releases: tuple[str, ...], wheels: Path | None, report_file: Path | None, dry_run: bool, no_examples: bool
) -> None:
    """Add new releases of MLflow to the data, refresh what is derived from it, and write a report for a person.

    Without RELEASE the package index is asked. Older releases are not read again: what is known of them stands in the data. The examples
    run at the same time, in an environment of the new release that is kept for the next time, with what held in it.

    Exit code 0: nothing is left to look at. 1: the report names something that a person must decide: a default that nobody has
    examined, an example that behaves otherwise, a derived file that could not be refreshed. 2: no data could be made.
    """
    before = DATA_FILE.read_bytes()
    try:
        known = Published(releases, {}) if releases else published()
        step = plan.of(Store(before).releases, known.newest)
        with wheel_folder(wheels) as folder:
            files = {release: fetch(release, folder) for release in step.added}
            wanted = files if not (dry_run or no_examples) else {}
            # The examples need the wheels alone, and take as long as all the rest.
            with ThreadPoolExecutor(1) as beside:
                running = beside.submit(examples.run_examples, wanted) if wanted else None
                after = _with(before, step, files)
                told = [report.releases(step, known.remarks), *report.api(before, after, step)]
                if not dry_run:
                    if after != before:
                        write_new(str(DATA_FILE), after)
                        write_new(str(RELEASES_FILE), releases_source(step.releases).encode())
                    told += [derived.refresh(), derived.unexamined()]
                    told += [running.result()] if running is not None else []
                    told.append(report.older_texts(step.releases[-1]))
    except (WheelError, ValueError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    text = "\n".join(section.text for section in told)
    click.echo(text)
    if report_file is not None:
        write_new(str(report_file), text.encode())
    sys.exit(int(any(section.is_open for section in told)))


def _with(before: bytes, step: plan.Step, files: dict[str, Path]) -> bytes:
    if not step.added:
        return before
    surfaces = unpack(before) | {release: read_wheel(file) for release, file in files.items()}
    return pack({release: surfaces[release] for release in step.releases})


if __name__ == "__main__":
    main()
