"""What a person asks `verify` for, and the errors that end it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class WorldError(Exception):
    """A world could not be built, or what ran in it failed. The program ends with exit code 3.

    Attributes:
        details: Lines below the message, such as the end of the output.
    """

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.details = details


@dataclass(frozen=True, slots=True)
class Requirements:
    """Where the packages of a project are named.

    Attributes:
        files: Requirement files that were named; empty for those that the project has.
        extras: Optional dependencies of pyproject.toml to install.
        groups: Dependency groups of pyproject.toml to install.
        more: Further requirements.
        python: Version or path of the Python for both worlds; None for the running one.
        mlflow: Specifier of MLflow by line, such as ``{"3": "==3.5.0"}``.
    """

    files: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    python: str | None = None
    mlflow: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """One proof that is wanted.

    Attributes:
        project: The folder of the project; never written.
        command: Program and arguments that train, or test, or whatever shall be compared.
        cells: Client and server of each world, by line; the first is what the others are compared with.
        apply_options: Options of ``codemod apply`` for the worlds of client 3.
        setup: Command lines that run before the command in each copy.
        env: Names of variables that the command gets from the caller.
        include: Files and folders that Git ignores and the command needs.
        timeout: Seconds that the command may take in a world.
        repeat: How often the command runs in the first world, to see what varies by itself.
        tolerances: Relative difference by pattern of the metric's name; ``predictions`` for predictions.
        sample: A file with model inputs; None for the example of each model.
        serve: Whether models are also asked over ``/invocations``.
        backend: Where the tracking servers keep their data: ``sqlite``, ``postgres`` or ``docker``; ``none`` for no server.
        requirements: Where the packages of the project are named.
        pythons: Interpreters that exist already, by line of the client.
        servers_from_pythons: Whether they serve too, where no environment for a server can be made.
        install: Whether the project itself is installed, if it is a package.
        measure: Whether it is found out what ran in the migrated worlds.
        cache: Where resolutions and libraries are kept.
        environments: Where environments are kept.
        work: Where the copies and stores of a run lie.
        keep: Whether they stay.
    """

    project: Path
    command: tuple[str, ...]
    cells: tuple[tuple[str, str], ...] = (("2", "2"), ("3", "3"))
    apply_options: tuple[str, ...] = ("--unsafe",)
    setup: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    timeout: float = 3600.0
    repeat: int = 1
    tolerances: Mapping[str, float] = field(default_factory=dict)
    sample: Path | None = None
    serve: bool = False
    backend: str = "sqlite"
    requirements: Requirements = field(default_factory=Requirements)
    pythons: Mapping[str, str] = field(default_factory=dict)
    servers_from_pythons: bool = False
    install: bool = True
    measure: bool = True
    environments: Path = Path()
    cache: Path = Path()
    work: Path = Path()
    keep: bool = False
