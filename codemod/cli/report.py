"""``report``: how far a project is, as a page for people."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from codemod.cli.options import configured
from codemod.cli.output import say
from codemod.cli.outputs import check_folder, write_file
from codemod.cli.views import program_name
from codemod.disk import git
from codemod.errors import WrongUseError
from codemod.exit_codes import NOT_ANALYSED, NOTHING_LEFT
from codemod.overview import survey
from codemod.reports import checklist, html, markdown, phrases
from codemod.reports import compatibility as records
from codemod.reports import history as moments
from codemod.reports.page import About
from codemod.running import discovery

if TYPE_CHECKING:
    from codemod.reports.checklist import Check


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(readable=False))
@click.option(
    "--output",
    "-o",
    type=click.Path(readable=False),
    metavar="FILE",
    required=True,
    help="The file to write; its name ends in .html or .md.",
)
@click.option(
    "--verify",
    type=click.Path(readable=False),
    metavar="FILE",
    help="The result of `verify --output json=FILE`: evidence for training, inference and servers.",
)
@click.option(
    "--history",
    type=click.Path(readable=False),
    metavar="DIR",
    help="Keep the counts of this run in DIR, beside those of earlier runs, and draw the trend.",
)
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="Worker processes; by default one per CPU.")
@click.option(
    "--config",
    type=click.Path(readable=False),
    metavar="FILE",
    help="Read this pyproject.toml instead of the nearest one.",
)
@click.option("--isolated", is_flag=True, help="Read no configuration.")
def report(paths: tuple[str, ...], output: str, verify: str | None, history: str | None, **options: Any) -> int:
    """Look at PATHS (files, folders; by default the current folder) and write the migration's checklist with its evidence.

    Findings are no error here; the exit code is 3 when an input could not be analysed.
    """
    form = {".html": html, ".htm": html, ".md": markdown, ".markdown": markdown}.get(
        os.path.splitext(output)[1].lower()
    )
    if form is None:
        raise click.UsageError(f"{output!r} does not say which format is wanted; let it end in .html or .md")
    if options["config"] is not None and options["isolated"]:
        raise click.UsageError("--config cannot be combined with --isolated")
    check_folder(output)
    worlds = records.read_compatibility(verify) if verify is not None else None
    earlier = moments.read_history(history) if history is not None else []
    paths = paths or (".",)
    discovery.check_paths(paths)
    configuration = configured([discovery.absolute(path) for path in paths], options["config"], options["isolated"], {})
    seen = survey(discovery.discover(paths, configuration.exclude).targets, configuration, jobs=options["jobs"])
    result = seen.report
    if not result.outcomes and seen.interrupted is None:
        raise WrongUseError(f"no Python files or notebooks in {' '.join(paths)}")
    checks = checklist.checklist(result, seen.topics, worlds)
    about, time = _about(paths)
    if history is not None:
        earlier.append(moments.moment(result, time, about.commit))
    write_file(output, form.render(result, checks, worlds, about, earlier))
    if history is not None:
        moments.keep(history, earlier[-1])
    say(f"{output}: {_items(checks)}. {phrases.standing(result)}", sys.stdout)
    say(f"Next: {phrases.next_step(result, program_name(), about.paths)}", sys.stdout)
    if seen.interrupted is not None:
        return seen.interrupted.exit_code
    return NOT_ANALYSED if result.exit_code == NOT_ANALYSED else NOTHING_LEFT


def _about(paths: tuple[str, ...]) -> tuple[About, str]:
    """Return what the report is about, and when that was in ISO 8601; SOURCE_DATE_EPOCH stands for now where it is set."""
    now = moments.now()
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in map(os.path.realpath, paths)]
    folder = os.path.commonpath(folders)
    root = git.work_tree(folder)
    asked = git.asked(folder, ["rev-parse", "--short=12", "HEAD"]) if root is not None else None
    commit = asked.stdout.decode("ascii", "replace").strip() if asked is not None and asked.returncode == 0 else ""
    typed = "" if paths == (".",) else shlex.join(paths)
    about = About(os.path.basename(root or folder) or folder, f"{now:%Y-%m-%d %H:%M} UTC", commit, typed)
    return about, moments.written_time(now)


def _items(checks: Sequence[Check]) -> str:
    done = sum(check.status == "done" for check in checks)
    todo = sum(check.status == "open" for check in checks)
    return f"{done} of {phrases.number(done + todo, 'item')} done" if done else phrases.number(todo, "item") + " to do"
