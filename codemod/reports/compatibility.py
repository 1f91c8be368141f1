"""What `compat_tests` recorded of life cycles on real clients and servers, as far as a report shows it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from codemod.errors import WrongUseError


@dataclass(frozen=True, slots=True)
class World:
    """One life cycle on one client and one server.

    Attributes:
        name: What the file calls it, or "".
        client: Release of the MLflow client.
        server: Release of the tracking server.
        trained: Whether the training ended and its model was registered.
        predicted: The ways in which the model was loaded or served and gave predictions.
        failure: Why the life cycle ended early, or "".
    """

    name: str
    client: str
    server: str
    trained: bool
    predicted: tuple[str, ...]
    failure: str

    @property
    def is_3(self) -> bool:
        """Whether client and server are MLflow 3."""
        return self.client.split(".")[0] == "3" == self.server.split(".")[0]


def read(path: str) -> tuple[World, ...]:
    """Read one record of `compat_tests.records`, a list of them, or an object of them by name.

    Raises:
        WrongUseError: If the file cannot be read or holds something else.
    """
    try:
        with open(path, encoding="utf-8") as stream:
            content = json.load(stream)
    except OSError as error:
        raise WrongUseError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise WrongUseError(f"{path}: is no JSON: {error}") from error
    try:
        return tuple(_worlds(content))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        text = "holds no records of compat_tests: an object with client and server is expected, a list or an object of them"
        raise WrongUseError(f"{path}: {text}") from error


def _worlds(content: Any) -> Iterator[World]:
    if isinstance(content, Mapping) and isinstance(content.get("client"), str):
        yield _world("", content)
    elif isinstance(content, Mapping):
        for name, record in content.items():
            yield _world(str(name), record)
    elif isinstance(content, list):
        for record in content:
            yield _world("", record)
    else:
        raise TypeError


def _world(name: str, record: Mapping[str, Any]) -> World:
    failure = record.get("failure")
    text = f"{failure['step']}: {failure['error']}" if failure else ""
    predicted = tuple(map(str, record.get("predictions") or {}))
    # A life cycle of which nothing is known but its releases proves nothing.
    trained = bool(record.get("versions") or predicted or (not failure and record.get("model_files")))
    return World(name, str(record["client"]), str(record["server"]), trained, predicted, text)
