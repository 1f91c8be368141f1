"""What would be lost to Git: changes of a person in files that a run is about to write."""

from __future__ import annotations

import os
from collections.abc import Iterable

from codemod.disk import git

_SHOWN = 3


def uncommitted(files: Iterable[str]) -> set[str]:
    """Return those of some files whose content Git could not give back: they differ from its index, or it has no copy.

    Files outside of a work tree, and those that Git ignores, are not among them: nobody expects them back from Git.

    Args:
        files: Real absolute paths.
    """
    of_tree: dict[str, set[str]] = {}
    for path in files:
        root = git.work_tree(os.path.dirname(path))
        if root is not None:
            of_tree.setdefault(root, set()).add(path)
    found: set[str] = set()
    for root, wanted in of_tree.items():
        done = git.asked(root, ["ls-files", "-z", "--modified", "--others", "--exclude-standard"])
        if done is not None and done.returncode == 0:
            names = (os.fsdecode(name) for name in done.stdout.split(b"\0") if name)
            found |= wanted & {os.path.join(root, name) for name in names}
    return found


def warning(paths: list[str]) -> str:
    """Return the line that warns of files with changes that are not committed; at least one."""
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    what = "a file" if len(paths) == 1 else f"{len(paths)} files"
    return (
        f"warning: {what} to be written {'has' if len(paths) == 1 else 'have'} uncommitted changes, which Git could not give back: "
        f"{', '.join(paths[:_SHOWN])}{more} (--allow-dirty silences this)"
    )
