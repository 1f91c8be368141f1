"""Brings every repository of a list to its record, several at a time; what is known already is not asked again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any, Literal

from codemod.disk.interrupts import Interrupted, hold
from codemod.errors import PoolError
from codemod.fleet import children, mirrors, records
from codemod.fleet.asking import GitError
from codemod.fleet.children import Crew
from codemod.fleet.job import MESSAGE, RepositoryJob
from codemod.fleet.listing import ListedRepository
from codemod.fleet.mirrors import Author, Mirror
from codemod.fleet.records import Record
from codemod.fleet.workplace import Workplace
from codemod.running import executors
from codemod.running.limits import SECONDS
from codemod.version import __version__

RepositoryState = Literal["nothing left", "open", "not all read", "failed", "not reached"]
STATES: tuple[RepositoryState, ...] = ("nothing left", "open", "not all read", "failed", "not reached")

# What `verify` ends with when it found something out; None where it was not run.
_SETTLED = (None, 0, 1, 4)


@dataclass(frozen=True, slots=True)
class FleetOptions:
    """What is asked of all repositories.

    Attributes:
        applies: Whether fixes are made and committed.
        branch: The branch for the commits.
        message: The template of their message.
        author: Their author.
        settings: What goes above the settings of each repository and of the list, as a table of pyproject.toml.
        with_pins: Whether pins are raised everywhere.
        verifies: Whether ``verify`` is run where the list gives its command.
        jobs: How many repositories are worked on at a time.
        workers: Processes for the files of each.
        executor: Where the files of all are worked on instead; None for this machine.
        timeout: Seconds that one repository may take; None sets no limit.
        timeout_per_file: Seconds that one file may take.
    """

    applies: bool = False
    branch: str = "mlflow-3"
    message: str = MESSAGE
    author: Author | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    with_pins: bool = False
    verifies: bool = False
    jobs: int = 1
    workers: int = 1
    executor: str | None = None
    timeout: float | None = None
    timeout_per_file: float | None = SECONDS


@dataclass(frozen=True, slots=True)
class RepositoryResult:
    """What this run knows of one repository.

    Attributes:
        entry: What the list says.
        record: What became of it; what an earlier run found out, where this one did not reach it; None if nothing is known.
        failure: Why this run could not look at it; "" when it could.
        is_reached: Whether this run asked it.
        is_known: Whether an earlier run had done all, and nothing has changed since.
    """

    entry: ListedRepository
    record: Record | None = None
    failure: str = ""
    is_reached: bool = True
    is_known: bool = False

    @property
    def state(self) -> RepositoryState:
        """How it stands with the repository, in a word."""
        if not self.is_reached:
            return "not reached"
        if self.failure or self.record is None:
            return "failed"
        if self.record.unread:
            return "not all read"
        return "open" if self.record.open else "nothing left"

    @property
    def seen(self) -> Record | None:
        """The record, if this run stands for it."""
        return self.record if self.is_reached and not self.failure else None


def run_fleet(
    entries: Sequence[ListedRepository],
    plan: FleetOptions,
    work: Workplace,
    lock: int | None,
    told: Callable[[RepositoryResult], None],
) -> tuple[list[RepositoryResult], Interrupted | PoolError | None]:
    """Ask all repositories.

    Args:
        entries: The list.
        plan: What is asked.
        work: Where copies and records lie.
        lock: The descriptor of its lock.
        told: Called with each result as it comes.

    Returns:
        A result for each entry, in their order, and what ended the run before its end: a signal, or that the cluster is lost.
    """
    crew = Crew(lock, [executors.MODULE] if plan.executor is not None else [])
    found: dict[Future[RepositoryResult], RepositoryResult] = {}
    interrupted: Interrupted | PoolError | None = None
    pool = ThreadPoolExecutor(plan.jobs)
    futures: list[Future[RepositoryResult]] = []
    try:
        futures = [pool.submit(_result, entry, plan, work, crew) for entry in entries]
        for future in as_completed(futures):
            found[future] = future.result()
            told(found[future])
    except (Interrupted, PoolError) as error:
        hold()  # what is left is to say what was done
        interrupted = error
    finally:
        crew.stop()
        pool.shutdown(cancel_futures=True)
    results = []
    for entry, future in zip_longest(entries, futures):
        if future is not None and future.done() and not future.cancelled():
            if not isinstance(future.exception(), PoolError):
                found.setdefault(future, future.result())
        result = found.get(future) if future is not None else None
        results.append(result if result is not None and result.is_reached else _not_reached(entry, work))
    return results, interrupted


def _not_reached(entry: ListedRepository, work: Workplace) -> RepositoryResult:
    return RepositoryResult(entry, records.read_record(records.path_of(work.folder(entry))), is_reached=False)


def _result(entry: ListedRepository, plan: FleetOptions, work: Workplace, crew: Crew) -> RepositoryResult:
    """Bring one repository to its result; what the disk refuses it costs it alone."""
    if entry.address is None or entry.problem:
        return RepositoryResult(entry, failure=entry.problem)
    known = records.read_record(records.path_of(work.folder(entry)))
    try:
        return _asked(entry, known, plan, work, crew)
    except GitError as error:
        return RepositoryResult(entry, known, str(error), is_reached=not crew.is_stopped)
    except OSError as error:
        return RepositoryResult(entry, known, children.refusal(error), is_reached=not crew.is_stopped)


def _asked(
    entry: ListedRepository, known: Record | None, plan: FleetOptions, work: Workplace, crew: Crew
) -> RepositoryResult:
    path = records.path_of(work.folder(entry))
    job = _job(entry, plan, work, crew)
    if known is not None and known.asked == job.asked and _is_there(job, known):
        return RepositoryResult(entry, known, is_known=True)
    os.makedirs(job.folder, exist_ok=True)
    log = os.path.join(job.folder, "log.txt")
    failure = crew.work(job.to_json(), log, plan.timeout)
    if failure is not None and failure.has_died and plan.executor is None and not crew.is_stopped:
        # Processes for its files cost some time, and tell which of them it was.
        failure = crew.work(replace(job, is_careful=True).to_json(), log, plan.timeout)
    record = records.read_record(path)
    # A process that was ended after it had written its record has done all.
    if record is not None and record.asked == job.asked and (failure is None or record != known):
        return RepositoryResult(entry, record)
    why = failure.reason if failure is not None else f"its record cannot be read: {path}"
    return RepositoryResult(entry, known, why, is_reached=not crew.is_stopped)


def _job(entry: ListedRepository, plan: FleetOptions, work: Workplace, crew: Crew) -> RepositoryJob:
    """Return what is asked of one repository, as it is now.

    Raises:
        GitError: If it does not say what its last commit is.
    """
    assert entry.address is not None
    _keep_apart(entry.branch, plan)
    taken = plan.branch if plan.applies else ""
    head = mirrors.head(entry.address, entry.branch, taken, plan.timeout, lambda: crew.is_stopped)
    _keep_apart(head.branch, plan)
    asked = {
        "version": __version__, "name": entry.name, "commit": head.commit, "branch": head.branch, "paths": entry.paths, "settings": entry.settings,
        "above": plan.settings, "with_pins": entry.with_pins or plan.with_pins, "timeout_per_file": plan.timeout_per_file,
        "apply": [plan.branch, plan.message, head.taken] if plan.applies else None,
        "verify": entry.verify if plan.verifies else None,
    }  # fmt: skip
    return RepositoryJob(
        name=entry.name,
        address=entry.address,
        folder=work.folder(entry),
        head=head,
        asked=json.loads(json.dumps(asked)),
        paths=entry.paths,
        settings=(entry.settings, plan.settings),
        with_pins=entry.with_pins or plan.with_pins,
        applies=plan.applies,
        branch=plan.branch if plan.applies else "",
        message=plan.message,
        author=plan.author,
        timeout=plan.timeout_per_file,
        jobs=plan.workers,
        executor=plan.executor,
        verify=entry.verify if plan.verifies else None,
    )


def _keep_apart(branch: str, plan: FleetOptions) -> None:
    """Make sure that the branch for the commit can be beside the one that is looked at.

    Raises:
        GitError: If it is the same, or one of the names would be a folder of the other's.
    """
    if not plan.applies:
        return
    if branch == plan.branch:
        raise GitError(f"the branch {branch} is the one that is checked, so the commit needs another one (--branch)")
    if branch.startswith(f"{plan.branch}/") or plan.branch.startswith(f"{branch}/"):
        raise GitError(f"Git has no branch {plan.branch} beside {branch}, so the commit needs another one (--branch)")


def _is_there(job: RepositoryJob, known: Record) -> bool:
    """Return whether what a record tells of still lies in the folder."""
    made = known.applied.commit if known.applied is not None else ""
    if known.verified is not None and known.verified.exit_code not in _SETTLED:
        return False  # a server may not have come up; another time it does
    report = os.path.join(job.folder, "report.html")
    return os.path.exists(report) and Mirror(job.folder, job.address).holds(made or job.head.commit)


def exit_code(results: Sequence[RepositoryResult]) -> int:
    """Return the exit code of a run: 3 outweighs 1, and 1 outweighs 4, as everywhere."""
    if any(result.state in ("failed", "not all read", "not reached") for result in results):
        return 3
    if any(_verified(result) not in _SETTLED for result in results):
        return 3
    if any(result.state == "open" or _verified(result) == 1 for result in results):
        return 1
    return 4 if any(_verified(result) == 4 for result in results) else 0


def _verified(result: RepositoryResult) -> int | None:
    return result.seen.verified.exit_code if result.seen is not None and result.seen.verified is not None else None
