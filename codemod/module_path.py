"""Keeps modules of the project that is looked at from taking the place of Python's own. Imports nothing that could be such a one."""

from __future__ import annotations

import sys
from os import environ, getcwd, path, pathsep  # loaded before any program starts


def leave_current_folder(*, is_first: bool) -> None:
    """Take the current folder off the module path.

    Python puts it there first for ``python -m``; an empty or relative part of PYTHONPATH brings it in as well.

    Args:
        is_first: Whether Python put the current folder first, unless it was told not to.
    """
    try:
        here = path.realpath(getcwd())
    except OSError:
        return  # the folder is gone, and nothing can be imported from it
    variable = environ.get("PYTHONPATH", "")
    unwanted = [part for part in variable.split(pathsep) if not path.isabs(part)] if variable else []
    number = len(unwanted) + (is_first and not getattr(sys.flags, "safe_path", False))
    for entry in [entry for entry in sys.path if path.realpath(entry) == here][:number]:
        sys.path.remove(entry)
