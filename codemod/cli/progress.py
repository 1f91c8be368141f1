"""A progress bar on standard error, for runs that a person waits for."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PATIENCE, _INTERVAL = 1.0, 0.1


class ProgressBar:
    """Counts inputs; shows itself after a second, only on a terminal, and leaves no trace."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._next = time.monotonic() + _PATIENCE if sys.stderr.isatty() else float("inf")
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def advance(self) -> None:
        """Count one input."""
        self._done += 1
        now = time.monotonic()
        if now >= self._next and self._done < self._total:
            self._next = now + _INTERVAL
            self._show()

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def _show(self) -> None:
        if self._bar is None or self._task is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
            # No thread of rich's own: it would redraw while a signal is being handled.
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
            self._bar.start()
            self._task = self._bar.add_task("files", total=self._total)
        self._bar.update(self._task, completed=self._done)
        self._bar.refresh()
