"""Patterns for paths as ``.gitignore`` files write them."""

from __future__ import annotations

import itertools
import os
import re
import stat
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from codemod.errors import WrongUseError

if TYPE_CHECKING:
    import pathspec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern


# What pathspec makes of a `*`, and of the `**` at the start and in the middle of a pattern.
_STAR, _FOLDERS, _LEADING = "[^/]*", "(?:/.+)?", "^(?:.+/)?"
# Patterns in a file of more than this are no patterns that anybody wrote.
_MOST = 1 << 20


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

            found: list[GitIgnoreSpecPattern] = []
            for line in self.lines:
                try:
                    found += _read(line)
                except (ValueError, re.error, RecursionError, OverflowError) as error:
                    raise PatternError(f"{line!r} is not a pattern as .gitignore writes them") from error
            self._spec = pathspec.GitIgnoreSpec(found)

    def match(self, path: str) -> bool:
        """Return whether the patterns name a file, or a folder above it. A path outside the root is never named."""
        return bool(self.verdict(path))

    def verdict(self, path: str, *, is_folder: bool = False) -> bool | None:
        """Return whether the patterns name a path (True), take it back with ``!`` (False), or say nothing (None)."""
        if self._spec is None or not path.startswith(self._below):
            return None
        return self._spec.check_file(path[len(self._below) :] + ("/" if is_folder else "")).include


def _read(line: str) -> Sequence[GitIgnoreSpecPattern]:
    import pathspec

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of `[[:x:]]`, which Python may read in another way one day
        found = list(pathspec.GitIgnoreSpec.from_lines([line]).patterns)
        for pattern in found:
            if pattern.regex is not None:  # blank lines and comments have none
                pattern.regex = re.compile(_without_retries(pattern.regex.pattern))
    return found


def _without_retries(expression: str) -> str:
    """Return an expression of pathspec that means the same, and tries each wildcard at one place only.

    Of ``*a*b`` the first ``a`` will do: whatever follows it, the next ``*`` can take. The regular expression tries all, which takes a
    time that grows with the power of the wildcards. A look-ahead that captures what it saw, and is then read, is
    not tried again.
    """
    if expression.count(_STAR) + expression.count(_FOLDERS) < 2:
        return expression
    leads = expression.startswith(_LEADING)
    parts = expression.removeprefix(_LEADING).split(_FOLDERS)
    names = (f"once{number}" for number in itertools.count())
    done = []
    for index, part in enumerate(parts):
        part = _once_each(part, names)
        before = (_LEADING if leads else "") if index == 0 else _FOLDERS
        if index == len(parts) - 1 or (index == 0 and not leads):
            done.append(before + part)
        else:
            lazy = "(?:.+?/)??" if index == 0 else "(?:/.+?)??"
            name = next(names)
            done.append(f"{'^' if index == 0 else ''}(?=(?P<{name}>{lazy}{part}(?=/)))(?P={name})")
    return "".join(done)


def _once_each(part: str, names: Iterator[str]) -> str:
    """Bind every ``*`` but the last one of a part to the first place where what follows it stands."""
    first, *chunks = part.split(_STAR)
    last = len(chunks) - 1
    done = [first]
    for index, chunk in enumerate(chunks):
        if index == last:
            done.append(_STAR + chunk)
        elif chunk:
            name = next(names)
            done.append(f"(?=(?P<{name}>{_STAR}?{chunk}))(?P={name})")
    return "".join(done)


def folder_patterns(folder: str) -> Patterns | None:
    """Return the patterns of a folder's ``.gitignore``, or None when it cannot be read.

    Lines that are no patterns are passed over, as Git does.
    """
    text = _text(os.path.join(folder, ".gitignore"))
    if text is None:
        return None
    lines = []
    for line in text.splitlines():
        try:
            Patterns(folder, [line])
        except PatternError:
            continue
        lines.append(line)
    return Patterns(folder, lines)


def _text(path: str) -> str | None:
    """Return the text of an ordinary file; None of a pipe, a device, and what is not there."""
    try:
        # A pipe would wait for somebody who writes to it.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return os.read(descriptor, _MOST).decode("utf-8", "surrogateescape")
    except OSError:
        return None
    finally:
        os.close(descriptor)
