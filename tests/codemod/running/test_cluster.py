"""The way of many files through a Dask cluster, with a real scheduler and two workers."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from codemod.errors import PoolError, WrongUseError
from codemod.findings import Outcome, State
from codemod.running import cluster, executors, lent, limits, neighbours
from codemod.running.cluster import Cluster
from codemod.running.discovery import Input, discover
from codemod.running.jobs import Answers, Job, T, Work
from codemod.running.runner import RunOptions, run
from codemod.running.scanning import Question
from codemod.settings import Settings
from tests.codemod.conftest import clean_environment
from tests.codemod.running.conftest import STANDINS, standin

Write = Callable[..., Path]
Program = Callable[..., subprocess.CompletedProcess[bytes]]

CODE = 'import mlflow\n\nmlflow.xgboost.log_model(booster, artifact_path="model")\n'
ANY = re.compile(b"")
IMPATIENT = {"codemod.running.cluster.CONNECT": 1.0, "codemod.running.cluster._TAKEN_BACK": 1.0}
"""For those who wait for somebody who never answers."""


@dataclass
class Machines:
    """A scheduler and its workers, far from the files: nothing of them lies where these processes were started."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, workers: int = 2) -> None:
        place = self.folder / "scheduler.json"
        self._run("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", place)
        while not place.exists() or not place.read_text().rstrip().endswith("}"):
            assert self.processes[0].poll() is None, (self.folder / "log0.txt").read_text()
            time.sleep(0.05)
        for _ in range(workers):
            self.add_worker()

    def add_worker(self, first: str = "") -> None:
        """Start a worker; what lies in the folder ``first`` comes before all other modules."""
        self._run(
            "worker", "--scheduler-file", self.folder / "scheduler.json", "--no-nanny", "--nthreads", "1",
            "--no-dashboard", "--local-directory", self.folder, first=first,
        )  # fmt: skip

    def _run(self, kind: str, *arguments: str | Path, first: str = "") -> None:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *(os.fspath(one) for one in arguments)]
        path = os.pathsep.join([*([first] if first else []), clean_environment()["PYTHONPATH"], str(STANDINS)])
        with open(self.folder / f"log{len(self.processes)}.txt", "wb") as log:
            self.processes.append(
                subprocess.Popen(
                    command,
                    cwd=self.folder,
                    env=clean_environment(PYTHONPATH=path, **self.variables),
                    stdout=log,
                    stderr=log,
                )
            )

    @property
    def address(self) -> str:
        return str(json.loads((self.folder / "scheduler.json").read_text())["address"])

    def kill(self, number: int) -> None:
        """Kill the scheduler (0), or a worker."""
        self.processes[number].send_signal(signal.SIGKILL)
        self.processes[number].wait()

    def freeze(self, number: int) -> None:
        """Let the scheduler (0), or a worker, stand still: its connections stay, and nothing comes."""
        self.processes[number].send_signal(signal.SIGSTOP)

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    started = Machines(tmp_path_factory.mktemp("machines"))
    try:
        started.start()
        yield started
    finally:
        started.end()


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Machines]:
    """Machines of one test, which it starts and may end."""
    (tmp_path / "machines").mkdir()
    machines = Machines(tmp_path / "machines")
    try:
        yield machines
    finally:
        machines.end()


def recorder(number: int, then: Callable[[], None]) -> tuple[list[Outcome], Callable[[Outcome], None]]:
    """Return a list, and what records outcomes in it; when it has so many, something happens."""
    recorded: list[Outcome] = []

    def record(outcome: Outcome) -> None:
        recorded.append(outcome)
        if len(recorded) == number:
            then()

    return recorded, record


@dataclass
class Blind:
    """A cluster whose workers can open no file but those of programs."""

    cluster: Cluster

    def expect(self, files: int) -> None:
        self.cluster.expect(files)

    def results(self, jobs: Iterator[Job], work: Work[T], timeout: float | None) -> Answers[T]:
        import engine_standin  # type: ignore[import-not-found]  # workers must find it by this name

        return self.cluster.results(jobs, functools.partial(engine_standin.blind, work), timeout)

    def asked(self, targets: Sequence[Input], question: Question[T], /) -> dict[str, T]:
        return self.cluster.asked(targets, question)

    def close(self) -> None:
        self.cluster.close()


def outcomes(plan: RunOptions) -> dict[str, Outcome]:
    found = discover(["."]).targets
    recorded: list[Outcome] = []
    run(found, plan, recorded.append)
    assert sorted(outcome.path for outcome in recorded) == sorted(target.path for target in found)
    return {outcome.path: outcome for outcome in recorded}


def test_it_finds_what_is_found_here_and_opens_no_file(machines: Machines, write: Write) -> None:
    for number in range(4):
        write(f"src/f{number}.py", CODE.replace("model", f"model{number}"))
    write("src/store.py", "import mlflow\n\ndef keep(model, **more):\n    mlflow.sklearn.log_model(model, **more)\n")
    write("src/user.py", 'from store import keep\n\nkeep(1, artifact_path="x")\n')
    write("requirements.txt", "mlflow==2.9\n")
    write("broken.py", "import mlflow\nmlflow.log_model(\n")
    here = outcomes(RunOptions(Settings(with_pins=True), jobs=1))
    with contextlib.closing(Cluster(machines.address)) as there:
        assert outcomes(RunOptions(Settings(with_pins=True), pool=Blind(there))) == here
    assert here["src/user.py"].findings
    assert here["requirements.txt"].state is State.CHANGED
    assert here["broken.py"].state is State.FAILED


def test_a_file_that_kills_its_worker_or_hangs_costs_only_itself(machines: Machines, write: Write) -> None:
    for number in range(40):
        write(f"f{number:02}.py", b"mlflow")
    write("f07.py", b"mlflow poison")
    write("f23.py", b"mlflow deaf")
    with contextlib.closing(Cluster(machines.address)) as there:
        done = outcomes(RunOptions(Settings(), migrate=standin("trouble"), triggers=ANY, timeout=0.5, pool=there))
    failed = {path: outcome.reason for path, outcome in done.items() if outcome.state is State.FAILED}
    assert failed == {
        "f07.py": "the worker process ended by SIGKILL while it was migrating this file, twice",
        "f23.py": limits.timeout_reason(0.5),
    }
    assert sum(outcome.state is State.CHANGED for outcome in done.values()) == 38
    assert [process.poll() for process in machines.processes] == [None] * 3


KILLED = "the worker process ended by SIGKILL while it was migrating this file, twice"


class TestBadFiles:
    """Each costs itself, in each pass over the files, and the machines stay."""

    @pytest.fixture
    def there(self, machines: Machines) -> Iterator[Cluster]:
        with contextlib.closing(Cluster(machines.address)) as cluster:
            yield cluster
        assert [process.poll() for process in machines.processes] == [None] * 3

    def test_one_that_kills_in_the_first_pass(
        self, there: Cluster, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import engine_standin

        monkeypatch.setattr(neighbours, "first_look", engine_standin.first_look)
        for number in range(20):
            write(f"f{number:02}.py", CODE)
        write("bad.py", "import mlflow  # poison\n")
        done = outcomes(RunOptions(Settings(), pool=there))
        assert {path: one.reason for path, one in done.items() if one.state is State.FAILED} == {"bad.py": KILLED}
        assert sum(one.state is State.CHANGED for one in done.values()) == 20

    def test_a_module_that_kills_whoever_reads_it(
        self, there: Cluster, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import engine_standin

        monkeypatch.setattr(neighbours, "summarise", engine_standin.summarise)
        write("bad.py", "import mlflow  # poison\n")
        write("good.py", "import mlflow\nimport f00\n")
        for number in range(20):
            write(f"f{number:02}.py", f"import {('bad', 'good')[number % 2]}\n{CODE}")
        done = outcomes(RunOptions(Settings(), pool=there))
        assert {path: one.reason for path, one in done.items() if one.state is State.FAILED} == {"bad.py": KILLED}
        assert sum(one.state is State.CHANGED for one in done.values()) == 20

    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere this memory is not counted")
    def test_one_that_eats_memory(self, mortal: Machines, write: Write) -> None:
        resource = pytest.importorskip("resource")
        for number in range(20):
            write(f"f{number:02}.py", b"mlflow")
        write("g.py", b"mlflow greedy")
        mortal.start()
        for process in mortal.processes[1:]:  # what they start inherits it; else it is three quarters of the machine's
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (1_000_000_000, resource.RLIM_INFINITY))
        with contextlib.closing(Cluster(mortal.address)) as there:
            done = outcomes(RunOptions(Settings(), migrate=standin("eats_memory"), triggers=ANY, pool=there))
        failed = {path: one.reason for path, one in done.items() if one.state is State.FAILED}
        assert failed == {"g.py": "not enough memory to analyse it"}
        assert sum(one.state is State.CHANGED for one in done.values()) == 20
        assert [process.poll() for process in mortal.processes] == [None] * 3


@dataclass
class Watched:
    """A cluster of which somebody is told when it is done with all files, once for each pass over them."""

    cluster: Cluster
    told: Callable[[int], None]
    passes: int = 0

    def expect(self, files: int) -> None:
        self.cluster.expect(files)

    def results(self, jobs: Iterator[Job], work: Work[T], timeout: float | None) -> Answers[T]:
        yield from self.cluster.results(jobs, work, timeout)
        self.passes += 1
        self.told(self.passes)

    def asked(self, targets: Sequence[Input], question: Question[T], /) -> dict[str, T]:
        return self.cluster.asked(targets, question)

    def close(self) -> None:
        self.cluster.close()


@pytest.mark.parametrize("number", [1, 2])
def test_a_worker_that_is_lost_between_passes(mortal: Machines, write: Write, number: int) -> None:
    """What all files share lies on a worker, too: it is put there anew."""
    write("store.py", "import mlflow\n\ndef keep(model, **more):\n    mlflow.sklearn.log_model(model, **more)\n")
    for each in range(20):
        write(f"f{each:02}.py", f'import store\nstore.keep(1, artifact_path="x{each}")\n{CODE}')
    here = outcomes(RunOptions(Settings(), jobs=1))
    mortal.start()
    with contextlib.closing(Cluster(mortal.address)) as there:
        watched = Watched(there, lambda passes: mortal.kill(1) if passes == number else None)
        assert outcomes(RunOptions(Settings(), pool=watched)) == here
        assert watched.passes > number
    assert [process.poll() is None for process in mortal.processes] == [True, False, True]


def test_the_command_and_a_fleet_use_it(machines: Machines, write: Write, program: Program) -> None:
    for number in range(3):
        write(f"one/f{number}.py", CODE)
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd="one", check=True)
    write("list.txt", "one\nnowhere\n")
    executor = f"dask:{machines.address}"
    there = program("check", "one", "--format", "json", "--executor", executor)
    assert [len(file["findings"]) for file in json.loads(there.stdout)["files"]] == [1, 1, 1]
    assert (there.stderr, there.returncode) == (b"", 1)
    done = program("fleet", "list.txt", "--work", "work", "--format", "json", "--executor", executor)
    assert done.returncode == 3, done.stderr
    states = {one["name"]: one["state"] for one in json.loads(done.stdout)["repositories"]}
    assert states == {"one": "open", "nowhere": "failed"}


def test_releases_must_agree(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = lent.release()
    monkeypatch.setattr(lent, "_RELEASE", ["9.9 (0123) on Python 3.11"])
    with pytest.raises(
        PoolError, match=rf"has mlflow-codemod {re.escape(theirs)}, and this is 9\.9 .*: install the same"
    ):
        Cluster(machines.address)
    with pytest.raises(lent.ReleaseError, match=r"9\.9"):  # a worker that came later
        lent.work(theirs, b"", b"", None)


def test_what_dies_in_the_middle(mortal: Machines, write: Write) -> None:
    """First a worker, which costs nothing, and then the scheduler, which ends the run; what was done stands and is told."""
    for number in range(240):
        write(f"src/f{number}.py", CODE)
    recorded, record = recorder(20, lambda: mortal.kill(1))
    mortal.start()
    with contextlib.closing(Cluster(mortal.address)) as there:
        plan = RunOptions(Settings(), migrate=standin("slow_upper"), triggers=ANY, pool=there)
        run(discover(["src"]).targets[:60], plan, record)
    assert len({outcome.path for outcome in recorded}) == len(recorded) == 60
    assert {outcome.state for outcome in recorded} == {State.CHANGED}
    process = subprocess.Popen(
        [sys.executable, "-m", "codemod", "apply", "src", "--format", "json", "--executor", f"dask:{mortal.address}"],
        env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    while process.poll() is None and not written():
        time.sleep(0.01)
    mortal.kill(0)
    said, errors = process.communicate(timeout=100)
    assert process.returncode == 3, errors
    report = json.loads(said)
    assert (report["interrupted"], report["exit_code"]) == (True, 3)
    assert {file["path"] for file in report["files"] if file["state"] == "changed"} == written()
    assert 0 < len(written()) < 240
    number = len(report["files"])
    last = errors.decode().splitlines()[-1]
    assert re.fullmatch(rf"error: .*: the scheduler is lost.*: {number} of 240 files were done", last), errors


class TestFrozen:
    """Who stands still keeps its connections: only the time tells."""

    def test_the_scheduler(self, mortal: Machines, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        for number in range(60):
            write(f"src/f{number}.py", CODE)
        recorded, record = recorder(10, lambda: mortal.freeze(0))
        mortal.start(workers=1)
        with contextlib.closing(Cluster(mortal.address)) as there:
            for name, seconds in (
                ("CONNECT", 2.0),
                ("_TAKEN_BACK", 1.0),
                ("_LOOK", 1.0),
            ):  # from now on it answers at once, or never
                monkeypatch.setattr(cluster, name, seconds)
            plan = RunOptions(Settings(), migrate=standin("slow_upper"), triggers=ANY, pool=there)
            with pytest.raises(PoolError, match="the scheduler is lost"):
                run(discover(["src"]).targets, plan, record)
        assert 10 <= len(recorded) < 60
        with pytest.raises(PoolError, match="no scheduler answers: "):
            Cluster(mortal.address)

    def test_a_worker(self, mortal: Machines, write: Write) -> None:
        """The scheduler gives it up after a time, and what it had is done elsewhere."""
        for number in range(60):
            write(f"src/f{number}.py", CODE)
        mortal.variables.update({"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "3s"})
        recorded, record = recorder(10, lambda: mortal.freeze(1))
        mortal.start()
        with contextlib.closing(Cluster(mortal.address)) as there:
            plan = RunOptions(Settings(), migrate=standin("slow_upper"), triggers=ANY, pool=there)
            run(discover(["src"]).targets, plan, record)
        assert len({outcome.path for outcome in recorded}) == len(recorded) == 60
        assert {outcome.state for outcome in recorded} == {State.CHANGED}

    def test_it_ends_a_fleet(self, write: Write, program: Program) -> None:
        """Not each repository after the other waits for it."""
        for name in "abc":
            write(f"{name}/f.py", CODE)
            for command in (
                ["init", "-q"],
                ["add", "."],
                ["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", "x"],
            ):
                subprocess.run(["git", *command], cwd=name, check=True)
        write("list.txt", "a\nb\nc\n")
        with socket.create_server(("127.0.0.1", 0)) as silent:
            executor = f"dask:tcp://127.0.0.1:{silent.getsockname()[1]}"
            done = program(
                "fleet", "list.txt", "--work", "work", "--format", "json", "--jobs", "1", "--executor", executor,
                constants=IMPATIENT, forks_children=True,
            )  # fmt: skip
        told = json.loads(done.stdout)
        assert (done.returncode, told["interrupted"]) == (3, True), done.stderr
        assert told["summary"]["states"]["not reached"] == 3
        (last,) = done.stderr.decode().splitlines()
        assert re.fullmatch(
            r"error: .*: no scheduler answers: .*: stopped early: 0 of 3 .*; the same command goes on.*", last
        )


def test_a_worker_that_has_not_got_this_program_ends_the_run(
    mortal: Machines, tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        write(f"src/f{number}.py", CODE)
    write("hiding/codemod/__init__.py", "raise ModuleNotFoundError(\"No module named 'codemod'\")\n")
    recorded, record = recorder(1, lambda: mortal.add_worker(first=str(tmp_path / "hiding")))
    mortal.start(workers=1)
    with contextlib.closing(Cluster(mortal.address)) as there:
        plan = RunOptions(Settings(), migrate=standin("slow_upper"), triggers=ANY, pool=there)
        targets = discover(["src"]).targets
        with pytest.raises(PoolError, match="a worker cannot run this program: .*codemod"):
            run(targets * 20, plan, record)  # it takes a while to come
    with pytest.raises(PoolError, match="cannot run this program there: .*codemod"):
        Cluster(mortal.address)
    assert {outcome.state for outcome in recorded} == {State.CHANGED}


def written() -> set[str]:
    # A temporary file of a run that goes on can be gone before it is read.
    return {str(path) for path in Path("src").glob("*.py") if path.read_text() != CODE}


class TestNobodyThere:
    @pytest.mark.parametrize("command", [["apply", "."], ["fleet", "list.txt", "--work", "work"]])
    def test_no_scheduler(self, write: Write, program: Program, command: list[str]) -> None:
        write("list.txt", "one\n")
        path = write("one/a.py", CODE)
        done = program(*command, "--executor", "dask:tcp://127.0.0.1:1", constants=IMPATIENT)
        assert done.returncode == 3
        assert re.fullmatch(rb"error: tcp://127\.0\.0\.1:1: no scheduler answers: [^\n]*\n", done.stderr)
        assert path.read_text() == CODE

    @pytest.mark.parametrize("executor", ["tcp://127.0.0.1:1", "dask:127.0.0.1:1", "dask:tcp://", "spark:x"])
    def test_no_address(self, executor: str) -> None:
        with pytest.raises(WrongUseError, match="write dask:tcp://HOST:PORT"):
            executors.address_of(executor)

    def test_no_dask(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "distributed", None)
        with pytest.raises(WrongUseError, match='install mlflow-codemod with its extra "dask"'):
            Cluster("tcp://127.0.0.1:1")

    def test_no_worker(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cluster, "_NO_WORKERS", 0.5)
        machines = Machines(tmp_path)
        try:
            machines.start(workers=0)
            with pytest.raises(PoolError, match="the scheduler has had no worker for"):
                Cluster(machines.address)
        finally:
            machines.end()
