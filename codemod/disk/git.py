"""The few questions that are asked of Git.

A missing Git program, or one that refuses to answer, is no error: callers walk the folders themselves then.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from codemod.disk.git_process import ask, git_folders

if TYPE_CHECKING:
    import subprocess

_NO_NAMES = frozenset((".", "..", ".git"))
_PATTERN_FILES = (".gitignore", ".gitattributes")
_CLOSED = re.compile(rb"^warning: could not open directory '(.*?)/?': (.*)", re.MULTILINE)


def work_tree(path: str) -> str | None:
    """Return the root of the work tree that an absolute folder lies in, or None.

    Looks for ``.git`` (a folder, or the file that submodules and linked work trees have) without starting a program.
    """
    if ".git" in path.split(os.sep):
        return None
    while True:
        if os.path.lexists(os.path.join(path, ".git")):
            return path
        parent = os.path.dirname(path)
        if parent == path:
            return None
        path = parent


def is_ignored(folder: str) -> bool:
    """Return whether Git ignores a folder of a work tree."""
    done = asked(folder, ["check-ignore", "--quiet", "."])
    return done is not None and done.returncode == 0


@dataclass(frozen=True, slots=True)
class Listing:
    """What Git says of a folder; all names are relative to it.

    Attributes:
        names: Files, submodules, and (with a ``/`` at the end) other repositories that are not tracked. Names that are
            not UTF-8 come as `os.fsdecode` writes them. A file may be listed that is not there.
        unreadable: Folders that Git could not open, and why.
    """

    names: tuple[str, ...]
    unreadable: tuple[tuple[str, str], ...]


def list_files(folder: str) -> Listing | None:
    """Return what Git tracks below a folder and what it neither tracks nor ignores, or None when Git cannot say."""
    done = asked(folder, ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "."])
    if done is None or done.returncode != 0:
        return None
    # An index can hold any name; one that leads out of the folder, or into a Git folder, was put there by hand.
    listed = {os.fsdecode(name) for name in done.stdout.split(b"\0") if name}
    names = sorted(name for name in listed if not os.path.isabs(name) and _NO_NAMES.isdisjoint(name.split("/")))
    closed = [(os.fsdecode(found[1]), found[2].decode()) for found in _CLOSED.finditer(done.stderr)]
    return Listing(tuple(names), tuple(closed))


def asked(folder: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[bytes] | None:
    """Ask Git about the work tree that a folder lies in, without obeying it; None when there is no answer."""
    folder = os.path.realpath(folder)
    root = work_tree(folder)
    return None if root is None else ask(root, folder, arguments, lambda: _has_blocking_files(root, folder))


def _has_blocking_files(root: str, folder: str) -> bool:
    """Return whether a file that Git reads is a pipe or a device, for which Git waits for ever: one with patterns, or one of its own."""
    above = [root]
    for part in os.path.relpath(folder, root).split(os.sep):
        above.append(os.path.join(above[-1], part))
    below = (path for path, _, _ in os.walk(folder))
    patterns = (os.path.join(path, name) for path in chain(above, below) for name in _PATTERN_FILES)
    walks = chain.from_iterable(map(os.walk, git_folders(root) or ()))
    own = (os.path.join(path, name) for path, _, names in walks for name in names)
    return any(map(_blocks, chain(patterns, own)))


def _blocks(path: str) -> bool:
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
