"""Tells when PyPI's `codemod`, whose package has the same import name, shares this program's folder."""

from __future__ import annotations

import os

import codemod

_SAID = (
    "PyPI's package `codemod` is installed in the same environment, and both are imported as `codemod`, so one "
    "overwrites files of the other; install mlflow-codemod in an environment of its own, with `uvx` or `pipx` for instance"
)


def is_overwritten() -> bool:
    """Return whether the other package's files took the place of this program's."""
    return not hasattr(codemod, "__version__")


def conflict() -> str:
    """Return one line about the other package; "" when it is not there."""
    folder = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    try:
        names = os.listdir(folder)
    except OSError:
        return ""
    ends = (".dist-info", ".egg-info")
    return _SAID if any(name.startswith("codemod-") and name.endswith(ends) for name in names) else ""
