"""Stand-ins for the engine that workers can import; each does one thing that the real engine must never do."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Container

from codemod import findings
from codemod.engine import project
from codemod.findings import Outcome, State
from codemod.names.modules import Modules, Summary
from codemod.running import first_look as running_look
from codemod.running import modules as running_modules
from codemod.running.jobs import T, Work
from codemod.settings import Given, Settings


def upper(path: str, data: bytes, settings: Settings) -> Outcome:
    """Change every byte that can be changed."""
    new = data.upper()
    return Outcome(path, State.CHANGED if new != data else State.UNCHANGED, old=data, new=new)


def slow_upper(path: str, data: bytes, settings: Settings) -> Outcome:
    time.sleep(0.05)
    return upper(path, data, settings)


def named_settings(path: str, data: bytes, settings: Settings) -> Outcome:
    """Tell in the outcome which codes were ignored."""
    return Outcome(path, State.SKIPPED, old=data, new=data, reason=",".join(settings.ignore))


def dies_of_poison(path: str, data: bytes, settings: Settings) -> Outcome:
    """Kill the worker, as a stack overflow in native code does."""
    if b"poison" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    return upper(path, data, settings)


def raises(path: str, data: bytes, settings: Settings) -> Outcome:
    """Raise what the data names."""
    if b"recursion" in data:
        raise RecursionError
    if b"memory" in data:
        raise MemoryError
    if b"bug" in data:
        raise KeyError("a bug\nin two lines")
    return upper(path, data, settings)


def process_id(path: str, data: bytes, settings: Settings) -> Outcome:
    """Tell in the outcome which process it was; data that names a folder waits there for a second process."""
    _, _, folder = data.partition(b"meet in ")
    if folder:
        open(os.path.join(folder, b"%d" % os.getpid()), "wb").close()
        end = time.monotonic() + 60
        while len(os.listdir(folder)) < 2 and time.monotonic() < end:
            time.sleep(0.01)
    return Outcome(path, State.SKIPPED, old=data, new=data, reason=str(os.getpid()))


def trouble(path: str, data: bytes, settings: Settings) -> Outcome:
    """Die, or hear no signal, by what the data says."""
    if b"deaf" in data:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        time.sleep(600)
    return dies_of_poison(path, data, settings)


def first_look(path: str, data: bytes, settings: Settings) -> tuple[project.Survey, frozenset[Given]]:
    """Look at a file before all others are known; die of one that is poison."""
    if b"poison" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    return running_look.first_look(path, data, settings)


def summarise(path: str, data: bytes, modules: Modules, whole: Container[str] = ()) -> Summary:
    """Say what a module offers; die of one that is poison, whoever imports it."""
    if b"poison" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    return running_modules.summarise(path, data, modules, whole)


def eats_memory(path: str, data: bytes, settings: Settings) -> Outcome:
    """Take more and more memory, if the data is greedy."""
    taken = []
    while b"greedy" in data:
        taken.append(bytearray(50_000_000))
    return upper(path, data, settings)


def dies_once(path: str, data: bytes, settings: Settings) -> Outcome:
    """Kill the worker the first time: the data names a file that says that it was here."""
    _, _, marker = data.partition(b"poison ")
    if marker and not os.path.exists(marker):
        with open(marker, "w"):
            os.kill(os.getpid(), signal.SIGKILL)
    return upper(path, data, settings)


_blind = False


def blind(work: Work[T], path: str, data: bytes, settings: Settings) -> T:
    """Do some work in a process that may open no file but those of programs."""
    global _blind
    if not _blind:
        _blind = True
        programs = tuple(
            map(
                os.path.abspath,
                (sys.prefix, sys.base_prefix, os.path.dirname(findings.__file__), "/usr", "/etc", "/lib"),
            )
        )

        def refuse(event: str, arguments: tuple[object, ...]) -> None:
            if event in ("open", "os.listdir", "os.scandir", "os.chdir") and isinstance(arguments[0], (str, bytes)):
                if not os.path.abspath(os.fsdecode(arguments[0])).startswith(programs):
                    raise PermissionError(f"{event} {arguments[0]!r}")

        sys.addaudithook(refuse)
    return work(path, data, settings)
