"""One run of the command: progress while it goes on, the result at the end, and nothing left behind."""

from __future__ import annotations

import errno
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from codemod.cli.output import write_text
from codemod.cli.outputs import check_folder, write_file
from codemod.errors import WrongUseError
from compat_tests.verify.outputs import json, junit, markdown, text
from compat_tests.verify.proof import Proof
from compat_tests.verify.prove import Listener, UnfinishedError, prove
from compat_tests.verify.request import Request
from compat_tests.verify.workplace import work_folder

WantedReport = tuple[str, str | None]
_RENDERERS = {"json": json.render, "junit": junit.render, "markdown": markdown.render}


def run(request: Request, outputs: Sequence[WantedReport], *, show_all: bool, bisect: bool) -> int:
    """Prove a project, show the result, and return the exit code."""
    for _, file in outputs:
        if file is not None:
            check_folder(file)
    progress = Progress(sys.stderr)
    work = None if request.work == Path() else request.work
    try:
        with work_folder(request.project, work, keep=request.keep) as folder:
            proof, code = _prove(request, folder, progress, bisect=bisect)
            progress.clear()
            if request.keep:
                write_text(f"kept: {folder}\n", sys.stderr)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        progress.clear()
        where = f" ({error.filename})" if error.filename else ""
        raise WrongUseError(f"the disk is full{where}; --work and --cache name folders on another one") from error
    _show(proof, outputs, show_all=show_all)
    return code


def _prove(request: Request, folder: Path, progress: Progress, *, bisect: bool) -> tuple[Proof, int]:
    listener = Listener(progress.say, progress.tick)
    try:
        proof, first = prove(request, folder / "worlds", listener)
        if bisect:
            from compat_tests.verify.bisecting import bisect as search

            proof = search(request, proof, first, folder, listener)
    except UnfinishedError as unfinished:
        return unfinished.proof, unfinished.interrupted.exit_code
    return proof, proof.exit_code


def _show(proof: Proof, outputs: Sequence[WantedReport], *, show_all: bool) -> None:
    for form, file in sorted(outputs, key=lambda output: output[1] is None):
        rendered = text.render(proof, show_all=show_all) if form == "text" else _RENDERERS[form](proof)
        if file is not None:
            write_file(file, rendered)
        else:
            write_text(rendered, sys.stdout)
    if all(file is not None for _, file in outputs):
        write_text(text.render(proof, show_all=show_all, coloured=sys.stdout.isatty()), sys.stdout)


class Progress:
    """Says on standard error what goes on: one line that changes on a terminal, a line for each stage elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._width = shutil.get_terminal_size().columns

    def say(self, line: str) -> None:
        """Say that a stage begins."""
        self._write(f"{line} …" if self._live else f"{line}\n")

    def tick(self, world: str, seconds: float, line: str) -> None:
        """Say how long the command of a world runs, and what it said last; only on a terminal."""
        if self._live:
            self._write(f"world {world} · {seconds:.0f} s · {line.strip()}")

    def clear(self) -> None:
        """Take the line away."""
        if self._live:
            self._write("")

    def _write(self, line: str) -> None:
        shown = f"\r\033[K{line[: self._width - 1]}" if self._live else line
        write_text(shown, self._stream)
