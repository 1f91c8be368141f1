"""Builds the worlds of a proof: copies, migrated code, interpreters and servers, as much at a time as can be."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from codemod.errors import WrongUseError
from compat_tests.environments import UvError
from compat_tests.processes import Service, StartError, indented
from compat_tests.tracking import Backend, open_tracking_server
from compat_tests.verify import clients, measuring, requirement_files
from compat_tests.verify.children import Redactor
from compat_tests.verify.clients import Client
from compat_tests.verify.copying import copy_project
from compat_tests.verify.places import MeasuredPlace, migrate, relative_place
from compat_tests.verify.request import Request, WorldError
from compat_tests.verify.world import READ_SECONDS, World

Say = Callable[[str], None]
ClientAndServer = tuple[str, str]


@dataclass(slots=True)
class Built:
    """The worlds of a proof.

    Attributes:
        worlds: In the order of the cells; those that only repeat the first one come last.
        places: What the codemod changed and left in the migrated copies.
        problems: What it could not analyse there.
        notes: What a person should know.
    """

    worlds: list[World] = field(default_factory=list)
    places: list[MeasuredPlace] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def label(cell: ClientAndServer) -> str:
    """Return what people call a cell: ``2`` and ``3`` where client and server are of one line."""
    return cell[0] if cell[0] == cell[1] else f"{cell[0]}:{cell[1]}"


def in_copy(value: str, project: Path, copy: Path) -> str:
    """Return the value of a variable with the copy in the place of the project, which the command must not touch."""
    return re.sub(rf"{re.escape(str(project))}(?=$|[/:;,'\"\s])", lambda _: str(copy), value)


@contextlib.contextmanager
def open_worlds(request: Request, folder: Path, say: Say, first: World | None = None) -> Iterator[Built]:
    """Build all worlds of a request, and stop their servers at the end of the block.

    Args:
        request: What is wanted.
        folder: A new folder for everything.
        say: Is told what goes on.
        first: The first world, if it was built and has run before.

    Raises:
        WorldError: One could not be built.
        WrongUseError: What was asked for cannot be done.
    """
    cells = [*request.cells, *[request.cells[0]] * (request.repeat - 1)] if first is None else request.cells[1:]
    handed = {name: os.environ[name] for name in request.env if name in os.environ}
    built = Built()
    built.notes += [f"--env {name}: is not set here" for name in request.env if name not in os.environ]
    with ExitStack() as stack:
        say("copying the project")
        copies = [folder / str(number) / "project" / relative_place(request.project) for number in range(len(cells))]
        for copy in copies:
            copy_project(request.project, copy, request.include)
        if {cell[0] for cell in cells} - request.pythons.keys():
            _check_requirements(request, copies[0])  # before anything is started
        # Left in the reverse order: the pool waits for starts that are under way, then each server stops.
        servers = stack.enter_context(_Servers(request, folder, cells))
        for cell, copy in zip(cells, copies, strict=True):
            if cell[0] == "3":
                say(f"migrating the copy of world {label(cell)}: apply {shlex.join(request.apply_options)}")
                migrated = migrate(copy, request.apply_options, request.project)
                built.places = list(migrated.places)
                built.problems = list(migrated.problems)
        made = _clients(request, cells, copies, say, built.notes, first)
        worlds = []
        for number, (cell, copy) in enumerate(zip(cells, copies, strict=True)):
            name = label(cell) if number < len(request.cells) else f"{label(cell)} again"
            worlds.append(_world(name, cell, made[cell[0]], copy, folder / str(number), request, handed))
        if request.backend != "none":
            say("waiting for the tracking servers")
        built.worlds += [first] if first is not None else []
        built.worlds += [replace(world, service=service) for world, service in zip(worlds, servers.wait(), strict=True)]
        yield built


def _world(
    name: str,
    cell: ClientAndServer,
    client: Client,
    copy: Path,
    folder: Path,
    request: Request,
    handed: dict[str, str],
) -> World:
    """Return a world without its server, which may still be starting."""
    handed = {name: in_copy(value, request.project, copy) for name, value in handed.items()}
    site = None
    if request.install and cell[0] not in request.pythons and requirement_files.is_package(copy):
        site = folder / "site"
        clients.install_project(copy, client.environment, site)
    library = None
    if cell[0] == "3" and request.measure:
        library = clients.library(measuring.REQUIREMENT, client, request.cache)
    path = [str(copy / part) for part in handed.get("PYTHONPATH", "").split(os.pathsep) if part]
    startup = measuring.prepare_startup(folder / "startup", copy, site, library, os.pathsep.join(path))
    secrets = {key: value for key, value in handed.items() if key != "PYTHONPATH"}
    return World(
        name, client, copy, folder, startup, None, handed, Redactor(secrets), max(request.timeout, READ_SECONDS)
    )


def _check_requirements(request: Request, copy: Path) -> None:
    try:
        requirement_files.requirement_sources(copy, request.requirements.files, request.requirements.more)
    except WrongUseError as error:
        raise WrongUseError(str(error).replace(str(copy), str(request.project))) from error


def _clients(
    request: Request,
    cells: Sequence[ClientAndServer],
    copies: Sequence[Path],
    say: Say,
    notes: list[str],
    first: World | None,
) -> dict[str, Client]:
    made: dict[str, Client] = {} if first is None else {"2": first.client}
    for line in sorted(
        {cell[0] for cell in cells} - made.keys()
    ):  # 2 first: what it resolved to is the first choice of 3
        copy = next(copy for cell, copy in zip(cells, copies, strict=True) if cell[0] == line)
        if line in request.pythons:
            made[line] = clients.existing(line, request.pythons[line])
            continue
        say(f"making the environment of MLflow {line}")
        made[line] = clients.client_of(line, copy, request, made.get("2"))
        notes.extend(note for note in made[line].notes if note not in notes)
    return made


class _Servers:
    """Tracking servers that start in threads while everything else is built."""

    def __init__(self, request: Request, folder: Path, cells: Sequence[ClientAndServer]) -> None:
        self._stacks = [ExitStack() for _ in cells]
        self._pool = ThreadPoolExecutor(max(1, len(cells)))
        self._futures: list[Future[Service]] = []
        self._cancelled = threading.Event()
        self._request = request
        self._folder = folder
        self._cells = cells

    def __enter__(self) -> _Servers:
        if self._request.backend != "none":
            for number, (cell, stack) in enumerate(zip(self._cells, self._stacks, strict=True)):
                self._futures.append(
                    self._pool.submit(self._start, cell[1], self._folder / str(number) / "server", stack)
                )
        return self

    def wait(self) -> list[Service | None]:
        """Return the servers, or None for each where none is wanted.

        Raises:
            WorldError: One did not start.
        """
        try:
            return [future.result() for future in self._futures] or [None for _ in self._cells]
        except (StartError, UvError) as error:
            first, _, rest = str(error).partition("\n")
            raise WorldError(f"a tracking server did not come up: {first}", rest or indented(first)) from error
        except RuntimeError as error:  # no container engine
            raise WorldError(f"a tracking server did not come up: {error}") from error

    def __exit__(self, *_: Any) -> None:
        self._cancelled.set()
        self._pool.shutdown(wait=True)
        with ThreadPoolExecutor(max(1, len(self._stacks))) as pool:
            list(pool.map(lambda stack: stack.close(), self._stacks))

    def _start(self, line: str, folder: Path, stack: ExitStack) -> Service:
        # An existing interpreter says nothing of servers: those are our own unless it is asked to serve too.
        served = None
        if self._request.servers_from_pythons:
            served = clients.existing(line, self._request.pythons[line]).environment
        release = self._request.requirements.mlflow.get(line, "")
        wanted = release.removeprefix("==") if release.startswith("==") else line
        backend = cast("Backend", self._request.backend)
        return stack.enter_context(
            open_tracking_server(wanted, folder, backend, self._request.environments, self._cancelled, served)
        )
