"""The changes of a run as one diff: printed, or saved as the way back."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING

from codemod.cli.output import say, write_diff
from codemod.disk import writing
from codemod.errors import WrongUseError
from codemod.reports import diff

if TYPE_CHECKING:
    from codemod.reports.base import Report
    from codemod.running.discovery import Discovery


def show(report: Report, discovery: Discovery) -> None:
    """Print the diff of all changes."""
    patch, base = _patch(report, discovery)
    write_diff(patch)
    if base is not None:
        say(f"paths in the diff count from {base}", sys.stderr)


def save(path: str, report: Report, discovery: Discovery) -> None:
    """Write the diff of all changes to a file, and say how it takes them back.

    Raises:
        WrongUseError: If it cannot be written.
    """
    patch, base = _patch(report, discovery)
    if not patch:
        say(f"nothing was changed, so {path} was not written", sys.stderr)
        return
    try:
        writing.write_new(path, patch)
    except writing.WriteError as error:
        raise WrongUseError(f"{path}: {error}; the changes were made") from error
    where = ["-C", base] if base is not None else []
    command = shlex.join(["git", *where, "apply", "-R", os.path.abspath(path) if where else path])
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
