"""``apply`` and ``check``: the way from named paths to reports."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from codemod.analysis import suppressions
from codemod.cli import outputs
from codemod.cli.interactive import Questions
from codemod.cli.options import configured, shared_options, since_option
from codemod.cli.output import say, write_bytes, write_diff, write_lines, write_text
from codemod.cli.progress import ProgressBar
from codemod.disk.interrupts import Interrupted, hold
from codemod.disk.patch_file import PatchFile
from codemod.errors import WrongUseError
from codemod.findings import with_findings
from codemod.gate import touched
from codemod.gate.silencing import place_of
from codemod.reports import diff, json, text
from codemod.reports.base import Report
from codemod.running import discovery
from codemod.running.discovery import Target, absolute
from codemod.running.jobs import Job, migrate_safely
from codemod.running.runner import Run, engine, file_settings, run

if TYPE_CHECKING:
    from codemod.cli.outputs import Output
    from codemod.configuration import Configuration
    from codemod.findings import Outcome
    from codemod.gate.silencing import Place
    from codemod.gate.touched import Branch
    from codemod.reports.base import Mode
    from codemod.running.discovery import Discovery


@dataclass(frozen=True, slots=True)
class _Request:
    """The command line, apart from the settings."""

    paths: tuple[str, ...]
    mode: Mode
    format: str
    jobs: int | None
    stdin_filename: str | None
    save_patch: str | None = None
    reports: tuple[Output, ...] = ()
    statistics: bool = False
    since: str | None = None
    questions: Questions | None = None
    reason: str | None = None
    timeout: float | None = None


@click.command()
@shared_options
@click.option("--format", type=click.Choice(["text", "json"]), default="text", help="Form of the report.")
@click.option(
    "--diff", is_flag=True, help="Write nothing; print a diff that git apply takes. The report goes to standard error."
)
@click.option(
    "--save-patch",
    type=click.Path(readable=False),
    metavar="FILE",
    help="Write what was done to FILE; git apply -R FILE takes it back.",
)
@click.option(
    "--interactive",
    "-i",
    is_flag=True,
    help="Show each fix and ask about it. What was decided stays when you quit; what you declined is not asked again.",
)
@click.option("--ask-again", is_flag=True, help="With --interactive: ask too about what was declined in earlier runs.")
def apply(
    paths: tuple[str, ...], diff: bool, save_patch: str | None, interactive: bool, ask_again: bool, **options: Any
) -> int:
    """Rewrite MLflow 2 code in PATHS (files, folders; by default the current folder) for MLflow 3.

    With - as the only path, code is read from standard input and written to standard output.
    """
    if interactive:
        for name, is_given in (("-", "-" in paths), ("--diff", diff), ("--jobs", options["jobs"] is not None)):
            if is_given:
                raise WrongUseError(f"--interactive cannot be combined with {name}")
    elif ask_again:
        raise WrongUseError("--ask-again needs --interactive")
    if diff and (save_patch is not None or options["format"] != "text"):
        raise click.UsageError("--diff cannot be combined with --save-patch or --format json")
    if save_patch is not None and "-" in paths:
        raise click.UsageError("--save-patch cannot be combined with standard input")
    if save_patch is not None and os.path.lexists(save_patch):
        raise WrongUseError(f"{save_patch}: exists already and may be the only way back; name another file")
    questions = None
    if interactive:
        questions = Questions(ask_again=ask_again)
    return _perform(paths, "diff" if diff else "apply", save_patch=save_patch, questions=questions, **options)


@click.command()
@shared_options
@since_option
@click.option(
    "--add-noqa",
    metavar="REASON",
    help="Write a comment for each finding (# noqa: MLF101 REASON), so that it does not count any more.",
)
@outputs.options
def check(
    paths: tuple[str, ...],
    format: str | None,  # noqa: A002 - the name of the option
    output: tuple[Output, ...],
    add_noqa: str | None,
    **options: Any,
) -> int:
    """Report MLflow 2 code in PATHS (files, folders; by default the current folder). Changes nothing but by --add-noqa.

    With - as the only path, code is read from standard input; with --add-noqa it goes to standard output.
    """
    reports = outputs.chosen(format, output)
    if add_noqa is not None:
        options["reason"] = suppressions.check_reason(add_noqa)
        if "-" in paths and any(report.file is None and report.format != "text" for report in reports):
            raise click.UsageError("with --add-noqa and -, the code goes to standard output; give the report a file")
    return _perform(paths, "check", format="", reports=reports, **options)


def _perform(
    paths: tuple[str, ...],
    mode: Mode,
    *,
    config: str | None,
    isolated: bool,
    format: str,  # noqa: A002 - the name of the option
    jobs: int | None,
    stdin_filename: str | None,
    save_patch: str | None = None,
    reports: tuple[Output, ...] = (),
    statistics: bool = False,
    since: str | None = None,
    questions: Questions | None = None,
    reason: str | None = None,
    force_exclude: bool = False,
    follow_links: bool = False,
    timeout_per_file: float,
    **options: Any,
) -> int:
    if since is not None and "-" in paths:
        raise click.UsageError("--since cannot be combined with standard input")
    if "-" in paths and len(paths) > 1:
        raise click.UsageError("- (standard input) cannot be combined with other paths")
    if stdin_filename is not None and paths != ("-",):
        raise click.UsageError("--stdin-filename needs - as the path")
    if config is not None and isolated:
        raise click.UsageError("--config cannot be combined with --isolated")
    request = _Request(
        paths or (".",), mode, format, jobs, stdin_filename, save_patch, reports, statistics, since, questions, reason,
        timeout_per_file,
    )  # fmt: skip
    if paths == ("-",):
        return _standard_input(request, config, isolated, options)

    discovery.check(request.paths)
    configuration = configured([discovery.absolute(path) for path in request.paths], config, isolated, options)
    found = discovery.discover(request.paths, configuration.exclude, follow_links=follow_links)
    return _files(request, configuration, discovery.without(found, configuration.exclude) if force_exclude else found)


def _standard_input(request: _Request, config: str | None, isolated: bool, options: dict[str, Any]) -> int:
    name = request.stdin_filename or "stdin.py"
    path = os.path.abspath(name)
    configuration = configured([os.path.dirname(path)], config, isolated, options)
    plan = Run(configuration.settings, ignores=configuration.ignores, reason=request.reason)
    if sys.stdin is None:
        raise WrongUseError("standard input is closed")
    data = sys.stdin.buffer.read()
    job = Job(Target(name, path), data, file_settings(plan, path))
    outcome = migrate_safely(engine(plan), job, request.timeout)
    new = data if outcome.new is None else outcome.new
    report = Report(request.mode, configuration.settings, (outcome,))
    writes = request.mode == "apply" or request.reason is not None
    if writes:
        write_bytes(new)
    elif request.mode == "diff":
        write_diff(diff.unified(name, data, new))
    _print(report, request, to_stderr=writes or request.mode == "diff")
    return report.exit_code


def _files(request: _Request, configuration: Configuration, discovery: Discovery) -> int:
    writes = request.mode == "apply" or request.reason is not None
    if writes:
        _remove(discovery.leftovers)
    way_back = _WayBack(request.save_patch, discovery) if request.save_patch is not None else None
    branch = None
    if request.since is not None:
        branch = touched.since(request.since, [absolute(path) for path in request.paths])
    outcomes: list[Outcome] = []
    questions = request.questions
    bar = ProgressBar(len(discovery.targets) if questions is None else 0)
    keeps_bytes = request.mode == "diff" or branch is not None or outputs.need_bytes(request.reports)

    def record(outcome: Outcome) -> None:
        keeps = keeps_bytes and (outcome.new != outcome.old or outcome.findings)
        outcomes.append(outcome if keeps else _light(outcome))
        bar.advance()
        if questions is not None:
            questions.finish(outcome)

    plan = Run(
        configuration.settings,
        write=writes,
        jobs=request.jobs,
        ignores=configuration.ignores,
        choose=None if questions is None else questions.choose,
        reason=request.reason,
        timeout=request.timeout,
        before_write=None if way_back is None else way_back.add,
    )
    looked: dict[str, Outcome] = {}
    if branch is not None and request.reason is not None:
        looked = _looked_at(discovery, plan, branch)
        plan = replace(plan, only={path: _places(outcome, open_only=True) for path, outcome in looked.items()})
    interrupted: Interrupted | None = None
    try:
        run(discovery.targets, plan, record)
    except Interrupted as error:
        hold()  # a second Ctrl-C must not cost the report of what was written
        interrupted = error
    finally:
        bar.close()
    if questions is not None:
        questions.close()
    if looked:
        outcomes = [_of_branch(outcome, looked) for outcome in outcomes]
    elif branch is not None:
        outcomes = list(touched.only_touched(outcomes, branch))
    report = Report(request.mode, configuration.settings, tuple(outcomes), interrupted=interrupted is not None)
    if way_back is not None:
        way_back.close()
    if request.mode == "diff":
        patch, base = _patch(report, discovery)
        write_diff(patch)
        if base is not None:
            say(f"paths in the diff count from {base}", sys.stderr)
    if not discovery.targets:
        say(f"warning: no Python files or notebooks in {' '.join(request.paths)}", sys.stderr)
    if request.reason is not None:
        number = sum(outcome.new != outcome.old for outcome in outcomes)
        say(f"comments were written in {number} {'file' if number == 1 else 'files'}", sys.stderr)
    _print(report, request, to_stderr=request.mode == "diff")
    return interrupted.exit_code if interrupted is not None else report.exit_code


def _looked_at(discovery: Discovery, plan: Run, branch: Branch) -> dict[str, Outcome]:
    """Find what a branch touched, before comments make lines that it did not touch look as if it did."""
    outcomes: list[Outcome] = []
    run(discovery.targets, replace(plan, write=False, reason=None), outcomes.append)
    return {outcome.path: outcome for outcome in touched.only_touched(outcomes, branch)}


def _places(outcome: Outcome, *, open_only: bool) -> frozenset[Place]:
    return frozenset(place_of(finding) for finding in outcome.findings if not (open_only and finding.suppressed))


def _of_branch(outcome: Outcome, looked: dict[str, Outcome]) -> Outcome:
    """Leave out of an input with new comments what its branch did not touch."""
    before = looked[outcome.path]
    if not _places(before, open_only=True):
        return replace(before, new=before.old)  # it was looked at, and nothing was written
    wanted = _places(before, open_only=False)
    return with_findings(outcome, tuple(finding for finding in outcome.findings if place_of(finding) in wanted))


def _light(outcome: Outcome) -> Outcome:
    """Forget the bytes of an outcome, but not whether they changed."""
    return replace(outcome, old=b"", new=b"" if outcome.new == outcome.old else b"changed")


def _patch(report: Report, discovery: Discovery) -> tuple[bytes, str | None]:
    """Make one diff of all changes.

    Returns:
        The diff, and the folder that its paths count from if a person would not expect it.
    """
    real = {target.path: target.real for target in discovery.targets}
    changed = [outcome for outcome in report.outcomes if outcome.new != outcome.old]
    if not changed:
        return b"", None
    base = diff.base_folder([real[outcome.path] for outcome in changed])
    parts = [
        diff.unified(os.path.relpath(real[outcome.path], base), outcome.old or b"", outcome.new or b"")
        for outcome in changed
    ]
    return b"".join(parts), base if base != os.path.realpath(os.getcwd()) else None


class _WayBack:
    """The patch that takes back what a run does, written before it is done."""

    def __init__(self, path: str, discovery: Discovery) -> None:
        outputs.check_folder(path)
        self._file = PatchFile(path)
        self._base = diff.base_folder([target.real for target in discovery.targets if not target.skipped])

    def add(self, target: Target, old: bytes, new: bytes) -> Callable[[], None]:
        """Put what takes back one change onto the disk; return what takes that away again."""
        size = self._file.size
        self._file.add(diff.unified(os.path.relpath(target.real, self._base), old, new))
        return lambda: self._file.shorten(size)

    def close(self) -> None:
        """Say how the run is taken back."""
        path = self._file.path
        if not self._file.close():
            say(f"nothing was changed, so {path} was not written", sys.stderr)
            return
        is_elsewhere = self._base != os.path.realpath(os.getcwd())
        where = ["-C", self._base] if is_elsewhere else []
        command = shlex.join(["git", *where, "apply", "-R", os.path.abspath(path) if is_elsewhere else path])
        say(f"{command} takes the changes back", sys.stderr)


def _remove(leftovers: tuple[str, ...]) -> None:
    for path in leftovers:
        try:
            os.unlink(path)
        except OSError:
            continue
        say(f"removed {path}, which a killed run left", sys.stderr)


def _print(report: Report, request: _Request, *, to_stderr: bool) -> None:
    stream = sys.stderr if to_stderr else sys.stdout
    if request.mode == "check":
        outputs.write_all(report, request.reports, statistics=request.statistics, people=stream)
    elif request.format == "json":
        write_text(json.render(report), stream)
    else:
        write_lines(text.lines(report), stream)
