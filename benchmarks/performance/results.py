"""What was measured, in a file: a run can be ended at any time, and parts of the table can be measured on their own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.performance.measuring import TreeTiming
from benchmarks.programs.material import MaterialError
from benchmarks.speed.stopwatch import Contender, Timing

_FIELDS = ("wall", "cpu", "memory", "load")


class Results:
    """The measurements of one machine on one choice of files."""

    def __init__(self, file: Path, made_of: Sequence[str]) -> None:
        """Read what is known.

        Args:
            file: Where it is kept.
            made_of: What must be the same for measurements to be compared: the machine, the tools, the files.

        Raises:
            MaterialError: If the file tells of something else.
        """
        self._file = file
        self._made_of = list(made_of)
        self._cells: dict[str, dict[str, object]] = {}
        if not file.exists():
            return
        known = json.loads(file.read_text())
        if known["made of"] != self._made_of:
            raise MaterialError(
                f"{file}: was measured on another machine, with other tools or other files; name another file"
            )
        self._cells = known["cells"]

    def fill(self, cell: TreeTiming) -> None:
        """Give a cell what is known of it."""
        known = self._cells.get(cell.key, {})
        for name in _FIELDS:
            getattr(cell.timing, name)[:] = known.get(name, [])

    def keep(self, cell: TreeTiming) -> None:
        """Write what a cell has measured."""
        self._cells[cell.key] = {
            "name": cell.contender.name,
            "files": cell.files,
            "share": cell.share,
            **asdict(cell.timing),
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_name(self._file.name + ".new")
        new.write_text(json.dumps({"made of": self._made_of, "cells": self._cells}, indent=1))
        new.replace(self._file)

    def cells(self) -> list[TreeTiming]:
        """Return all that is known, the small trees first."""
        found = []
        for known in self._cells.values():
            name = str(known["name"])
            timing = Timing(name, *(known[field] for field in _FIELDS))  # type: ignore[arg-type]
            found.append(
                TreeTiming(Contender(name, (), Path()), int(str(known["files"])), float(str(known["share"])), timing)
            )
        return found
