"""The few questions that are asked of Git.

A missing Git program, or one that refuses to answer, is no error: callers walk the folders themselves then.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

_LOCAL = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES", "GIT_LITERAL_PATHSPECS",
)  # fmt: skip
"""Variables that a Git hook sets for its own repository; a path of another one must not be looked up in it."""

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
    """Whether Git ignores a folder of a work tree."""
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
    names = sorted({os.fsdecode(name) for name in done.stdout.split(b"\0") if name})
    closed = [(os.fsdecode(found[1]), found[2].decode()) for found in _CLOSED.finditer(done.stderr)]
    return Listing(tuple(names), tuple(closed))


def asked(folder: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[bytes] | None:
    """Run Git in a folder whatever repository a hook's variables name; None when there is no Git program."""
    import subprocess

    environment = {name: value for name, value in os.environ.items() if name not in _LOCAL}
    environment["LC_ALL"] = "C"  # _CLOSED reads the warnings
    try:
        return subprocess.run(
            ["git", *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
    except OSError:
        return None
