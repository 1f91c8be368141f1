"""What `verify` found out of a project on real clients and servers, as far as a report shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from codemod.errors import WrongUseError

_VERSION = 1
_ASKED = ("prediction", "2's model in 3", "served")
_HELD_AGAINST = ("different", "only in 2", "only in 3")


@dataclass(frozen=True, slots=True)
class WorldSummary:
    """One client and one server with which the project ran.

    Attributes:
        name: What the file calls it, or "".
        client: Release of the MLflow client.
        server: Release of the tracking server, or "none".
        trained: Whether the project ran to its end there, and recorded what it does on MLflow 2.
        predicted: The models that were asked and said what they say on MLflow 2.
        failure: Why it failed, or what differed from MLflow 2, or "".
        unproved: What never ran there, or "".
    """

    name: str
    client: str
    server: str
    trained: bool
    predicted: tuple[str, ...]
    failure: str
    unproved: str = ""

    @property
    def is_3(self) -> bool:
        """Whether the client is MLflow 3, and the server, if there is one."""
        return self.client.split(".")[0] == "3" and self.server.split(".")[0] in ("3", "none")


def read_compatibility(path: str) -> tuple[WorldSummary, ...]:
    """Read the JSON of `verify`.

    Raises:
        WrongUseError: If the file cannot be read or holds something else.
    """
    try:
        with open(path, encoding="utf-8") as stream:
            content = json.load(stream)
    except OSError as error:
        raise WrongUseError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise WrongUseError(f"{path}: is not valid JSON: {error}") from error
    try:
        if content["version"] != _VERSION:
            raise WrongUseError(f"{path}: has version {content['version']}, not {_VERSION}")
        return tuple(_worlds(content))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WrongUseError(f"{path}: is not a result of `verify --output json={path}`") from error


def _worlds(content: Mapping[str, Any]) -> Iterator[WorldSummary]:
    rows_of = {str(cell["world"]): list(cell["rows"]) for cell in content["cells"]}
    failure = content["failure"]
    never = [
        f"{place['path']}:{place['line']} ({place['code']})"
        for place in content["places"]
        if place["ran"] == "did not run"
    ]
    unread = list(dict.fromkeys(str(each).partition(": ")[0] for each in content.get("unanalysed", ())))
    for world in content["worlds"]:
        name = str(world["label"])
        rows = rows_of.get(name, [])
        why = str(failure["message"]) if failure and str(failure["world"]) in ("", name) else _difference(rows)
        recorded = world["status"] == 0 and bool(world["runs"] or world["models"])
        is_migrated = str(world["client"]).startswith("3")
        gaps = ([f"{_list(never)} never ran"] if never else []) + (
            [f"{_list(unread)} could not be analysed"] if unread else []
        )
        unproved = ", ".join(gaps) if is_migrated else ""
        predicted = tuple(dict.fromkeys(str(row["key"]) for row in rows if row["kind"] in _ASKED and _is_good(row)))
        trained = recorded and not why and (bool(rows) or not is_migrated)
        yield WorldSummary(name, str(world["client"]), str(world["server"]), trained, predicted, why, unproved)


def _difference(rows: Sequence[Mapping[str, Any]]) -> str:
    bad = [row for row in rows if row["status"] in _HELD_AGAINST]
    if not bad:
        return ""
    first = f"{bad[0]['kind']} {bad[0]['key']}"
    return f"{len(bad)} of {len(rows)} rows differ from MLflow 2; the first: {first}"


def _is_good(row: Mapping[str, Any]) -> bool:
    return row["status"] in ("equal", "within tolerance")


def _list(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
