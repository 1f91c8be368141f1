"""``pyproject.toml`` (PEP 621, dependency groups, Poetry, uv, PDM, Hatch, Pixi) and ``Pipfile``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from codemod.dependencies import requirement, servers, versions
from codemod.dependencies.places import PIN, Choices, Place
from codemod.dependencies.toml_literals import Literal, TomlError, toml_strings
from codemod.dependencies.variables import Substitutions
from codemod.documents import toml

_NAME = re.compile(requirement.NAME, re.IGNORECASE)
_KEYS = ("version", "rev", "tag", "branch", "ref", "url", "path", "file")
_NO_PACKAGES = ("source", "requires", "scripts", "pipenv")  # every other table of a Pipfile is a category of packages
_TASKS = frozenset({"tasks", "scripts", "commands"})
_LISTS = re.compile(r"dependenc|requires|constraint|overrides|^dependency-groups$")


class UnreadableError(Exception):
    """A file that is no TOML; the message is one line for the user."""


def find(text: str, choices: Choices, *, pipfile: bool = False) -> Iterator[Place]:
    """Find the requirements on MLflow in a TOML file.

    Raises:
        UnreadableError: If the file is no TOML.
    """
    wanted = Counter(value for value in _strings(_parse(text)) if "mlflow" in value.lower())
    try:
        found = toml_strings(text)
    except TomlError:
        found = []
    seen = Counter(each.content for each in found if each.plain and "mlflow" in each.content.lower())
    if wanted != seen and not all(each.plain for each in found if "mlflow" in each.content.lower()):
        seen = wanted  # strings with escapes; they are reported, not edited
    if wanted != seen:
        at = text.lower().find("mlflow")
        yield Place(PIN, at, at + 6, "cannot tell where this file requires MLflow; see that it is MLflow 3")
        return
    for literal in found:
        yield from _literal(literal, choices, pipfile=pipfile)
    commands = _commands(text, found)
    if "mlflow" in commands:
        yield from servers.find(commands, choices, Substitutions(commands))


def _commands(text: str, found: Sequence[Literal]) -> str:
    """Blank a file but for the commands of its tasks, as Poe, PDM, Hatch, Pixi, Rye, taskipy and Pipenv have them."""
    tasks = [each for each in found if each.plain and _TASKS.intersection(each.path) and each.path[0] != "project"]
    blank = list(re.sub(r"[^\r\n]", " ", text)) if any("mlflow" in each.content for each in tasks) else []
    for each in tasks if blank else ():
        blank[each.start : each.start + len(each.content)] = each.content
    return "".join(blank)


def _literal(literal: Literal, choices: Choices, *, pipfile: bool) -> Iterator[Place]:
    path, tables = literal.path, literal.path[:-1]
    if path[0] == "project" and path[1:2] not in (("dependencies",), ("optional-dependencies",)):
        return
    of_table = path[-1] in _KEYS and len(path) > 1 and _NAME.fullmatch(path[-2]) is not None
    is_table = (pipfile and path[0] not in _NO_PACKAGES) or any(map(_LISTS.search, tables)) or "sources" in tables
    if literal.listed and not of_table and any(map(_LISTS.search, path)):
        yield from _requirement(literal, choices)
    elif is_table and (of_table or _NAME.fullmatch(path[-1])):
        yield from _entry(literal, choices)


def _requirement(literal: Literal, choices: Choices) -> Iterator[Place]:
    """Read an item of a list of requirements."""
    if literal.plain:
        yield from requirement.pep_508(literal.content, literal.start, choices)
        yield from _moved(requirement.urls(literal.content), literal.start)
    elif literal.content.lower().startswith("mlflow"):
        yield requirement.unknown(literal.content, literal.start)


def _entry(literal: Literal, choices: Choices) -> Iterator[Place]:
    """Read what a table of packages says of one: ``mlflow = "^2.9"``, ``mlflow.rev = "v2.9.2"``."""
    path, content, start = literal.path, literal.content, literal.start
    end = start + len(content)
    key = path[-1]
    if _NAME.fullmatch(key) or key == "version":
        is_conda = "pixi" in path and "pypi-dependencies" not in path
        reader = versions.conda if is_conda or path[0] in ("dependencies", "feature") else versions.poetry
        name = key if _NAME.fullmatch(key) else path[-2]
        for place in requirement.pin(content, (start, end), (start, end), f"{name} = {content!r}", reader, choices):
            yield (
                place.by_hand("its alternatives belong together, and one pin does not fit them all")
                if literal.listed
                else place
            )
    elif key in ("rev", "tag", "branch", "ref"):
        verdict = requirement.judge_reference(content)
        if verdict != "3":
            yield requirement.unknown(f"{path[-2]} at {content}", start, len(content))
    elif key in ("url", "path", "file"):
        yield from _moved(requirement.urls(content), start)


def _moved(places: Iterator[Place], by: int) -> Iterator[Place]:
    for place in places:
        yield Place(place.code, place.start + by, place.end + by, place.message)


def _parse(text: str) -> Mapping[str, Any]:
    try:
        return toml.parse(text)
    except ValueError as error:
        raise UnreadableError(f"is not valid TOML: {' '.join(str(error).split())}") from error


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
