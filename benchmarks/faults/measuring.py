"""Measures one pool on one lot of files, in a process of its own: ``python -m benchmarks.faults.measuring POOL KIND FILES FAULTS JOBS SECONDS``."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks.faults.contenders import loky, ours, standard
from codemod.findings import Outcome, State
from codemod.running.discovery import Input
from codemod.running.jobs import Job
from codemod.settings import Settings

POOLS: dict[str, Callable[[list[Job], int, float], Iterator[Outcome]]] = {
    "ours": ours, "loky": loky, "concurrent.futures": standard,
}  # fmt: skip
FAULTS = ("dies", "loops", "deaf", "eats")
_MOST = 600_000_000
"""Bytes that each process may take."""


def files_with(kind: str, files: int, faults: int) -> list[Job]:
    """Return files of which some, far apart, have a fault."""
    kinds = {"none": (), "all": FAULTS}.get(kind, (kind,))
    jobs = [Job(Input(f"f{number}.py", f"/f{number}.py"), b"", Settings()) for number in range(files)]
    many = len(kinds) * faults
    for number in range(many):
        place = (2 * number + 1) * files // (2 * many)
        jobs[place] = Job(jobs[place].target, kinds[number % len(kinds)].encode(), Settings())
    return jobs


def measure(name: str, kind: str, files: int, faults: int, workers: int, timeout: float) -> str:
    """Return a row of the table."""
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    jobs = files_with(kind, files, faults)
    bad = {job.target.path for job in jobs if job.data}
    start = time.perf_counter()
    outcomes = {outcome.path: outcome.state for outcome in POOLS[name](jobs, workers, timeout)}
    wall = time.perf_counter() - start
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(each.ru_utime + each.ru_stime for each in usage)
    failed = {path for path, state in outcomes.items() if state is State.FAILED}
    return (
        f"{len(outcomes) - len(failed)} of {len(jobs) - len(bad)} | {len(failed & bad)} of {len(bad)} | {len(failed - bad)} "
        f"| {len(jobs) - len(outcomes)} | {wall:.1f} s | {cpu:.1f} s"
    )


if __name__ == "__main__":
    name, kind, *numbers, seconds = sys.argv[1:]
    files, faults, workers = map(int, numbers)
    sys.stdout.write(measure(name, kind, files, faults, workers, float(seconds)))
