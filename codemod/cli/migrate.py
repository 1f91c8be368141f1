"""``apply`` and ``check``: the way from named paths to reports."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import click

from codemod.analysis import suppressions
from codemod.cli import branches, outputs, patches
from codemod.cli.dirty import uncommitted, warning
from codemod.cli.interactive import Questions
from codemod.cli.options import check_executor_options, configured, shared_options, since_option
from codemod.cli.output import say, write_bytes, write_diff, write_lines, write_text
from codemod.cli.progress import ProgressBar
from codemod.cli.views import View, program_name, take, view_options
from codemod.disk.interrupts import Interrupted, hold
from codemod.errors import PoolError, WrongUseError
from codemod.exit_codes import NOT_ANALYSED
from codemod.gate import pins, touched
from codemod.reports import diff, json, phrases, text
from codemod.reports.base import Report
from codemod.running import discovery, pools, resolution
from codemod.running.discovery import Input, absolute, remove_leftovers
from codemod.running.jobs import Job, do_safely
from codemod.running.runner import RunOptions, engine, file_settings, run

if TYPE_CHECKING:
    from codemod.cli.outputs import Output
    from codemod.configuration import Configuration
    from codemod.findings import Outcome
    from codemod.reports.base import Mode
    from codemod.running.discovery import Discovery
    from codemod.running.pools import Pool


_VERDICTS = {
    "installable": "the raised pin can be installed",
    "refused": "every pin stays, because the raised one cannot be installed",
    "not proved": "nobody knows whether the raised pin can be installed",
}


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
    view: View = field(default_factory=View)
    allow_dirty: bool = False
    resolve: bool = False

    @property
    def writes(self) -> bool:
        """Whether files are written."""
        return self.mode == "apply" or self.reason is not None


@click.command()
@shared_options
@click.option("--format", type=click.Choice(["text", "json"]), default="text", help="Format of the report.")
@click.option(
    "--diff", is_flag=True, help="Write nothing; print a diff that git apply takes. The report goes to standard error."
)
@click.option(
    "--save-patch",
    type=click.Path(readable=False),
    metavar="FILE",
    help="Write a patch of all changes to FILE; git apply -R FILE takes them back.",
)
@click.option(
    "--interactive",
    "-i",
    is_flag=True,
    help="Show each fix and ask about it. Your decisions stay when you quit; declined fixes are not asked about again.",
)
@click.option(
    "--ask-again", is_flag=True, help="With --interactive: also ask about fixes that were declined in earlier runs."
)
@click.option(
    "--resolve",
    is_flag=True,
    help="Ask uv first whether the raised pins can be installed; where they cannot, say who objects and raise none. Raises "
    "pins as --with-pins does, and asks your package index.",
)
@click.option(
    "--allow-dirty",
    is_flag=True,
    help="Do not warn about files with uncommitted changes, which Git could not give back.",
)
@view_options
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
    if options["resolve"]:
        options["with_pins"] = _with_pins(paths, options["with_pins"])
    questions = Questions(ask_again=ask_again) if interactive else None
    return _perform(paths, "diff" if diff else "apply", save_patch=save_patch, questions=questions, **options)


def _with_pins(paths: tuple[str, ...], chosen: bool | None) -> bool:
    if "-" in paths or chosen is False:
        raise WrongUseError("--resolve cannot be combined with - or --without-pins")
    return True


@click.command()
@shared_options
@since_option
@click.option(
    "--add-noqa",
    metavar="REASON",
    help="Write a comment for each finding (# noqa: MLF101 REASON), so that it does not count any more.",
)
@view_options
@outputs.report_options
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
    allow_dirty: bool = False,
    resolve: bool = False,
    executor: str | None = None,
    **options: Any,
) -> int:
    view = take(options)
    if executor is not None:
        check_executor_options(
            executor, {"-": "-" in paths, "--jobs": jobs is not None, "--interactive": questions is not None}
        )
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
        timeout_per_file, view, allow_dirty, resolve,
    )  # fmt: skip
    if paths == ("-",):
        return _standard_input(request, config, isolated, options)

    discovery.check_paths(request.paths)
    configuration = configured([discovery.absolute(path) for path in request.paths], config, isolated, options)
    found = discovery.discover(request.paths, configuration.exclude, follow_links=follow_links)
    if force_exclude:
        found = discovery.without(found, configuration.exclude)
    with pools.opened(executor) as pool:
        return _files(request, configuration, found, pool)


def _standard_input(request: _Request, config: str | None, isolated: bool, options: dict[str, Any]) -> int:
    name = request.stdin_filename or "stdin.py"
    path = os.path.abspath(name)
    configuration = configured([os.path.dirname(path)], config, isolated, options)
    plan = RunOptions(configuration.settings, ignores=configuration.ignores, reason=request.reason)
    if sys.stdin is None:
        raise WrongUseError("standard input is closed")
    data = sys.stdin.buffer.read()
    job = Job(Input(name, path), data, file_settings(plan, path))
    outcome = do_safely(engine(plan), job, request.timeout)
    new = data if outcome.new is None else outcome.new
    report = Report(request.mode, configuration.settings, (outcome,), fail_on=request.view.fail_on)
    if request.writes:
        write_bytes(new)
    elif request.mode == "diff":
        write_diff(diff.unified(name, data, new))
    _print(report, request, to_stderr=request.writes or request.mode == "diff")
    return request.view.exit_code(report)


def _files(request: _Request, configuration: Configuration, discovery: Discovery, pool: Pool | None) -> int:
    plan = _plan(request, configuration, pool)
    if request.resolve and not _can_install(plan, discovery):
        configuration = replace(configuration, settings=replace(configuration.settings, keeps_pins=True))
        plan = _plan(request, configuration, pool)
    _before(request, plan, discovery)
    way_back = patches.WayBack(request.save_patch, discovery) if request.save_patch is not None else None
    plan = replace(plan, before_write=None if way_back is None else way_back.add)
    branch = None
    if request.since is not None:
        branch = touched.changed_since(request.since, [absolute(path) for path in request.paths])
    looked: dict[str, Outcome] = {}
    if branch is not None and request.reason is not None:
        looked = branches.looked_at(discovery, plan, branch)
        plan = replace(
            plan, only={path: branches.finding_places(outcome, open_only=True) for path, outcome in looked.items()}
        )
    outcomes, interrupted = _run(request, plan, discovery, keeps_bytes=branch is not None or _needs_bytes(request))
    if looked:
        outcomes = [branches.of_branch(outcome, looked) for outcome in outcomes]
    elif branch is not None:
        outcomes = list(touched.only_touched(outcomes, branch))
    report = Report(
        request.mode, configuration.settings, tuple(outcomes),
        interrupted=interrupted is not None, fail_on=request.view.fail_on,
    )  # fmt: skip
    if way_back is not None:
        way_back.close()
    _after(request, report, discovery)
    _print(report, request, to_stderr=request.mode == "diff")
    if request.reason is None and (line := pins.advice(report.outcomes, applied=request.mode == "apply")):
        say(line, sys.stderr)
    if isinstance(interrupted, PoolError):
        say(
            f"error: {interrupted}: {len(outcomes)} of {phrases.number(len(discovery.targets), 'file')} were done",
            sys.stderr,
        )
        return NOT_ANALYSED
    return interrupted.exit_code if interrupted is not None else request.view.exit_code(report)


def _plan(request: _Request, configuration: Configuration, pool: Pool | None) -> RunOptions:
    return RunOptions(
        configuration.settings,
        write=request.writes,
        jobs=request.jobs,
        pool=pool,
        ignores=configuration.ignores,
        choose=None if request.questions is None else request.questions.choose,
        reason=request.reason,
        timeout=request.timeout,
    )


def _can_install(plan: RunOptions, discovery: Discovery) -> bool:
    """Return whether nothing objects to the pins that a run would raise; says what is known of each."""
    uv = resolution.uv_program()
    outcomes: list[Outcome] = []
    run(discovery.targets, replace(plan, write=False, choose=None), outcomes.append)
    proofs = list(resolution.proofs(outcomes, discovery.targets, uv))
    for proof in proofs:
        say(f"{proof.path}: {_VERDICTS[proof.verdict]}: {proof.text}", sys.stderr)
    if not proofs:
        say("--resolve: this run raises no pin of MLflow", sys.stderr)
    return all(proof.verdict != "refused" for proof in proofs)


def _needs_bytes(request: _Request) -> bool:
    """Return whether something after the run reads the files again that it found something in."""
    return request.mode == "diff" or request.view.shows_code or outputs.need_bytes(request.reports)


def _before(request: _Request, plan: RunOptions, discovery: Discovery) -> None:
    """Do what must be done before anything is written, or find out that nothing can be."""
    if request.mode == "apply":
        _foresee(request, plan, discovery)
    if request.writes:
        for path in remove_leftovers(discovery.leftovers):
            say(f"removed {path}, which a killed run left", sys.stderr)


def _foresee(request: _Request, plan: RunOptions, discovery: Discovery) -> None:
    """Find out what would be written, where it matters: for the questions, and for changes that are not committed."""
    real = {target.path: target.real for target in discovery.targets}
    dirty = set() if request.allow_dirty else uncommitted(real.values())
    if not dirty and request.questions is None:
        return
    outcomes: list[Outcome] = []
    targets = discovery.targets if request.questions is not None else [t for t in discovery.targets if t.real in dirty]
    run(targets, replace(plan, write=False, choose=None), outcomes.append)
    written = [one.path for one in outcomes if one.new != one.old and real[one.path] in dirty]
    if written:
        say(warning(written), sys.stderr)
    if request.questions is not None:
        request.questions.expect(outcomes)


def _run(
    request: _Request, plan: RunOptions, discovery: Discovery, *, keeps_bytes: bool
) -> tuple[list[Outcome], Interrupted | PoolError | None]:
    """Run the engine; what was done stands also when the run is interrupted, or nobody can work any more."""
    outcomes: list[Outcome] = []
    questions = request.questions
    bar = ProgressBar(len(discovery.targets) if questions is None else 0)

    def record(outcome: Outcome) -> None:
        keeps = keeps_bytes and (outcome.new != outcome.old or outcome.findings)
        outcomes.append(outcome if keeps else _light(outcome))
        bar.advance()
        if questions is not None:
            questions.finish(outcome)

    interrupted: Interrupted | PoolError | None = None
    try:
        run(discovery.targets, plan, record)
    except (Interrupted, PoolError) as error:
        hold()  # a second Ctrl-C must not cost the report of what was written
        interrupted = error
    finally:
        bar.close()
    if questions is not None:
        questions.close()
    return outcomes, interrupted


def _after(request: _Request, report: Report, discovery: Discovery) -> None:
    """Show the changes, and say what is not part of a report."""
    if request.mode == "diff":
        patches.show(report, discovery)
    if not discovery.targets:
        say(f"warning: no Python files or notebooks in {' '.join(request.paths)}", sys.stderr)
    if request.reason is not None:
        number = sum(outcome.new != outcome.old for outcome in report.outcomes)
        say(f"comments were written in {number} {'file' if number == 1 else 'files'}", sys.stderr)


def _light(outcome: Outcome) -> Outcome:
    """Forget the bytes of an outcome, but not whether they changed."""
    return replace(outcome, old=b"", new=b"" if outcome.new == outcome.old else b"changed")


def _print(report: Report, request: _Request, *, to_stderr: bool) -> None:
    stream = sys.stderr if to_stderr else sys.stdout
    options = request.view.options(_steps(report, request))
    if request.mode == "check":
        outputs.write_all(report, request.reports, statistics=request.statistics, people=stream, options=options)
    elif request.format == "json":
        write_text(json.render(report), stream)
    else:
        write_lines(text.lines(report, options), stream)


def _steps(report: Report, request: _Request) -> tuple[str, ...]:
    if request.paths == ("-",) or request.reason is not None or not report.counts.inputs:
        return ()
    paths = "" if request.paths == (".",) else shlex.join(request.paths)
    return phrases.steps(report, paths, program_name())
