"""``python -m benchmarks.programs``: run the public programs of the list before and after the codemod."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click

from benchmarks.programs import environments, report
from benchmarks.programs.execution import Ending
from benchmarks.programs.manifest import MANIFEST, ManifestError, Program, load
from benchmarks.programs.material import MaterialError, clone_of
from benchmarks.programs.measuring import Laboratory, Measurement, measure
from benchmarks.programs.variants import VARIANTS, CodemodError

_WORK = Path(".benchmarks") / "programs"


@click.command()
@click.option(
    "--repositories",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder with the clones, as OWNER/NAME.",
)
@click.option("--manifest", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=MANIFEST)
@click.option("--mlflow2-python", type=click.Path(exists=True, path_type=Path), help="Made by uv if not given.")
@click.option("--mlflow3-python", type=click.Path(exists=True, path_type=Path), help="Made by uv if not given.")
@click.option("--only", metavar="TEXT", multiple=True, help="Only the programs whose name holds this text.")
@click.option("--variant", "variants", type=click.Choice(VARIANTS), multiple=True, default=VARIANTS, show_default=True)
@click.option("--limit", type=float, default=120.0, show_default=True, help="Seconds that a program may take.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Programs at a time.")
@click.option("--fresh", is_flag=True, help="Run again what has run before with the same files and packages.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), default=_WORK, show_default=True)
@click.option("--list", "show", is_flag=True, help="Show the programs and the clones that they need, and stop.")
def main(
    repositories: Path,
    manifest: Path,
    mlflow2_python: Path | None,
    mlflow3_python: Path | None,
    only: tuple[str, ...],
    variants: tuple[str, ...],
    limit: float,
    jobs: int,
    fresh: bool,
    output: Path,
    show: bool,
) -> None:
    """Run public MLflow 2 programs on MLflow 2 and, before and after the codemod, on MLflow 3.

    The programs belong to other people and are read from clones:

        git clone https://github.com/OWNER/NAME DIR/OWNER/NAME

    The table goes to OUTPUT/programs.md, everything else to OUTPUT/programs.json.
    """
    try:
        programs = [each for each in load(manifest) if not only or any(text in each.name for text in only)]
        _check_clones(programs, repositories)
        if show:
            for program in programs:
                click.echo(program.name)
            return
        old = environments.prepare("2", mlflow2_python, output / "environments")
        new = environments.prepare("3", mlflow3_python, output / "environments")
    except (ManifestError, MaterialError, environments.UnusableEnvironmentError) as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    (output / "cache").mkdir(parents=True, exist_ok=True)
    (output / "scratch").mkdir(exist_ok=True)
    laboratory = Laboratory(
        repositories.resolve(),
        old,
        new,
        (output / "cache").resolve(),
        (output / "scratch").resolve(),
        limit,
        fresh,
    )
    measurements = _measure_all(programs, variants, laboratory, jobs)
    (output / "programs.json").write_text(report.as_json(measurements, old, new), encoding="utf-8")
    table = report.as_markdown(measurements, old, new, variants)
    (output / "programs.md").write_text(table, encoding="utf-8")
    click.echo(table.partition("\n## ")[0])
    click.echo(f"written: {output / 'programs.md'} and {output / 'programs.json'}")


def _check_clones(programs: Sequence[Program], repositories: Path) -> None:
    missing = []
    for repository in dict.fromkeys(program.repository for program in programs):
        try:
            clone_of(repository, repositories)
        except MaterialError as error:
            missing.append(str(error))
    if missing:
        raise MaterialError("some clones are missing:\n" + "\n".join(missing))


def _measure_all(
    programs: Sequence[Program], variants: tuple[str, ...], laboratory: Laboratory, jobs: int
) -> list[Measurement]:
    def one(program: Program) -> Measurement:
        try:
            measured = measure(program, variants, laboratory)
        except (MaterialError, CodemodError, OSError, RuntimeError) as error:
            # One program that cannot be measured must not lose the others; it is listed with the reason.
            measured = Measurement(program, Ending("fails", 0.0, f"not measured: {error}"), {})
        said = [measured.before.status, *(run.ending.status for run in measured.after.values())]
        click.echo(f"{program.name}: {', '.join(said)}", err=True)
        return measured

    with ThreadPoolExecutor(jobs) as executor:
        return list(executor.map(one, programs))


if __name__ == "__main__":
    main()
