"""Runs a person's command in a world: with progress, a limit, and nothing left behind."""

from __future__ import annotations

import collections
import os
import re
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from compat_tests.processes import SUPERVISOR

TAIL_LINES = 60
_TICK_SECONDS = 0.2
_COLOURS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_SHORTEST_SECRET = 4
"""Shorter values are words that occur anywhere; nothing that is worth hiding is as short."""
_SWITCHES = frozenset({"true", "false", "none", "null"})


class Redactor:
    """Puts names in the place of the values of variables that the caller handed on."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        parts = {line: name for name, value in variables.items() for line in {value, *value.splitlines()}}
        self._names = {
            part: name
            for part, name in parts.items()
            if len(part.strip()) >= _SHORTEST_SECRET and part.strip().lower() not in _SWITCHES
        }
        ordered = sorted(self._names, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def __call__(self, text: str) -> str:
        """Return ``text`` with ``<NAME>`` for each value."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: f"<{self._names[found[0]]}>", text)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended.

    Attributes:
        status: Its exit status; None if it was stopped at its limit.
        seconds: How long it ran.
        tail: The end of its output.
    """

    status: int | None
    seconds: float
    tail: tuple[str, ...]


def run(
    command: Sequence[str],
    folder: Path,
    variables: Mapping[str, str],
    limit: float,
    *,
    log: Path,
    redact: Callable[[str], str],
    tick: Callable[[float, str], None],
) -> Ended:
    """Run a command to its end and stop what it leaves running.

    Args:
        command: Program and arguments.
        folder: Where it runs.
        variables: Its whole environment.
        limit: Seconds until it is stopped.
        log: Gets its output.
        redact: Goes over each line before anything else sees it.
        tick: Is told now and then how long it runs and what it said last.
    """
    began = time.monotonic()
    tail: collections.deque[str] = collections.deque(maxlen=TAIL_LINES)
    # -E: the variables are for the command; what they say to Python must not reach the supervisor.
    process = subprocess.Popen(
        [sys.executable, "-E", str(SUPERVISOR), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=dict(variables),
        start_new_session=True,
    )
    assert process.stdin
    assert process.stdout
    late = False
    try:
        with log.open("a", encoding="utf-8") as stream:
            for part in _output(process.stdout.fileno(), lambda: time.monotonic() - began > limit):
                for line in part:
                    shown = redact(_COLOURS.sub("", line))
                    tail.append(shown)
                    stream.write(f"{shown}\n")
                tick(time.monotonic() - began, tail[-1] if tail else "")
            late = time.monotonic() - began > limit and process.poll() is None
    finally:
        process.stdin.close()  # the supervisor's order to stop
        process.wait()
        process.stdout.close()
    return Ended(None if late else process.returncode, time.monotonic() - began, tuple(tail))


def _output(descriptor: int, is_late: Callable[[], bool]) -> Iterable[list[str]]:
    """Yield the lines that came, at least every tick, until the other end closes or it is late."""
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while not is_late():
            if not selector.select(_TICK_SECONDS):
                yield []
                continue
            data = os.read(descriptor, 1 << 16)
            if not data:
                break
            # Progress bars write carriage returns: each state is a line of its own.
            *lines, rest = re.split(rb"[\r\n]+", rest + data)
            yield [line.decode("utf-8", "replace") for line in lines if line]
    if rest:
        yield [rest.decode("utf-8", "replace")]
