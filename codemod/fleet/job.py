"""What is done with one repository, in a process of its own: what hangs there, dies or eats memory costs only this repository.

The process lies in the work tree while it works, so paths are shown as the project's people write them. Nothing is imported from
there: see `codemod.fleet.children.child_command`.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from string import Template
from typing import Any

from codemod.configuration import Configuration, load_file, overridden
from codemod.errors import PoolError, WrongUseError
from codemod.findings import Outcome, State
from codemod.fleet import children, records
from codemod.fleet.addresses import Address
from codemod.fleet.asking import GitError
from codemod.fleet.mirrors import Author, Head, Mirror, remove_folder
from codemod.fleet.records import Applied, Record, Verified
from codemod.fleet.surroundings import Surroundings, surroundings
from codemod.overview import Overview, survey
from codemod.reports import compatibility, html, phrases
from codemod.reports import history as moments
from codemod.reports import json as report_json
from codemod.reports.base import Report, left, reasons
from codemod.reports.checklist import checklist
from codemod.reports.compatibility import WorldSummary
from codemod.reports.page import About
from codemod.running import discovery, limits, pools
from codemod.running.discovery import Input
from codemod.running.pools import Pool
from codemod.running.runner import RunOptions, run
from codemod.version import __version__

FAILED = 3
"""The exit code of a process that could say why it failed."""

MESSAGE = """Move from MLflow 2 to $target

Fixes by mlflow-codemod $version: $fixed ($rules)
Files changed: $files
Findings left: $open, of which to be fixed before the move: $must
"""
_VERDICTS = {
    0: "as on MLflow 2", 1: "differs from MLflow 2", 2: "was not run", 3: "could not be run", 4: "not everything ran",
}  # fmt: skip
_PREFIX = re.compile(r"(?i)^(?:error|failed): ")


@dataclass(frozen=True, slots=True)
class RepositoryJob:
    """What is asked of one repository.

    Attributes:
        name: What people call it.
        address: Where it comes from.
        folder: The absolute path of its folder.
        head: The commit that is looked at.
        asked: See `codemod.fleet.records.Record.asked`.
        paths: Files and folders in it; empty for all.
        settings: Tables that go above its own configuration, the stronger one last.
        with_pins: Whether pins that keep MLflow 3 out are raised.
        applies: Whether fixes are made and committed.
        branch: The branch for the commit.
        message: The template of the commit's message.
        author: The commit's author.
        timeout: Seconds that one file may take; None sets no limit.
        jobs: Worker processes for its files.
        executor: Where its files are worked on instead; None for this machine.
        verify: The arguments of ``verify``; None when it is not asked for.
        is_careful: Whether no file is worked on in this process, because an earlier one died of this repository.
    """

    name: str
    address: Address
    folder: str
    head: Head
    asked: Mapping[str, Any] = field(default_factory=dict)
    paths: tuple[str, ...] = ()
    settings: tuple[Mapping[str, Any], ...] = ()
    with_pins: bool = False
    applies: bool = False
    branch: str = ""
    message: str = MESSAGE
    author: Author | None = None
    timeout: float | None = None
    jobs: int = 1
    executor: str | None = None
    verify: tuple[str, ...] | None = None
    is_careful: bool = False

    def to_json(self) -> str:
        """Return the job as one line; it holds credentials, and is handed on by a pipe only."""
        return json.dumps(asdict(self))

    @staticmethod
    def of_json(text: str | bytes) -> RepositoryJob:
        """Read a job."""
        values = json.loads(text)
        parts = {"address": Address, "head": Head, "author": Author}
        for name, kind in parts.items():
            values[name] = kind(**values[name]) if values[name] is not None else None
        for one in fields(RepositoryJob):
            if isinstance(values[one.name], list):
                values[one.name] = tuple(values[one.name])
        return RepositoryJob(**values)


def main() -> None:
    """Do the job that stands on standard input; end when that is closed, because whoever waits for the result has died."""
    with open(os.dup(0), "rb", buffering=0) as source:
        job = RepositoryJob.of_json(source.readline())
    threading.Thread(target=_watch, daemon=True).start()
    # What is made for a moment lies here: a process that is killed leaves it, and the next one finds it.
    tempfile.tempdir = os.path.join(job.folder, "scratch")
    try:
        remove_folder(tempfile.tempdir)
        os.makedirs(tempfile.tempdir)
        record = perform(job)
        remove_folder(tempfile.tempdir)
        records.write_record(records.path_of(job.folder), record)
    except (GitError, PoolError, WrongUseError) as error:
        children.answer(str(error))
        sys.exit(children.LOST if isinstance(error, PoolError) else FAILED)
    except OSError as error:
        children.answer(children.refusal(error))
        raise


def _watch() -> None:
    os.read(0, 1)  # not by way of `sys.stdin`, whose lock the interpreter wants at its end
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)  # Git and the workers go, too
    os._exit(1)


def perform(job: RepositoryJob) -> Record:
    """Copy a repository, look at it, do what is asked, and write its reports.

    Raises:
        GitError: If it cannot be copied, or its work tree holds what a person did.
        WrongUseError: If its configuration cannot be followed, or a path that was named is not there.
        PoolError: If those who work on its files cannot be reached.
    """
    mirror = Mirror(job.folder, job.address)
    if mirror.is_touched():
        raise GitError(f"somebody changed its work tree: push or move that away, then remove {mirror.tree}")
    mirror.fetch(job.head)
    mirror.check_out(job.head.commit)
    os.chdir(mirror.tree)
    configuration = _configuration(job)
    targets = _targets(job, configuration)
    around = surroundings(targets)
    verified, worlds = _verify(job) if job.verify is not None else (None, None)
    limits.leave_memory()  # only now: what the project itself takes is its own affair
    with _pool(job) as pool:
        applied = _apply(job, mirror, targets, configuration, pool) if job.applies else None
        seen = survey(targets, configuration, jobs=job.jobs, pool=pool, timeout=job.timeout)
    mirror.leave()
    _write_reports(job, seen, worlds)
    return _record(job, seen.report, around, applied, verified, mirror.date(job.head.commit))


def _pool(job: RepositoryJob) -> contextlib.AbstractContextManager[Pool | None]:
    if job.is_careful and job.executor is None:
        return contextlib.closing(pools.LocalPool(max(2, job.jobs), few=0))
    return pools.opened(job.executor)


def _configuration(job: RepositoryJob) -> Configuration:
    """Return the repository's own configuration with what was asked for above it; none is read above its root."""
    root = os.getcwd()
    found, path = None, os.path.join(root, "pyproject.toml")
    if os.path.isfile(path) and os.path.realpath(path).startswith(os.path.join(os.path.realpath(root), "")):
        try:
            found = load_file("pyproject.toml", required=False)
        except UnicodeDecodeError as error:
            raise WrongUseError(f"pyproject.toml: is not valid TOML: {error}") from error
    configuration = found or Configuration()
    for table in job.settings:
        configuration = overridden(configuration, table, root)
    if not job.with_pins:
        return configuration
    return replace(configuration, settings=replace(configuration.settings, with_pins=True))


def _targets(job: RepositoryJob, configuration: Configuration) -> tuple[Input, ...]:
    root = os.path.join(os.path.realpath(os.getcwd()), "")
    for path in job.paths:
        if not os.path.join(os.path.realpath(path), "").startswith(root):
            raise WrongUseError(f"{path} leads out of the repository")
    return discovery.discover(job.paths or (".",), configuration.exclude).targets


def _verify(job: RepositoryJob) -> tuple[Verified, tuple[WorldSummary, ...] | None]:
    """Run ``verify`` on the work tree as it was fetched. This runs the project's code, which is what was asked for."""
    if not job.verify:
        return Verified(None, "no command was given"), None
    result, said = os.path.join(job.folder, "verify.json"), os.path.join(job.folder, "verify.log")
    with open(said, "wb") as log:
        if os.path.exists(result):
            os.unlink(result)
        arguments = ["verify", ".", "--output", f"json={result}", *job.verify]
        command, environment = children.child_command("codemod.cli", arguments)
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    worlds = compatibility.read_compatibility(result) if os.path.exists(result) else None
    verdict = _VERDICTS.get(done.returncode, "")
    if done.returncode not in (0, 1, 4):  # its last line says why
        verdict = ": ".join(filter(None, (verdict, _PREFIX.sub("", children.last_line(said)))))
    return Verified(done.returncode, verdict), worlds


def _apply(
    job: RepositoryJob, mirror: Mirror, targets: tuple[Input, ...], configuration: Configuration, pool: Pool | None
) -> Applied:
    outcomes: list[Outcome] = []
    plan = RunOptions(
        configuration.settings, write=True, jobs=job.jobs, pool=pool, ignores=configuration.ignores, timeout=job.timeout
    )
    run(targets, plan, outcomes.append)
    report = Report("apply", configuration.settings, tuple(outcomes))
    files = report.counts.states[State.CHANGED]
    if not files or job.author is None:
        return Applied(job.branch)
    fixed = Counter(one.code for outcome in report.outcomes for one in outcome.findings if one.fixed)
    message = Template(job.message).substitute(
        name=job.name,
        target=phrases.target_name(report),
        version=__version__,
        fixed=report.counts.fixed,
        files=files,
        open=report.counts.left,
        must=sum(count for severity, count in report.counts.severities.items() if severity.rank < 2),
        rules=", ".join(f"{code} ({count})" for code, count in sorted(fixed.items())),
    )
    made = mirror.commit(job.head.commit, job.branch, message.strip() + "\n", job.author)
    push = shlex.join(["git", "-C", mirror.tree, "push", job.address.shown, job.branch])
    return Applied(job.branch, made, files, report.counts.fixed, push)


def _write_reports(job: RepositoryJob, seen: Overview, worlds: tuple[WorldSummary, ...] | None) -> None:
    kept = os.path.join(job.folder, "history")
    time = moments.now()
    moment = moments.moment(seen.report, moments.written_time(time), job.head.commit[:12])
    about = About(job.name, f"{time:%Y-%m-%d %H:%M} UTC", job.head.commit[:12], "")
    page = html.render(
        seen.report, checklist(seen.report, seen.topics, worlds), worlds, about, [*moments.read_history(kept), moment]
    )
    for name, text in (("report.html", page), ("report.json", report_json.render(seen.report))):
        children.write_text_whole(os.path.join(job.folder, name), text)
    moments.keep(kept, moment)


def _record(
    job: RepositoryJob,
    report: Report,
    around: Surroundings,
    applied: Applied | None,
    verified: Verified | None,
    date: str,
) -> Record:
    counts = report.counts
    silent = (State.UNCHANGED, State.SUPPRESSED)
    return Record(
        name=job.name,
        address=job.address.shown,
        asked=job.asked,
        commit=job.head.commit,
        branch=job.head.branch,
        date=date,
        target=phrases.target_name(report),
        inputs=counts.inputs,
        clean=sum(outcome.state in silent and not outcome.problems for outcome in report.outcomes),
        unread=sum(bool(reasons(outcome)) for outcome in report.outcomes),
        severities={severity.value: count for severity, count in counts.severities.items()},
        remedies={"safe": counts.safe, "unsafe": counts.unsafe, "by hand": counts.by_hand},
        rules=dict(Counter(one.code for outcome in report.outcomes for one in left(outcome))),
        makes=around.makes,
        installs=around.installs,
        pins=around.pins,
        servers=around.servers,
        starts_server=around.starts_server,
        applied=applied,
        verified=verified,
        remarks=tuple(_remarks(job, report, applied)),
    )


def _remarks(job: RepositoryJob, report: Report, applied: Applied | None) -> list[str]:
    found = [] if report.outcomes else ["it has no Python files or notebooks"]
    if applied is not None and applied.commit and job.head.taken not in ("", applied.commit):
        found.append(
            f"the branch {job.branch} is there already with another commit: the push needs --force-with-lease, or take another --branch"
        )
    return found
