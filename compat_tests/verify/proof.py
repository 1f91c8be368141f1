"""What came of a proof: the worlds, the rows, the places that ran, and the verdict."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field

from compat_tests.verify.places import MeasuredPlace
from compat_tests.verify.rows import Row

EQUAL_CODE, DIFFERENT_CODE, FAILED_CODE, NOT_PROVED_CODE = 0, 1, 3, 4


class Verdict(enum.Enum):
    """What the proof says of the migrated project."""

    EQUAL = "equal"
    DIFFERENT = "different"
    NOT_PROVED = "not proved"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a world failed.

    Attributes:
        world: Which one, such as ``3``.
        message: One line.
        place: The first line of the project in the traceback, as ``file:line: source``, or "".
        findings: What `check` says of that line, or of what it calls.
        output: The end of the output.
        rule: The rule that MLflow's own words are about, where none of the findings is of it; or "".
    """

    world: str
    message: str
    place: str = ""
    findings: tuple[MeasuredPlace, ...] = ()
    output: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class WorldResult:
    """One world.

    Attributes:
        label: ``2``, ``3`` or ``client:server``.
        client: Release of the MLflow client.
        server: Release of the tracking server, or "none".
        status: Exit status of the command; None if it did not run, or not to its end.
        seconds: How long it ran.
        runs: How many runs were recorded.
        models: How many logged models.
        replaced: Packages that differ from the first world's, one ``name old → new`` each.
    """

    label: str
    client: str
    server: str
    status: int | None = None
    seconds: float = 0.0
    runs: int = 0
    models: int = 0
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparedWorld:
    """A world compared with the first.

    Attributes:
        label: The world.
        rows: What was compared.
    """

    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """All that a run of `verify` found out.

    Attributes:
        project: Name of the project's folder.
        command: What ran.
        options: Options of ``codemod apply``.
        worlds: The worlds, the first one first.
        cells: Every other world, compared with the first.
        places: What was changed or is open, and whether it ran.
        failure: Why a world failed; None if none did.
        notes: What a person should know besides.
        seconds: How long each stage took, by name.
        interrupted: Whether the run was ended before it was done.
        bisection: Sentences about releases and fixes, where they were asked for.
        unanalysed: What the codemod could not analyse, with the reason; nobody knows what is to be changed there.
    """

    project: str
    command: tuple[str, ...]
    options: tuple[str, ...]
    worlds: tuple[WorldResult, ...] = ()
    cells: tuple[ComparedWorld, ...] = ()
    places: tuple[MeasuredPlace, ...] = ()
    failure: Failure | None = None
    notes: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    interrupted: bool = False
    bisection: tuple[str, ...] = ()
    unanalysed: tuple[str, ...] = ()

    @property
    def rows(self) -> Iterable[Row]:
        """All rows of all cells."""
        return (row for cell in self.cells for row in cell.rows)

    @property
    def is_recorded(self) -> bool:
        """Whether both sides recorded anything that could be compared."""
        return bool(self.worlds) and all(world.runs or world.models for world in self.worlds)

    @property
    def is_migrated_code_run(self) -> bool:
        """Whether the command came to an end, good or bad, in a world of MLflow 3's client."""
        return any(world.seconds for world in self.worlds if world.client.startswith("3"))

    @property
    def not_run(self) -> tuple[MeasuredPlace, ...]:
        """The places that did not run."""
        return tuple(place for place in self.places if place.ran == "did not run")

    @property
    def verdict(self) -> Verdict:
        """Return what all of this means."""
        if self.failure is not None:
            return Verdict.FAILED
        if self.interrupted:
            return Verdict.INTERRUPTED
        if any(row.differs for row in self.rows):
            return Verdict.DIFFERENT
        if self.not_run or self.unanalysed or not self.is_recorded or not self.cells:
            return Verdict.NOT_PROVED
        return Verdict.EQUAL

    @property
    def exit_code(self) -> int:
        """Return what a script is told; an interrupted run ends with the signal's own code instead."""
        return {
            Verdict.EQUAL: EQUAL_CODE,
            Verdict.DIFFERENT: DIFFERENT_CODE,
            Verdict.NOT_PROVED: NOT_PROVED_CODE,
        }.get(self.verdict, FAILED_CODE)
