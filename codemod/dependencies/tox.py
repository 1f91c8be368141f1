"""``tox.ini``: what its environments install."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from codemod.dependencies import requirement, shell
from codemod.dependencies.places import PIN, Choices, Place, without_comments
from codemod.dependencies.variables import Substitutions
from codemod.documents.lines import line_spans

_KEY = re.compile(r"(?P<key>[\w.-]+)[ \t]*=[ \t]*")
# `mlflow2, py310: mlflow<3` holds for some environments of a matrix.
_FACTOR = re.compile(r"[\w{},.! \t-]+:[ \t]+")
_HAS_3 = re.compile(
    r"(?m)^[ \t]{1,40}[\w{},.!-]{1,80}:[ \t]{1,40}mlflow(?:-skinny)?(?:\[[\w,-]{0,80}\])?[ \t]{0,9}(?:[=~]=|>=?)[ \t]{0,9}3(?![\d])"
)
_DEPENDENCIES = ("deps", "constraints")
_COMMANDS = ("commands", "commands_pre", "commands_post", "install_command")


def find(text: str, choices: Choices) -> Iterator[Place]:
    """Find the requirements on MLflow. Of a matrix of releases the first that is old is reported, and none is edited.

    A matrix that has MLflow 3 already keeps the old ones on purpose.
    """
    plain = without_comments(text)
    key = ""
    is_told = _HAS_3.search(plain) is not None
    for start, end in line_spans(plain):
        content = plain[start:end].rstrip()
        at = len(content) - len(content.lstrip())
        if content and not at:
            found = _KEY.match(content)
            key = found["key"] if found is not None else ""
            at = found.end() if found is not None else len(content)
        factor = _FACTOR.match(content, at)
        at = factor.end() if factor is not None else at
        for place in _line(content[at:], start + at, key, choices):
            if factor is None:
                yield place
            elif not is_told:
                is_told = True
                yield place.by_hand("one pin does not fit all factors")


def _line(content: str, start: int, key: str, choices: Choices) -> Iterator[Place]:
    if key in _DEPENDENCIES:
        yield from requirement.pep_508(content, start, choices)
    elif key in _COMMANDS:
        for place in shell.find(content, choices, Substitutions(content)):
            if place.code == PIN:
                edits = tuple((first + start, last + start, new) for first, last, new in place.edits)
                yield replace(place, start=place.start + start, end=place.end + start, edits=edits)
