"""``baseline``: tolerate what is known, stop what is new, and let go of what is fixed."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from codemod.cli import outputs
from codemod.cli.options import check_executor_options, configured, shared_options, since_option
from codemod.cli.output import say
from codemod.cli.progress import ProgressBar
from codemod.cli.views import take, view_options
from codemod.exit_codes import FINDINGS_LEFT, NOT_ANALYSED, NOTHING_LEFT
from codemod.findings import State, with_findings
from codemod.gate import touched
from codemod.gate.baseline import baseline_text, entries, is_entry_below, read_baseline, relative
from codemod.gate.fingerprints import numbered
from codemod.reports import phrases
from codemod.reports.base import Report, left
from codemod.rules import all_rules, selected
from codemod.running import discovery, pools
from codemod.running.runner import RunOptions, run

if TYPE_CHECKING:
    from codemod.cli.outputs import Output
    from codemod.findings import Finding, Outcome
    from codemod.gate.baseline import KnownFinding
    from codemod.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _Look:
    """What a run over the paths found.

    Attributes:
        report: All findings, known ones too.
        folder: The folder of the baseline, absolute and without symbolic links.
        named: The paths, as entries write them.
    """

    report: Report
    folder: str
    named: tuple[str, ...]


@click.group()
def baseline() -> None:
    """Keep the findings that are known in a file, by what their lines say and not by their numbers."""


_file = click.option(
    "--baseline", "file", type=click.Path(readable=False), metavar="FILE", default=".mlflow-codemod-baseline.json", show_default=True,
    help="The file of known findings; the paths in it count from its folder.",
)  # fmt: skip


@baseline.command(short_help="Write all present findings down as known.")
@shared_options
@_file
def write(paths: tuple[str, ...], file: str, **options: Any) -> int:
    """Note the findings in PATHS (files, folders; by default the current folder) as known.

    Entries of files that lie elsewhere, or cannot be analysed now, stay.
    """
    outputs.check_folder(file)
    old = read_baseline(file) if os.path.lexists(file) else set()
    look = _look(paths, file, options)
    present = {entry for one in look.report.outcomes for entry in entries(one, look.folder) if entry is not None}
    kept = old - _judged(old, look)
    outputs.write_file(file, baseline_text(present | kept))
    say(f"{file}: {phrases.number(len(present | kept), 'known finding')}", sys.stdout)
    return NOT_ANALYSED if look.report.exit_code == NOT_ANALYSED else NOTHING_LEFT


@baseline.command(short_help="Report findings that are not known, and known ones that are fixed.")
@shared_options
@click.option("--prune", is_flag=True, help="Remove the entries of fixed findings from the baseline.")
@click.option(
    "--allow-fixed", is_flag=True, help="Do not fail because of entries whose findings are fixed; only name them."
)
@since_option
@_file
@view_options
@outputs.report_options
def check(
    paths: tuple[str, ...],
    file: str,
    prune: bool,
    allow_fixed: bool,
    since: str | None,
    format: str | None,  # noqa: A002 - the name of the option
    output: tuple[Output, ...],
    statistics: bool,
    **options: Any,
) -> int:
    """Report the findings in PATHS (files, folders; by default the current folder) that the baseline does not know.

    The exit code is 1 for these, and also while the baseline knows findings that are fixed: `--prune` takes them out,
    `--allow-fixed` tolerates them.
    With `--since`, what is not known counts only on lines that the branch touched.
    """
    reports, view = outputs.chosen(format, output), take(options)
    known = read_baseline(file)
    paths = paths or (".",)
    branch = None
    if since is not None and "-" not in paths:
        discovery.check_paths(paths)
        branch = touched.changed_since(since, [discovery.absolute(path) for path in paths])
    look = _look(paths, file, options, keeps_bytes=branch is not None or view.shows_code or outputs.need_bytes(reports))
    present, new = _compared(look, known, branch)
    report = Report("check", look.report.settings, new, fail_on=view.fail_on)
    outputs.write_all(report, reports, statistics=statistics, people=sys.stdout, options=view.options())
    tolerated = len(known & present)
    if tolerated and not view.quiet:
        text = "1 known finding is" if tolerated == 1 else f"{tolerated} known findings are"
        say(f"{file}: {text} tolerated", sys.stderr)
    code = view.exit_code(report)
    if not _let_go(file, known, sorted(_judged(known, look) - present), prune=prune, allow=allow_fixed):
        return code or FINDINGS_LEFT
    return code


def _compared(
    look: _Look, known: set[KnownFinding], branch: touched.Branch | None
) -> tuple[set[KnownFinding], tuple[Outcome, ...]]:
    """Return the entries of all present findings, and the outcomes without those that are known or do not count."""
    present: set[KnownFinding] = set()
    new: list[Outcome] = []
    unknown: dict[str, Counter[tuple[str, str]]] = {}
    for outcome in look.report.outcomes:
        of_findings = entries(outcome, look.folder)
        present.update(entry for entry in of_findings if entry is not None)
        new.append(_without(outcome, [entry in known for entry in of_findings]))
        unknown[outcome.path] = Counter(_kind(finding) for finding in left(new[-1]))
    if branch is not None:
        counted = touched.only_touched(look.report.outcomes, branch)
        new = [_at_most(outcome, unknown[outcome.path]) for outcome in counted]
    return present, tuple(new)


def _let_go(file: str, known: set[KnownFinding], fixed: list[KnownFinding], *, prune: bool, allow: bool) -> bool:
    """Take the entries of fixed findings out, or name them; False when they fail the run."""
    if not fixed:
        return True
    if prune:
        outputs.write_file(file, baseline_text(known - set(fixed)))
        say(f"{file}: {_number(fixed)} taken out", sys.stderr)
        return True
    for entry in fixed[:_SHOWN]:
        say(f"fixed: {entry.path}: {entry.code} {entry.text}", sys.stderr)
    more = f" ({len(fixed) - _SHOWN} are not shown)" if len(fixed) > _SHOWN else ""
    hint = "`--prune` takes them out" if allow else "`--prune` takes them out, `--allow-fixed` leaves them until later"
    say(f"{file}: {_number(fixed)} can be taken out{more}; {hint}", sys.stderr)
    return allow


def _number(fixed: list[KnownFinding]) -> str:
    return "1 fixed finding" if len(fixed) == 1 else f"{len(fixed)} fixed findings"


def _look(paths: tuple[str, ...], file: str, options: dict[str, Any], *, keeps_bytes: bool = False) -> _Look:
    config, isolated, jobs = options.pop("config"), options.pop("isolated"), options.pop("jobs")
    force_exclude, follow_links = options.pop("force_exclude"), options.pop("follow_links")
    timeout, executor = options.pop("timeout_per_file"), options.pop("executor")
    if executor is not None:
        check_executor_options(executor, {"--jobs": jobs is not None})
    if "-" in paths or options.pop("stdin_filename") is not None:
        raise click.UsageError("a baseline is about files, not about standard input")
    if config is not None and isolated:
        raise click.UsageError("--config cannot be combined with --isolated")
    paths = paths or (".",)
    discovery.check_paths(paths)
    configuration = configured([discovery.absolute(path) for path in paths], config, isolated, options)
    found = discovery.discover(paths, configuration.exclude, follow_links=follow_links)
    if force_exclude:
        found = discovery.without(found, configuration.exclude)
    outcomes: list[Outcome] = []
    bar = ProgressBar(len(found.targets))

    def record(outcome: Outcome) -> None:
        keeps = keeps_bytes and outcome.findings
        outcomes.append(outcome if keeps else replace(outcome, old=b"", new=b""))
        bar.advance()

    try:
        with pools.opened(executor) as pool:
            plan = RunOptions(
                configuration.settings, jobs=jobs, pool=pool, ignores=configuration.ignores, timeout=timeout
            )
            run(found.targets, plan, record)
    finally:
        bar.close()
    folder = os.path.realpath(os.path.dirname(file) or ".")
    named = tuple(relative(discovery.absolute(path), folder) for path in paths)
    return _Look(Report("check", configuration.settings, tuple(outcomes)), folder, named)


def _judged(known: set[KnownFinding], look: _Look) -> set[KnownFinding]:
    """Return the entries that this run can speak of: their file was asked for and read, and their rule was run."""
    unread = {
        relative(outcome.path, look.folder)
        for outcome in look.report.outcomes
        if outcome.state in (State.FAILED, State.SKIPPED) or outcome.problems
    }
    idle = _idle(look.report.settings)
    return {
        entry
        for entry in known
        if is_entry_below(entry, look.folder, look.named) and entry.path not in unread and entry.code not in idle
    }


def _idle(settings: Settings) -> set[str]:
    return {rule.code for rule in all_rules()} - {rule.code for rule in selected(settings)}


def _without(outcome: Outcome, known: list[bool]) -> Outcome:
    """Leave out the findings that are known."""
    outcome = numbered(outcome)
    pairs = zip(outcome.findings, known, strict=True)
    return with_findings(outcome, tuple(finding for finding, is_known in pairs if not is_known))


def _kind(finding: Finding) -> tuple[str, str]:
    return finding.code, " ".join(finding.source_line.split())


def _at_most(outcome: Outcome, unknown: Counter[tuple[str, str]]) -> Outcome:
    """Leave out findings on touched lines until there are no more of a kind than the baseline does not know.

    Equal lines have their names by their order, so a new line above a known one takes its name. Which of them is new says
    the branch: the touched one.
    """
    outcome, unknown = numbered(outcome), unknown.copy()
    kept = []
    for finding in reversed(outcome.findings):
        counts = not finding.fixed and not finding.suppressed
        if counts:
            unknown[_kind(finding)] -= 1
        if not counts or unknown[_kind(finding)] >= 0:
            kept.append(finding)
    return with_findings(outcome, tuple(reversed(kept)))
