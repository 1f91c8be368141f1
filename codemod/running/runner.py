"""Runs the engine over many files and writes what came out; the only stage that changes the disk."""

from __future__ import annotations

import contextlib
import functools
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from codemod import dependencies
from codemod.analysis.double_words import hides_doubles
from codemod.dependencies import name_settings, renamed_models, stores
from codemod.disk import writing
from codemod.disk.interrupts import held
from codemod.disk.reading import read_regular
from codemod.engine import migrate
from codemod.engine.triggers import triggers
from codemod.findings import Outcome, State
from codemod.gate.silencing import silence
from codemod.rewriting.needed_release import newest
from codemod.rules import selected
from codemod.running import limits
from codemod.running.beside import Others, is_plain_code
from codemod.running.discovery import Input
from codemod.running.jobs import Job, Migrate, Outcomes, do_safely, restored
from codemod.running.line_lengths import LineLengths
from codemod.running.memory import rare_collections
from codemod.running.neighbours import Neighbours
from codemod.running.pools import LocalPool, Pool
from codemod.running.reach import read_again
from codemod.settings import Project, Settings

if TYPE_CHECKING:
    from codemod.disk.patterns import Patterns
    from codemod.engine.triggers import Triggers
    from codemod.gate.silencing import FindingPlace
    from codemod.rewriting.decisions import Choose


# Folders of files that install what the code beside them needs.
_BESIDE_CODE = frozenset({"conda", "dependencies", "deps", "docker", "environments", "envs", "requirements"})


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How the files of a run are worked on.

    Attributes:
        settings: What to do.
        write: Whether changed files are written; else they are only computed.
        jobs: Worker processes; None takes as many as there are CPUs to use. One works in this process.
        pool: Where to work instead of on this machine, such as `codemod.running.cluster.Cluster`; whoever made it closes it.
        ignores: Codes that are ignored in the files that some patterns name.
        migrate: What to do with one file; None takes the engine. Must be importable in the workers.
        choose: Decides about the fixes of one file; the engine then works in this process, one file after the other, and each
            is written before the next one is begun. None makes all fixes.
        reason: What stands in comments that silence what is found, which are then the only change; None to fix instead.
        only: With ``reason``: the findings that are meant, by path; None for all.
        triggers: Matches in every file that ``migrate`` must be given. The engine gets those, too, in which its rules can find
            something.
        timeout: Seconds that one file may take before it fails; None lets it take its time. Somebody who decides about fixes
            has all the time in the world.
        before_write: Called with the old and the new bytes before a file is written, which is then left alone if this raises
            `codemod.disk.writing.WriteError`; what it returns is called if the file could not be written.
        line_lengths: The line lengths that the project's formatters keep.
    """

    settings: Settings
    write: bool = False
    jobs: int | None = None
    pool: Pool | None = None
    ignores: tuple[tuple[Patterns, tuple[str, ...]], ...] = ()
    migrate: Migrate | None = None
    choose: Callable[[Job], Choose] | None = None
    reason: str | None = None
    only: Mapping[str, frozenset[FindingPlace]] | None = None
    triggers: re.Pattern[bytes] | None = None
    timeout: float | None = limits.SECONDS
    before_write: Callable[[Input, bytes, bytes], Callable[[], None]] | None = None
    line_lengths: LineLengths = field(default_factory=LineLengths)


@rare_collections()
def run(targets: Iterable[Input], plan: RunOptions, record: Callable[[Outcome], None]) -> None:
    """Bring every target to its one final state.

    A file is read once. If it cannot hold a finding because no trigger word stands in it, it is done: unchanged, its
    bytes forgotten. One bad file never stops the run: what goes wrong with it is in its outcome.

    Args:
        targets: The inputs.
        plan: How to work on them.
        record: Called once for each target, as they end. A file that was written is always recorded, also when the run
            is interrupted right after the write.
    """
    others = Others()
    needs = _Needs()
    with _pool(plan) as pool:
        jobs = _candidates(targets, plan, pool, record, others)
        if plan.migrate is not None:
            _work(jobs, plan, pool, record, needs)
            return
        settings = functools.partial(file_settings, plan)
        beside = Neighbours(settings, _triggers(plan.settings), record, pool, plan.timeout)
        jobs = beside.with_project(jobs, others)
        installing: list[Job] = []
        _work(_code(jobs, installing), plan, pool, record, needs, waits=plan.choose is None)
        for job, outcome in needs.waiting:
            if needs.of(job.target.path):
                installing.append(job)
            else:
                _finish(job, outcome, plan, record)
        installing += _setting(others, needs, plan, record)
        _work(_with_floors(installing, needs), plan, pool, record, needs)


@contextlib.contextmanager
def _pool(plan: RunOptions) -> Iterator[Pool]:
    if plan.pool is not None:
        yield plan.pool
        return
    with closing(LocalPool(plan.jobs or available_cpus())) as pool:
        yield pool


# Code that installs MLflow by itself: `install_requires=["mlflow>=3"]`, `%pip install mlflow==3.2`, and what a script's header names.
_PIN_IN_CODE = re.compile(rb"(?i)mlflow(?:-skinny)?(?:\[[\w,-]{0,60}\])?[ \t]{0,4}[=<>~!]=?[ \t]{0,4}\d")


@dataclass(slots=True)
class _Needs:
    """What the code needs of other files: the releases, by the path of each file, for what the fixes write and for what it had; settings.

    Code that installs MLflow itself, such as ``setup.py`` or a notebook, waits with its outcome until all needs are known.
    """

    fixes: dict[str, str] = field(default_factory=dict)
    name_keys: set[tuple[str, ...]] = field(default_factory=set)
    project: Project | None = None
    code: dict[str, str] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    waiting: list[tuple[Job, Outcome]] = field(default_factory=list)

    def add(self, job: Job, outcome: Outcome) -> None:
        self.project = job.settings.project
        self.name_keys |= outcome.name_keys
        written = newest([finding.needs for finding in outcome.findings if finding.fixed])
        if written:
            self.fixes[outcome.path] = written
        folder = os.path.dirname(outcome.path)
        while folder not in self.folders:
            self.folders.add(folder)
            folder = os.path.dirname(folder)
        if outcome.needs:
            self.code[outcome.path] = outcome.needs

    def of(self, path: str) -> str:
        """Return what a file that installs MLflow must let in; "" for nothing special.

        It is for the code in its folder and below. Where none of it was changed or asked, fixes anywhere may be what it installs for.
        """
        folder = os.path.dirname(path)
        if os.path.basename(folder).lower() in _BESIDE_CODE:
            folder = os.path.dirname(folder)
        below = f"{folder}{os.sep}" if folder else ""
        written = [
            release for name, release in self.fixes.items() if folder not in self.folders or name.startswith(below)
        ]
        return newest([*written, *(release for name, release in self.code.items() if name.startswith(below))])


def _code(jobs: Iterable[Job], installing: list[Job]) -> Iterator[Job]:
    """Give the code first, and leave the files that install MLflow: the code's fixes decide how new it must be."""
    for job in jobs:
        if dependencies.is_dependency_file(job.target.path):
            installing.append(job)
        else:
            yield job


def _setting(others: Others, needs: _Needs, plan: RunOptions, record: Callable[[Outcome], None]) -> Iterator[Job]:
    """Return those of the files without findings of their own that set what the code reads, or name a model; the others are done."""
    keys, project = frozenset(needs.name_keys), next(iter(others.alone), needs.project)
    renamed = project.renamed if project is not None else ()
    for target in others.settings:
        data = read_again(target) if keys or renamed else b""
        sets = name_settings.may_set(name_settings.keys_in(target.path, keys), data)
        if sets or renamed_models.may_name(renamed, data):
            settings = file_settings(plan, os.path.abspath(target.path))
            yield Job(target, data, replace(settings, project=project))
        else:
            record(Outcome(target.path, State.UNCHANGED))


def _with_floors(jobs: Iterable[Job], needs: _Needs) -> Iterator[Job]:
    before, after, keys = None, Project(), frozenset(needs.name_keys)
    for job in jobs:
        floor = needs.of(job.target.path)
        if not floor and not keys:
            yield job
            continue
        if job.settings.project is not before or after.floor != floor:
            before = job.settings.project
            # the same for many, so that it travels once
            after = replace(before or Project(is_alone=True), floor=floor, name_keys=keys)
        yield replace(job, settings=replace(job.settings, project=after))


def _work(
    jobs: Iterator[Job],
    plan: RunOptions,
    pool: Pool,
    record: Callable[[Outcome], None],
    needs: _Needs,
    *,
    waits: bool = False,
) -> None:
    results: Outcomes
    if plan.choose is not None:
        results = _chosen(jobs, plan.choose)
    else:
        results = pool.results(jobs, engine(plan), plan.timeout)
    with closing(results):  # an interrupt ends the workers now, not when somebody collects the generator
        for job, outcome in results:
            needs.add(job, outcome)
            if waits and _PIN_IN_CODE.search(job.data):
                needs.waiting.append((job, outcome))
            else:
                _finish(job, outcome, plan, record)


def _chosen(jobs: Iterator[Job], choose: Callable[[Job], Choose]) -> Outcomes:
    for job in jobs:
        yield job, do_safely(functools.partial(migrate, choose=choose(job)), job)


def available_cpus() -> int:
    """Return the number of CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def engine(plan: RunOptions) -> Migrate:
    """Return what is done with each input."""
    if plan.migrate is not None:
        return plan.migrate
    if plan.reason is not None:
        return functools.partial(silence, reason=plan.reason, only=plan.only)

    return migrate


@functools.lru_cache(maxsize=8)
def _triggers(settings: Settings) -> Triggers:
    return triggers(selected(settings))


def _candidates(
    targets: Iterable[Input], plan: RunOptions, pool: Pool, record: Callable[[Outcome], None], others: Others
) -> Iterator[Job]:
    """Read the targets; record those that are done with that, give the others.

    What MLflow keeps of runs comes last: it matters only where no other file says where the runs are. Other code is left in `others`:
    the candidates may import it, or it may get something of MLflow from them.
    """
    triggers = _triggers(plan.settings)
    saying: list[str] = []
    ordered = sorted(targets, key=lambda target: stores.is_store(target.path))
    has_stores = bool(ordered) and stores.is_store(ordered[-1].path)
    idle = frozenset[str]() if plan.migrate is not None or has_stores else _idle(ordered, plan, pool)
    for target in ordered:
        if target.skipped:
            record(Outcome(target.path, State.SKIPPED, reason=target.skipped))
            continue
        if target.failed:
            record(Outcome(target.path, State.FAILED, reason=target.failed))
            continue
        if target.path in idle:
            others.targets.append(target)
            continue
        data = _read_or_fail(target)
        if isinstance(data, Outcome):
            record(data)
        else:
            if stores.is_store(target.path) and any(
                path.startswith(stores.folder_of_store(target.real)) for path in saying
            ):
                record(Outcome(target.path, State.UNCHANGED))
                continue
            if has_stores and stores.names_uri(data):
                saying.append(target.real)
            others.note(target.path, data)
            if _may_hold(plan, triggers, target.path, data):
                yield Job(target, data, file_settings(plan, os.path.abspath(target.path)))
            elif plan.migrate is not None or not others.take(target, data):
                record(Outcome(target.path, State.UNCHANGED))


def _idle(targets: Sequence[Input], plan: RunOptions, pool: Pool) -> Set[str]:
    """Return the paths of code that only other files can make a candidate, as far as the pool was asked."""
    code = [target for target in targets if not (target.skipped or target.failed) and is_plain_code(target.path)]
    answers = pool.asked(code, functools.partial(_matters, settings=plan.settings, pattern=plan.triggers))
    return {path for path, matters in answers.items() if not matters}


def _matters(_path: str, data: bytes, *, settings: Settings, pattern: re.Pattern[bytes] | None) -> bool:
    """Return whether a file of code is a candidate, or may hold a double."""
    return (
        (pattern is not None and pattern.search(data) is not None)
        or _triggers(settings).concerns(data)
        or hides_doubles(data)
    )


def _may_hold(plan: RunOptions, triggers: Triggers, path: str, data: bytes) -> bool:
    """Return whether a file must be looked at: by the plan's own pattern, or because the engine could find something in it.

    Code that names MLflow is read in any case, so that broken code is reported.
    """
    if plan.triggers is not None and plan.triggers.search(data):
        return True
    if plan.migrate is not None and plan.triggers is not None:
        return False
    if dependencies.is_dependency_file(path):
        return dependencies.may_hold(path, data)
    return triggers.concerns(data)


def file_settings(plan: RunOptions, path: str) -> Settings:
    """Return the settings for one absolute path."""
    codes = tuple(code for patterns, codes in plan.ignores if patterns.match(path) for code in codes)
    length = plan.settings.line_length or plan.line_lengths.of(path)
    if not codes and length == plan.settings.line_length:
        return plan.settings
    return replace(plan.settings, ignore=plan.settings.ignore + codes, line_length=length)


def _read_or_fail(target: Input) -> bytes | Outcome:
    try:
        return read_regular(target.real)
    except FileNotFoundError:
        reason = "vanished before it could be read"
    except OSError as error:
        reason = f"cannot be read: {writing.reason(error)}"
    except MemoryError:
        reason = "not enough memory to read it"
    return Outcome(target.path, State.FAILED, reason=reason)


def _finish(job: Job, outcome: Outcome, plan: RunOptions, record: Callable[[Outcome], None]) -> None:
    outcome = restored(outcome, job.data)
    if not plan.write or outcome.new is None or outcome.new == job.data:
        record(outcome)
        return
    with held():
        take_back = None
        try:
            if plan.before_write is not None:
                take_back = plan.before_write(job.target, job.data, outcome.new)
            outcome = replace(outcome, notes=writing.replace(job.target.real, job.data, outcome.new))
        except writing.WriteError as error:
            if take_back is not None:
                take_back()
            outcome = as_failed(outcome, str(error))
        record(outcome)


def as_failed(outcome: Outcome, reason: str) -> Outcome:
    """Return the outcome of an input whose new text could not be put in place: nothing in it was fixed."""
    findings = tuple(replace(finding, fixed=False) for finding in outcome.findings)
    return replace(outcome, state=State.FAILED, findings=findings, new=outcome.old, reason=reason)
