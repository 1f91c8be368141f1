"""Patterns for paths as ``.gitignore`` files write them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from codemod.errors import WrongUseError

if TYPE_CHECKING:
    import pathspec


class PatternError(WrongUseError):
    """A pattern that is not one; the message is one line for the user."""


class Patterns:
    """Patterns that count from one folder.

    Attributes:
        root: The folder; absolute.
        lines: The patterns, in the order in which the last one that matches decides.
    """

    def __init__(self, root: str, lines: Sequence[str]) -> None:
        """Read the patterns.

        Raises:
            PatternError: If one of them is not a pattern.
        """
        self.root = root
        self.lines = tuple(lines)
        self._below = os.path.join(root, "")
        self._spec: pathspec.GitIgnoreSpec | None = None
        if self.lines:
            import pathspec

            for line in self.lines:
                try:
                    pathspec.GitIgnoreSpec.from_lines([line])
                except ValueError as error:
                    raise PatternError(f"{line!r} is not a pattern as .gitignore writes them") from error
            self._spec = pathspec.GitIgnoreSpec.from_lines(self.lines)

    def match(self, path: str) -> bool:
        """Whether the patterns name a file, or a folder above it. A path outside the root is never named."""
        return bool(self.verdict(path))

    def verdict(self, path: str, *, is_folder: bool = False) -> bool | None:
        """Whether the patterns name a path (True), take it back with ``!`` (False), or say nothing (None)."""
        if self._spec is None or not path.startswith(self._below):
            return None
        return self._spec.check_file(path[len(self._below) :] + ("/" if is_folder else "")).include


def folder_patterns(folder: str) -> Patterns | None:
    """Return the patterns of a folder's ``.gitignore``, or None when it cannot be read.

    Lines that are no patterns are passed over, as Git does.
    """
    path = Path(folder) / ".gitignore"
    try:
        if not path.is_file():  # a pipe would never end
            return None
        text = path.read_text("utf-8", "surrogateescape")
    except OSError:
        return None
    lines = []
    for line in text.splitlines():
        try:
            Patterns(folder, [line])
        except PatternError:
            continue
        lines.append(line)
    return Patterns(folder, lines)
