"""Work on candidates on a Dask cluster (the extra ``dask``).

Bytes go there and come back; only the caller reads and writes files, so no common disk is needed. On each machine of the cluster a file is
worked on in a process beside Dask's, as it is here: one that hangs, dies or eats memory costs itself, and the cluster stays whole.
What Dask's own failures cost is decided here, too: a machine that is lost costs a repetition, the scheduler ends the run.
"""

from __future__ import annotations

import contextlib
import logging
import pickle
import queue
import time
import uuid
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

from codemod.errors import PoolError, WrongUseError
from codemod.findings import Outcome, State
from codemod.running import lent
from codemod.running.answers import answer_within
from codemod.running.discovery import Input
from codemod.running.executors import CONNECT, MISSING
from codemod.running.jobs import Answers, Job, T, Task, Work, tasks
from codemod.running.scanning import Question

if TYPE_CHECKING:
    from distributed import Client, Future

_TAKEN_BACK = 5.0
"""Seconds beyond that in which a connection that failed is given up in order."""
_LOOK = 5.0
"""Seconds without a result after which the scheduler is asked whether it is still there."""
_NO_WORKERS = 60.0
"""Seconds that a cluster may be without any worker: it may be starting them, or starting them anew."""
# Tasks are expressions: a worker reads the name of a function before it can tell of an error, and one that has not got this program would not
# outlive the name of one of ours.
_LENT = f"__import__({lent.__name__!r}, fromlist=['work'])"
_PER_THREAD = 3
"""Tasks on their way for each of its threads: one is worked on, one waits there, one travels."""


class Cluster:
    """The workers of a Dask scheduler."""

    def __init__(self, address: str) -> None:
        """Reach the scheduler, and make sure that its workers run this program.

        Args:
            address: The scheduler's, such as ``tcp://10.0.0.1:8786``.

        Raises:
            WrongUseError: If that is no address, or Dask is not installed.
            PoolError: If nobody answers there, no worker comes, or a worker has another release.
        """
        self._address = address
        self._client = _connected(address)
        self._shared: tuple[bytes, Future] | None = None
        self._alone_since: float | None = None
        self._threads = 1
        try:
            self._wait_for_workers()
            self._compare_releases()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Leave the cluster."""
        self._shared = None
        with contextlib.suppress(Exception):
            self._client.close(timeout=2)

    def expect(self, files: int) -> None:
        """See `codemod.running.pools.Pool`: its workers are there."""

    def asked(self, _targets: Sequence[Input], _question: Question[T], /) -> dict[str, T]:
        """See `codemod.running.pools.Pool`: no machine there has the files, and to send them costs more than to read them here."""
        return {}

    def results(self, jobs: Iterator[Job], work: Work[T], timeout: float | None) -> Answers[T]:
        """See `codemod.running.pools.Pool`."""
        todo = tasks(jobs, work)
        again: deque[Task] = deque()
        answers: queue.SimpleQueue[Future] = queue.SimpleQueue()
        pending: dict[Future, Task] = {}
        try:
            while True:
                while len(pending) < self._threads * _PER_THREAD:
                    task = again.popleft() if again else next(todo, None)
                    if task is None:
                        break
                    future = self._submit(task, timeout)
                    pending[future] = task
                    future.add_done_callback(answers.put)
                if not pending:
                    return
                try:
                    future = answers.get(timeout=_LOOK)
                except queue.Empty:
                    self._ask()
                    continue
                yield from self._taken(future, pending.pop(future), again)
        finally:
            self._give_up(list(pending))

    def _submit(self, task: Task, timeout: float | None) -> Future:
        # Bytes: Dask would look into any other argument, and the scheduler would unpickle it.
        try:
            given = {
                "caller": lent.release(),
                "shared": self._placed(task.shared),
                "parted": task.parted(),
                "timeout": timeout,
            }
            return self._client.submit(
                eval, f"{_LENT}.work(**given)", {"given": given}, key=f"mlflow-codemod-{uuid.uuid4()}", pure=False
            )
        except Exception as error:
            raise self._lost(error) from error

    def _placed(self, shared: bytes) -> Future:
        """Return what tasks share as the result of a task, which Dask makes again when the worker that holds it is lost."""
        if (
            self._shared is None
            or self._shared[0] is not shared
            or self._shared[1].status in ("cancelled", "lost", "error")
        ):
            key = f"mlflow-codemod-shared-{uuid.uuid4()}"
            self._shared = shared, self._client.submit(bytes, shared, key=key, pure=False)
        return self._shared[1]

    def _taken(self, future: Future, task: Task, again: deque[Task]) -> Answers[Any]:
        """Give what a task that has ended brought; the candidates of one that failed are tried once more, each in a task of its own."""
        try:
            answers: list[Any] = pickle.loads(future.result(timeout=_NO_WORKERS))  # noqa: S301 - our own function made it
        except lent.ReleaseError as error:
            raise PoolError(f"{self._address}: {_other_release(str(error))}") from error
        except ImportError as error:  # whoever came later
            raise PoolError(f"{self._address}: a worker cannot run this program: {_said(error)}") from error
        except (CancelledError, TimeoutError, OSError):
            self._ask()  # raises if it is the scheduler that is lost
            again.extend([task] if task.is_again else task.alone())
        except Exception as error:
            if not task.is_again:
                again.extend(task.alone())
            else:
                yield from ((job, _failed(job, error)) for job in task.jobs)
        else:
            self._alone_since = None
            yield from zip(task.jobs, answers, strict=True)

    def _ask(self) -> None:
        """Make sure that the scheduler answers, and that it has workers.

        Raises:
            PoolError: If it does not, or has had none for too long.
        """
        if self._client.status != "running":
            raise self._lost(None)
        found = self._identity()
        self._threads = max(1, sum(worker["nthreads"] for worker in found["workers"].values()))
        if found["workers"]:
            self._alone_since = None
            return
        now = time.monotonic()
        self._alone_since = self._alone_since or now
        if now - self._alone_since > _NO_WORKERS:
            raise PoolError(f"{self._address}: the scheduler has had no worker for {_NO_WORKERS:g} s")

    def _identity(self) -> dict[str, Any]:
        """Ask the scheduler what it is and has; what the client knows by itself may be old.

        Raises:
            PoolError: If it does not answer.
        """
        try:
            found: dict[str, Any] = self._client.sync(
                self._client.scheduler.identity, n_workers=-1, callback_timeout=CONNECT
            )
        except Exception as error:
            raise self._lost(error) from error
        return found

    def _wait_for_workers(self) -> None:
        self._ask()
        while self._alone_since is not None:
            time.sleep(0.2)
            self._ask()

    def _compare_releases(self) -> None:
        """Ask each worker which release it has; one that does not answer, or comes later, is asked with its first task."""
        workers = list(self._identity()["workers"])
        asked = {
            worker: self._client.submit(
                eval,
                f"{_LENT}.release()",
                workers=[worker],
                key=f"mlflow-codemod-release-{uuid.uuid4()}",
                pure=False,
            )
            for worker in workers
        }
        end = time.monotonic() + CONNECT
        for worker, future in asked.items():
            try:
                found = future.result(timeout=max(0.1, end - time.monotonic()))
            except (CancelledError, TimeoutError, OSError):
                self._ask()
            except Exception as error:
                raise PoolError(f"{worker}: cannot run this program there: {_said(error)}") from error
            else:
                if found != lent.release():
                    raise PoolError(f"{worker}: {_other_release(found)}")

    def _give_up(self, futures: list[Future]) -> None:
        if futures and self._client.status == "running":
            with contextlib.suppress(Exception):
                self._client.cancel(futures, force=True)

    def _lost(self, error: Exception | None) -> PoolError:
        why = f" ({_said(error)})" if error is not None else ""
        return PoolError(f"{self._address}: the scheduler is lost{why}")


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise WrongUseError(MISSING) from error
    for name in [*logging.root.manager.loggerDict]:
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio"):  # lost connections are told in one line
            logger = logging.getLogger(name)
            logger.handlers, logger.propagate = [logging.NullHandler()], False
    warnings.filterwarnings("ignore", module="distributed")  # of large tasks, and of other releases of Dask's parts
    try:
        # Its own limit ends the wait for a connection, and not what it then does to take that back.
        return answer_within(
            CONNECT + _TAKEN_BACK, lambda: Client(address, timeout=CONNECT, set_as_default=False, name="mlflow-codemod")
        )
    except ValueError as error:
        raise WrongUseError(f"--executor dask:{address} is not the address of a scheduler: {_said(error)}") from error
    except Exception as error:
        raise PoolError(f"{address}: no scheduler answers: {_said(error)}") from error


def _other_release(theirs: str) -> str:
    return f"has mlflow-codemod {theirs}, and this is {lent.release()}: install the same on all machines"


def _failed(job: Job, error: Exception) -> Outcome:
    reason = f"the cluster failed while it was migrating this file, twice ({type(error).__name__}: {_said(error)})"
    return Outcome(job.target.path, State.FAILED, reason=reason)


def _said(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
