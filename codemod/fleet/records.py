"""What is known of one repository, and how it lies on the disk."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from codemod.disk import writing
from codemod.errors import WrongUseError

VERSION = 1
_KEY = "mlflow-codemod-fleet"


@dataclass(frozen=True, slots=True)
class Applied:
    """The commit that ``--apply`` made.

    Attributes:
        branch: Its branch.
        commit: Its full name; "" where nothing had to be changed.
        files: How many files it changes.
        fixed: How many findings it fixes.
        push: The command that pushes it, which nobody has run; "" without a commit.
    """

    branch: str
    commit: str = ""
    files: int = 0
    fixed: int = 0
    push: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """What ``verify`` said.

    Attributes:
        exit_code: Its exit code; None when it did not run.
        said: Its verdict, or why it did not run.
    """

    exit_code: int | None
    said: str


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one repository.

    Attributes:
        name: What people call it.
        address: Where it comes from, without credentials.
        asked: All that the result follows from: when it is asked again, nothing has to be done.
        failure: Why it could not be looked at; "" when it was.
        commit: The commit that was looked at.
        branch: Its branch; "" for none.
        date: When the commit was made.
        target: The MLflow that it was asked for.
        inputs: How many files were looked at.
        clean: How many of them had nothing left and could be analysed.
        unread: How many could not be analysed, wholly or in part.
        severities: Findings that are left, by severity.
        remedies: Findings that are left, by what can fix them: safe, unsafe, by hand.
        rules: Findings that are left, by rule.
        makes: See `codemod.fleet.surroundings.Surroundings`.
        installs: See there.
        pins: See there.
        servers: See there.
        starts_server: See there.
        applied: What ``--apply`` did; None when it was not asked for.
        verified: What ``--verify`` found; None when it was not asked for.
        remarks: What a person should know beside this, one line each.
    """

    name: str
    address: str
    asked: Mapping[str, Any] = field(default_factory=dict)
    failure: str = ""
    commit: str = ""
    branch: str = ""
    date: str = ""
    target: str = ""
    inputs: int = 0
    clean: int = 0
    unread: int = 0
    severities: Mapping[str, int] = field(default_factory=dict)
    remedies: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    makes: tuple[str, ...] = ()
    installs: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    starts_server: bool = False
    applied: Applied | None = None
    verified: Verified | None = None
    remarks: tuple[str, ...] = ()

    @property
    def must(self) -> int:
        """How many findings must be fixed before the move: they break, or change something silently."""
        return self.severities.get("breaks", 0) + self.severities.get("changes", 0)

    @property
    def can_wait(self) -> int:
        """How many findings can wait: deprecated code, and advice."""
        return self.severities.get("deprecated", 0) + self.severities.get("advice", 0)

    @property
    def open(self) -> int:
        """How many findings are left."""
        return self.must + self.can_wait

    @property
    def fixed(self) -> int:
        """How many findings were fixed."""
        return self.applied.fixed if self.applied is not None else 0


def to_json(record: Record) -> str:
    """Return a record as text."""
    return json.dumps({_KEY: VERSION, **asdict(record)}, indent=1, sort_keys=True) + "\n"


def write_record(path: str, record: Record) -> None:
    """Write a record, whole or not at all.

    Raises:
        WrongUseError: If it cannot be written.
    """
    try:
        writing.write_new(path, to_json(record).encode())
    except writing.WriteError as error:
        raise WrongUseError(f"{path}: {error}") from error


def read_record(path: str) -> Record | None:
    """Read a record; None when there is none, or one of another version: it is made anew then."""
    content: Any = None
    with contextlib.suppress(OSError, ValueError, RecursionError), open(path, "rb") as stream:
        content = json.load(stream)
    if not isinstance(content, dict) or content.pop(_KEY, None) != VERSION:
        return None
    if content.keys() != {one.name for one in fields(Record)}:
        return None
    for name, kind in (("applied", Applied), ("verified", Verified)):
        if content[name] is not None:
            content[name] = kind(**content[name])
    texts = ("makes", "installs", "pins", "servers", "remarks")
    values: dict[str, Any] = {name: tuple(value) if name in texts else value for name, value in content.items()}
    return Record(**values)


def path_of(folder: str) -> str:
    """Return the path of the record in a repository's folder."""
    return os.path.join(folder, "state.json")
