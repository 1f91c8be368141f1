"""The changes of a run as one diff: printed, or saved as the way back."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from codemod.cli.output import say, write_diff
from codemod.cli.outputs import check_folder
from codemod.disk.patch_file import PatchFile
from codemod.reports import diff

if TYPE_CHECKING:
    from codemod.reports.base import Report
    from codemod.running.discovery import Discovery, Input


def show(report: Report, discovery: Discovery) -> None:
    """Print the diff of all changes."""
    patch, base = _patch(report, discovery)
    write_diff(patch)
    if base is not None:
        say(f"paths in the diff count from {base}", sys.stderr)


class WayBack:
    """The patch that takes back what a run does, written before it is done."""

    def __init__(self, path: str, discovery: Discovery) -> None:
        """Begin the patch.

        Raises:
            WrongUseError: If it cannot be written.
        """
        check_folder(path)
        self._file = PatchFile(path)
        self._base = diff.base_folder([target.real for target in discovery.targets if not target.skipped])

    def add(self, target: Input, old: bytes, new: bytes) -> Callable[[], None]:
        """Put what takes back one change onto the disk; return what takes that away again."""
        size = self._file.size
        self._file.add(diff.unified(os.path.relpath(target.real, self._base), old, new))
        return lambda: self._file.shorten(size)

    def close(self) -> None:
        """Say how the run is taken back."""
        path = self._file.path
        if not self._file.close():
            say(f"nothing was changed, so {path} was not written", sys.stderr)
            return
        is_elsewhere = self._base != os.path.realpath(os.getcwd())
        where = ["-C", self._base] if is_elsewhere else []
        command = shlex.join(["git", *where, "apply", "-R", os.path.abspath(path) if is_elsewhere else path])
        say(f"{command} takes the changes back", sys.stderr)


def _patch(report: Report, discovery: Discovery) -> tuple[bytes, str | None]:
    """Make one diff of all changes.

    Returns:
        The diff, and the folder that its paths count from if a person would not expect it.
    """
    real = {target.path: target.real for target in discovery.targets}
    changed = [outcome for outcome in report.outcomes if outcome.new != outcome.old]
    if not changed:
        return b"", None
    base = diff.base_folder([real[outcome.path] for outcome in changed])
    parts = [
        diff.unified(os.path.relpath(real[outcome.path], base), outcome.old or b"", outcome.new or b"")
        for outcome in changed
    ]
    return b"".join(parts), base if base != os.path.realpath(os.getcwd()) else None
