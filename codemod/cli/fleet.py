"""``fleet``: many repositories at once, in one report."""

from __future__ import annotations

import sys
from string import Template
from typing import Any

import click

from codemod.cli import elsewhere
from codemod.cli.options import codes_option, executor_option, target_option, timeout_per_file_option, unsafe_option
from codemod.cli.output import say, write_lines, write_text
from codemod.disk.interrupts import Interrupted
from codemod.errors import PoolError, WrongUseError
from codemod.fleet import children, document, mirrors, page, running, table
from codemod.fleet.asking import GitError
from codemod.fleet.job import MESSAGE
from codemod.fleet.listing import read_list
from codemod.fleet.mirrors import Author
from codemod.fleet.order import ordered
from codemod.fleet.running import FleetOptions, RepositoryResult
from codemod.fleet.totals import moment_of_fleet, totals
from codemod.fleet.workplace import Workplace
from codemod.reports import history as moments
from codemod.reports import phrases
from codemod.running import discovery, executors
from codemod.running.runner import available_cpus

_WORDS = ("name", "target", "version", "fixed", "files", "open", "must", "rules")


@click.command()
@click.argument("list_", metavar="LIST", type=click.Path(readable=False))
@click.option(
    "--work",
    required=True,
    type=click.Path(readable=False),
    metavar="DIR",
    help="Where copies, records and reports lie; a later run with the same folder goes on there.",
)
@click.option(
    "--apply",
    "applies",
    is_flag=True,
    help="Make the safe fixes, as one commit on a branch of each copy; nothing is pushed.",
)
@click.option(
    "--branch", metavar="NAME", default="mlflow-3", show_default=True, help="With --apply: the branch for the commit."
)
@click.option(
    "--message",
    "message_file",
    type=click.Path(readable=False),
    metavar="FILE",
    help="With --apply: a template of the commit's message, in which $name, $target, $fixed, $files, $open, $must, $rules and $version "
    "stand for what they say.",
)
@click.option(
    "--verify",
    "verifies",
    is_flag=True,
    help="Run verify where the list gives its arguments. This runs the code of these repositories; nothing else here does.",
)
@codes_option("select", "Run only these rules, in all repositories.")
@codes_option("ignore", "Do not run these rules, in any repository.")
@target_option("What the code of all repositories shall run on.")
@unsafe_option
@click.option("--with-pins", is_flag=True, help="Also raise the pins that keep MLflow 3 out.")
@click.option(
    "--jobs", "-j", type=click.IntRange(min=1), help="Repositories at a time; by default as many as there are CPUs."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    default=1800.0,
    show_default=True,
    help="A repository that takes longer fails, and the others go on.",
)
@executor_option
@timeout_per_file_option
@click.option(
    "--format", type=click.Choice(["text", "json"]), default="text", help="Format of the report on standard output."
)
def fleet(list_: str, work: str, format: str, **options: Any) -> int:  # noqa: A002 - the name of the option
    """Check all repositories that LIST names, or make their fixes, and show in which order to move them.

    LIST is a text file with one path or Git address a line, or a TOML file with options for each repository. Exit codes: 0 nothing is left
    in any repository, 1 findings are left, 3 a repository or a file could not be looked at, 4 --verify did not run everything.
    """
    entries = read_list(list_)
    place = Workplace(work)
    try:
        plan = _plan(options)
    except GitError as error:
        raise WrongUseError(str(error)) from error
    with place.taken() as lock:
        progress = _Progress(len(entries))
        results, interrupted = running.run_fleet(entries, plan, place, lock, progress.tell)
        return _report(results, plan, place, interrupted, format)


def _plan(options: dict[str, Any]) -> FleetOptions:
    if options["message_file"] is not None and not options["applies"]:
        raise click.UsageError("--message needs --apply")
    if options["verifies"]:
        elsewhere.installed_command("verify")
    if options["executor"] is not None:
        executors.check_executor(options["executor"])
    jobs = options["jobs"] or available_cpus()
    return FleetOptions(
        applies=options["applies"],
        branch=_branch(options["branch"]),
        message=_message(options["message_file"]),
        author=_author() if options["applies"] else None,
        settings=_settings(options),
        with_pins=options["with_pins"],
        verifies=options["verifies"],
        jobs=jobs,
        workers=max(1, available_cpus() // jobs),
        executor=options["executor"],
        timeout=options["timeout"],
        timeout_per_file=options["timeout_per_file"],
    )


def _settings(options: dict[str, Any]) -> dict[str, Any]:
    """Return the command line's choices as a table of pyproject.toml."""
    chosen = {name: options[name] for name in ("target", "unsafe") if options[name] is not None}
    return chosen | {name: list(options[name]) for name in ("select", "ignore") if options[name]}


def _branch(name: str) -> str:
    if not mirrors.is_branch(name):
        raise WrongUseError(f"--branch {name!r} is not a name that Git takes for a branch")
    return name


def _message(path: str | None) -> str:
    if path is None:
        return MESSAGE
    try:
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        Template(text).substitute(dict.fromkeys(_WORDS, ""))
    except OSError as error:
        raise WrongUseError(f"{path}: cannot be read: {error.strerror}") from error
    except KeyError as error:
        raise WrongUseError(
            f"{path}: ${error.args[0]} is unknown; there are {', '.join(f'${word}' for word in _WORDS)}"
        ) from error
    except ValueError as error:
        raise WrongUseError(f"{path}: is not a valid template: {error}; write $$ for a dollar sign") from error
    if not text.strip():
        raise WrongUseError(f"{path}: is empty")
    return text


def _author() -> Author:
    found = mirrors.author()
    if found is None:
        raise WrongUseError(
            'Git knows no author for the commits: git config --global user.name "…", and user.email, or set GIT_AUTHOR_NAME and GIT_AUTHOR_EMAIL'
        )
    return found


class _Progress:
    """Tells of each repository as it is done, on standard error, so that a run that is ended has said what it did."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def tell(self, result: RepositoryResult) -> None:
        if not result.is_reached:
            return
        self._done += 1
        record = result.seen
        if record is None:
            said = f"failed: {result.failure}"
        elif result.is_known:
            said = "as before"
        else:
            said = f"{record.must} must be fixed, {record.can_wait} can wait" + (
                f", {record.fixed} fixed" if record.fixed else ""
            )
        say(f"[{self._done}/{self._total}] {result.entry.name}: {said}", sys.stderr)


def _report(
    results: list[RepositoryResult],
    plan: FleetOptions,
    work: Workplace,
    interrupted: Interrupted | PoolError | None,
    form: str,
) -> int:
    places, found = ordered(results), totals(results)
    code = interrupted.exit_code if isinstance(interrupted, Interrupted) else running.exit_code(results)
    time = moments.now()
    history = moments.read_history(work.history)
    if interrupted is None:
        history.append(moment_of_fleet(results, moments.written_time(time), _target(results)))
    shown = document.fleet_document(
        places, found, applies=plan.applies, exit_code=code, interrupted=interrupted is not None
    )
    if form == "json":
        write_text(shown, sys.stdout)
    else:
        write_lines(table.table_lines(places, found), sys.stdout)
    if interrupted is None:  # files come last: the disk may be full
        moments.keep(work.history, history[-1])
    children.write_text_whole(work.document, shown)
    children.write_text_whole(work.page, page.fleet_page(places, found, f"{time:%Y-%m-%d %H:%M} UTC", history))
    if form != "json":
        say(f"Page: {discovery.shown_path(work.page)}", sys.stdout)
    if interrupted is not None:
        missing = found.states["not reached"]
        why = f"error: {interrupted}: " if isinstance(interrupted, PoolError) else ""
        say(
            f"{why}stopped early: {len(results) - missing} of {phrases.number(len(results), 'repository', 'repositories')} "
            "are done; the same command goes on with the rest",
            sys.stderr,
        )
    return code


def _target(results: list[RepositoryResult]) -> str:
    return next((result.seen.target for result in results if result.seen is not None), "")
