"""Runs commands side by side, one for each core: ``python -m development.together 'ruff check .' 'mypy codemod'``.

What each says is shown when it has ended, in the order of the commands. All run to their end; the exit code is 1 if one failed.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended.

    Attributes:
        command: As it was given.
        code: Its exit code.
        said: Its standard output and standard error.
        seconds: How long it took.
    """

    command: str
    code: int
    said: str
    seconds: float


def run(commands: Sequence[str], at_a_time: int) -> Iterator[Done]:
    """Run commands side by side and yield how each ended, in their order.

    Args:
        commands: Each with its arguments, quoted as for a shell.
        at_a_time: How many may run.

    Raises:
        OSError: If a program cannot be started.
    """
    with ThreadPoolExecutor(at_a_time) as pool:
        yield from pool.map(_run, commands)


def _run(command: str) -> Done:
    began = time.monotonic()
    done = subprocess.run(
        shlex.split(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return Done(command, done.returncode, done.stdout.decode(errors="replace"), time.monotonic() - began)


def main(commands: Sequence[str]) -> int:
    """Run commands, show what they said, and return the exit code."""
    failed = []
    for ended in run(commands, os.cpu_count() or 1):
        state = f"exit code {ended.code}" if ended.code else "ok"
        sys.stdout.write(f"{ended.command}: {state}, {ended.seconds:.1f} s\n{ended.said.strip()}\n\n")
        sys.stdout.flush()
        failed += [ended.command] if ended.code else []
    sys.stdout.write("".join(f"failed: {command}\n" for command in failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
