"""What MLflow 2 needs beside it where it stays: its open requirements resolve to releases that break it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies import versions
from codemod.dependencies.places import CONSTRAINTS, Place
from codemod.dependencies.versions import UnknownSpecifierError

_SPECIFIER = re.compile(r"(?:[=<>!~]=?=?)[ ]?\d[\w.*]*(?:[ ]?,[ ]?(?:[=<>!~]=?=?)[ ]?\d[\w.*]*)*")

# Packages, the requirement that they need, and the first release of MLflow 2 that their next ones break.
_CAPS = (("sqlalchemy", "sqlalchemy<2.1", "2.9"), ("starlette", "starlette<1", "2.22"))


def find(text: str, pins: list[Place]) -> Iterator[Place]:
    """Say what is missing beside the pins of MLflow 2 that stay in a file.

    Args:
        text: The file, with its comments blanked.
        pins: The places that keep MLflow 3 out and will go on doing so.
    """
    is_bounded = {name: _is_bounded(name, text) for name, _, _ in _CAPS} if pins else {}
    for place in pins:
        shown = text[place.start : place.end]
        specifier = _SPECIFIER.search(shown)
        if specifier is None or re.search(r"skinny", shown, re.IGNORECASE):
            continue
        try:
            allowed = versions.pep_440(specifier[0])
        except UnknownSpecifierError:
            continue
        missing = [wanted for name, wanted, since in _CAPS if allowed.admit_2_since(since) and not is_bounded[name]]
        if missing:
            message = f"MLflow 2 stays here, and newer packages that it lets in break it: add {' and '.join(f'`{each}`' for each in missing)}"
            yield Place(CONSTRAINTS, place.start, place.end, message)


def _is_bounded(name: str, text: str) -> bool:
    """Return whether the file says anything of the package that is more than a lower bound."""
    return re.search(rf"(?i)(?<![\w-]){name}(?![\w-])[^\r\n#;]*(?:==|<|~=|\^|=\d)", text) is not None
