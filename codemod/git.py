"""The few questions that are asked of Git.

A missing Git program, or one that refuses to answer, is no error: callers walk the folders themselves then.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

_LOCAL = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES", "GIT_LITERAL_PATHSPECS",
)  # fmt: skip
"""Variables that a Git hook sets for its own repository; a path of another one must not be looked up in it."""


def work_tree(path: str) -> str | None:
    """Give the root of the work tree that an absolute folder lies in, or None.

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
    return _git(folder, ["check-ignore", "--quiet", "."]) is not None


def list_files(folder: str) -> list[str] | None:
    """Give what Git tracks below a folder and what it neither tracks nor ignores, relative to the folder.

    A submodule is one entry; another repository that is not tracked is one entry that ends in ``/``. Names that are not
    UTF-8 come as `os.fsdecode` writes them. A file may be listed that is not there.

    Returns:
        None when Git cannot say.
    """
    answer = _git(folder, ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "."])
    if answer is None:
        return None
    return sorted({os.fsdecode(name) for name in answer.split(b"\0") if name})


def _git(folder: str, arguments: Sequence[str]) -> bytes | None:
    import subprocess

    environment = {name: value for name, value in os.environ.items() if name not in _LOCAL}
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None
