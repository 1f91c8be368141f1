"""Goes through a proof: build the worlds, run the command in each, read what it recorded, compare, and say what never ran."""

from __future__ import annotations

import functools
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from codemod.disk.interrupts import Interrupted
from compat_tests.verify import clients, comparing, measuring, models, serving
from compat_tests.verify.building import Built, open_worlds
from compat_tests.verify.children import Ended
from compat_tests.verify.comparing import ModelPair
from compat_tests.verify.failures import failure_of
from compat_tests.verify.metrics import TOLERANCE
from compat_tests.verify.proof import ComparedWorld, Failure, Proof, WorldResult
from compat_tests.verify.request import Request, WorldError
from compat_tests.verify.rows import Row, Status, counted
from compat_tests.verify.snapshots import Snapshot
from compat_tests.verify.world import RunningScript, World, shell_words

Tick = Callable[[str, float, str], None]
_SETUP_SECONDS = 3600.0
_REPEAT = (
    "a training that draws random numbers, or writes down the time, differs from itself: with --repeat 2 the command runs twice with "
    "MLflow 2, and what varies there is not held against MLflow 3"
)


@dataclass(frozen=True, slots=True)
class Listener:
    """Who is told what goes on.

    Attributes:
        say: Gets a line for each stage.
        tick: Gets the world, its seconds and its last line while a command runs.
    """

    say: Callable[[str], None]
    tick: Tick


@dataclass(slots=True)
class First:
    """The first world and what it recorded, for other proofs of the same project: it need not run again for them.

    Attributes:
        world: The world; its server has stopped.
        snapshot: What it recorded.
        result: How its command ended.
        varying: Rows in which it differs from itself.
        answers: What its models predicted, by their folder.
    """

    world: World
    snapshot: Snapshot
    result: WorldResult
    varying: tuple[Row, ...] = ()
    answers: dict[str, Any] = field(default_factory=dict)


def prove(request: Request, folder: Path, listener: Listener, first: First | None = None) -> tuple[Proof, First | None]:
    """Prove a project.

    Args:
        request: What is wanted.
        folder: A new folder for everything that the proof needs on the disk.
        listener: Who is told what goes on.
        first: The first world of another proof, to compare with; it is built and run if none is given.

    Returns:
        What was found out, and the first world, if its command ran to its end.

    Raises:
        WrongUseError: What was asked for cannot be done.
        UnfinishedError: The run was interrupted.
    """
    proving = _Proving(request, listener, first)
    try:
        proving.go(folder)
    except WorldError as error:
        proving.fail(error)
    except Interrupted as interrupted:
        proving.proof = replace(proving.proof, interrupted=True)
        raise UnfinishedError(proving.proof, interrupted) from interrupted
    return proving.proof, proving.first


class UnfinishedError(Exception):
    """The run was interrupted.

    Attributes:
        proof: What was known until then.
        interrupted: What ended it.
    """

    def __init__(self, proof: Proof, interrupted: Interrupted) -> None:
        super().__init__("interrupted")
        self.proof = proof
        self.interrupted = interrupted


class _Proving:
    def __init__(self, request: Request, listener: Listener, first: First | None) -> None:
        self.request = request
        self.listener = listener
        self.first = first
        self.proof = Proof(request.project.name, request.command, request.apply_options)
        self._ran: set[int] = set()

    def go(self, folder: Path) -> None:
        """Go through all stages; `proof` is kept up to date, so that it is of use when the run ends early."""
        with ExitStack() as stack:
            with self._timed("building"):
                known = self.first.world if self.first else None
                built = stack.enter_context(open_worlds(self.request, folder, self.listener.say, known))
                self._learn_worlds(built)
                for world in built.worlds:
                    world.check_command(self.request.command)
            failure = self._run(built)
            if failure is not None:
                self.proof = replace(self.proof, failure=failure)
            with self._timed("reading"):
                self.listener.say("reading what was recorded")
                snapshots = self._read(built)
            with self._timed("comparing"):
                self._compare(built, snapshots)

    def fail(self, error: WorldError) -> None:
        """Keep why a world could not be built or read; a command that failed before is the better reason."""
        if self.proof.failure is None:
            failure = Failure("", str(error), output=tuple(error.details.splitlines()))
            self.proof = replace(self.proof, failure=failure)
        else:
            self.proof = replace(self.proof, notes=(*self.proof.notes, str(error)))

    def _learn_worlds(self, built: Built) -> None:
        first = built.worlds[0].client
        worlds = [
            WorldResult(
                world.label,
                world.client.release,
                world.service.version if world.service else "none",
                replaced=tuple(clients.packages_that_differ(first, world.client)),
            )
            for world in built.worlds
            if self.first is None or world is not self.first.world
        ]
        if self.first is not None:
            worlds.insert(0, self.first.result)
        self.proof = replace(
            self.proof,
            worlds=tuple(worlds),
            places=tuple(built.places),
            notes=tuple(built.notes),
            unanalysed=tuple(built.problems),
        )

    def _run(self, built: Built) -> Failure | None:
        """Run the command in each world; end with the first that fails."""
        commands = [*map(shell_words, self.request.setup), list(self.request.command)]
        for number, world in enumerate(built.worlds):
            if self.first is not None and world is self.first.world:
                continue
            for command in commands:
                is_setup = command is not commands[-1]
                limit = _SETUP_SECONDS if is_setup else self.request.timeout
                with self._timed(f"{'setup' if is_setup else 'command'} in {world.label}"):
                    self.listener.say(f"world {world.label}: {shlex.join(command)}")
                    ended = world.run(command, limit, functools.partial(self.listener.tick, world.label))
                if not is_setup:
                    self._ran.add(number)
                    self._learn(number, status=ended.status, seconds=round(ended.seconds, 2))
                if ended.status != 0:
                    return self._failure(world, ended, limit, shlex.join(command))
        return None

    def _failure(self, world: World, ended: Ended, limit: float, command: str) -> Failure:
        migrated = world.label.startswith("3")
        code = "the migrated code" if migrated else "the code as it is"
        how = (
            f"took longer than {limit:.0f} s and was stopped"
            if ended.status is None
            else f"ended with status {ended.status}"
        )
        message = f"{code} fails on MLflow {world.client.release}: `{command}` {how}"
        return failure_of(world.label, message, ended.tail, world.copy, migrated=migrated, command=self.request.command)

    def _learn(self, number: int, **values: Any) -> None:
        worlds = list(self.proof.worlds)
        worlds[number] = replace(worlds[number], **values)
        self.proof = replace(self.proof, worlds=tuple(worlds))

    def _read(self, built: Built) -> list[Snapshot | None]:
        """Read the worlds in which the command ran, all at the same time."""
        with ExitStack() as stack:
            asked: list[RunningScript | None] = []
            for number, world in enumerate(built.worlds):
                asked.append(world.begin_to_read() if number in self._ran else None)
                if (started := asked[-1]) is not None:
                    stack.callback(started.stop)
            snapshots = [
                world.snapshot(started) if started is not None else None
                for world, started in zip(built.worlds, asked, strict=True)
            ]
        if self.first is not None:
            snapshots[0] = self.first.snapshot
        for number, snapshot in enumerate(snapshots):
            if snapshot is not None:
                runs = list(snapshot.runs())
                beside = sum(len(each.models) for each in snapshot.experiments.values())
                self._learn(number, runs=len(runs), models=beside + sum(len(run.models) for run in runs))
        return snapshots

    def _compare(self, built: Built, snapshots: list[Snapshot | None]) -> None:
        originals = len(self.request.cells)
        if self.first is None and snapshots[0] is not None:
            repeated = [snapshot for snapshot in snapshots[originals:] if snapshot is not None]
            varying = tuple(
                row
                for again in repeated
                for row in comparing.compare(snapshots[0], again, self.request.tolerances).rows
                if row.status is not Status.EQUAL
            )
            self.first = First(built.worlds[0], snapshots[0], self.proof.worlds[0], varying)
        for world, snapshot in zip(built.worlds[1:originals], snapshots[1:originals], strict=True):
            if self.first is None or snapshot is None:
                continue
            comparison = comparing.compare(self.first.snapshot, snapshot, self.request.tolerances)
            rows = [*comparison.rows, *self._predictions(self.first, world, list(comparison.models))]
            rows = comparing.excused(rows, self.first.varying)
            self.proof = replace(self.proof, cells=(*self.proof.cells, ComparedWorld(world.label, tuple(rows))))
        if self.request.repeat == 1 and any(row.may_vary for row in self.proof.rows):
            self.proof = replace(self.proof, notes=(*self.proof.notes, _REPEAT))
        self._mark(built)

    def _predictions(self, first: First, second: World, pairs: list[ModelPair]) -> list[Row]:
        """Ask the models of both worlds, and those of the first in the second as well."""
        pairs = [pair for pair in pairs if pair.first.folder]
        tolerance = {"predictions": TOLERANCE, **self.request.tolerances}["predictions"]
        asked = [pair for pair in pairs if self.request.sample or pair.first.example]
        rows = [models.compare_predictions(pair.key, {}, {}, tolerance) for pair in pairs if pair not in asked]
        if asked:
            self.listener.say(f"asking {counted(len(asked), 'model')} for predictions")
            rows += self._asked(first, second, asked, tolerance)
        if self.request.serve:
            rows += serving.compare(first.world, second, pairs, first.answers, tolerance, self.listener.say)
        return rows

    def _asked(self, first: First, second: World, pairs: list[ModelPair], tolerance: float) -> list[Row]:
        new = {pair.key: pair.second.folder for pair in pairs if pair.second.folder}
        moved = {f"{pair.key} (of 2)": pair.first.folder for pair in pairs}
        before, answers = self._ask(first, second, {**new, **moved}, [pair.first.folder for pair in pairs])
        rows = []
        for pair in pairs:
            was = before[pair.first.folder]
            if pair.key in answers:
                rows.append(models.compare_predictions(pair.key, was, answers[pair.key], tolerance))
            if was.get("prediction") is not None:
                name = f"{pair.key} (of 2)"
                rows.append(models.compare_predictions(pair.key, was, answers[name], tolerance, comparing.MOVED))
        return rows

    def _ask(
        self, first: First, second: World, there: dict[str, str], folders: list[str]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the answers of the first world's models, by their folder, and those that the second gives."""
        unasked = {folder: folder for folder in folders if folder not in first.answers}
        with ExitStack() as stack:
            asked = None
            if unasked:
                asked = first.world.begin_to_predict(unasked, self.request.sample, self.request.command)
                stack.callback(asked.stop)
            also = second.begin_to_predict(there, self.request.sample, self.request.command)
            stack.callback(also.stop)
            if asked is not None:
                first.answers |= first.world.predictions(asked, unasked)
            return first.answers, second.predictions(also, there)

    def _mark(self, built: Built) -> None:
        for world in built.worlds:
            if world.startup.data is None:
                continue
            marked, broken = measuring.what_ran(built.places, world.copy, world.startup, world.client.environment)
            notes = tuple(f"a part of the measurement cannot be read: {each}" for each in broken)
            self.proof = replace(self.proof, places=tuple(marked), notes=(*self.proof.notes, *notes))
            return

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.proof.seconds[name] = round(time.monotonic() - began, 2)
