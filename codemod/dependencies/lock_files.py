"""Lock files: what they hold is computed from another file, so they are reported and never edited."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies.places import PIN, Place

_NAME = r"mlflow(?:-skinny)?"
_ENTRY = re.compile(
    rf"""name[ \t]*[=:][ \t]*["']?{_NAME}["']?[ \t]*\r?\n(?:[ \t]*)version[ \t]*[=:][ \t]*["']?(?P<version>\d[\w.]*)"""
    rf"""|"{_NAME}"[ \t]*:[ \t]*\{{[^{{}}]*?"version"[ \t]*:[ \t]*"==(?P<pipenv>\d[\w.]*)"""
)


def find(text: str) -> Iterator[Place]:
    """Find the locked releases of MLflow 1 and 2."""
    for found in _ENTRY.finditer(text):
        group = "version" if found["version"] else "pipenv"
        if re.match(r"0*[0-2](?!\d)", found[group]):
            message = f"MLflow is locked at {found[group]}; raise the pin in the source and lock anew"
            yield Place(PIN, *found.span(group), message)
