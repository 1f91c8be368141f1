"""``report``: how far a project is, as a page for people."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import replace
from typing import Any

import click

from codemod.cli.options import configured
from codemod.cli.output import say
from codemod.cli.outputs import check_folder, write_file
from codemod.disk.interrupts import Interrupted
from codemod.errors import WrongUseError
from codemod.exit_codes import NOT_ANALYSED, NOTHING_LEFT
from codemod.reports import checklist, html, markdown
from codemod.reports import compatibility as records
from codemod.reports.base import Report
from codemod.running import discovery
from codemod.running.runner import Run, run


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(readable=False))
@click.option(
    "--output",
    "-o",
    type=click.Path(readable=False),
    metavar="FILE",
    required=True,
    help="Where it goes: a name that ends in .html or .md.",
)
@click.option(
    "--verify",
    type=click.Path(readable=False),
    metavar="FILE",
    help="The result of `verify --output json=FILE`: evidence for training, inference and servers.",
)
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="Worker processes; by default one per CPU.")
@click.option(
    "--config",
    type=click.Path(readable=False),
    metavar="FILE",
    help="Read this pyproject.toml instead of the nearest one.",
)
@click.option("--isolated", is_flag=True, help="Read no configuration.")
def report(paths: tuple[str, ...], output: str, verify: str | None, jobs: int | None, **options: Any) -> int:
    """Look at PATHS (files, folders; by default the current folder) and write the migration's checklist with its evidence.

    Findings are no error here; the exit code is 3 when an input could not be analysed.
    """
    form = {".html": html, ".htm": html, ".md": markdown, ".markdown": markdown}.get(
        os.path.splitext(output)[1].lower()
    )
    if form is None:
        raise click.UsageError(f"{output!r} does not say which form is wanted; end it in .html or .md")
    if options["config"] is not None and options["isolated"]:
        raise click.UsageError("--config cannot be combined with --isolated")
    check_folder(output)
    worlds = records.read(verify) if verify is not None else None
    paths = paths or (".",)
    discovery.check(paths)
    configuration = configured([discovery.absolute(path) for path in paths], options["config"], options["isolated"], {})
    found = discovery.discover(paths, configuration.exclude)
    outcomes, spoken = [], {}

    def record(outcome: Any) -> None:
        spoken[outcome.path] = checklist.topics(outcome.path, outcome.old or b"")
        outcomes.append(outcome if outcome.findings else replace(outcome, old=b"", new=b""))

    # Migrated files hold evidence too, so every file that speaks of MLflow is handed over, not only those with triggers.
    speaks = re.compile(rb"(?i)mlflow|artifact_path|run_uuid|log_model")
    plan = Run(configuration.settings, jobs=jobs, ignores=configuration.ignores, triggers=speaks)
    interrupted: Interrupted | None = None
    try:
        run(found.targets, plan, record)
    except Interrupted as error:
        interrupted = error
    if not outcomes and interrupted is None:
        raise WrongUseError(f"no Python files or notebooks in {' '.join(paths)}")
    result = Report("check", configuration.settings, tuple(outcomes), interrupted=interrupted is not None)
    checks = checklist.checklist(result, spoken, worlds)
    write_file(output, form.render(result, checks, worlds))
    done = sum(check.status == "done" for check in checks)
    open_items = sum(check.status == "open" for check in checks)
    say(f"{output}: {done} items done, {open_items} open; {markdown.summary(result)}", sys.stdout)
    if interrupted is not None:
        return interrupted.exit_code
    return NOT_ANALYSED if result.exit_code == NOT_ANALYSED else NOTHING_LEFT
