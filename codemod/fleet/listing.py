"""Reads the list of repositories: a text file with one address a line, or a TOML file with options for each."""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import tomlkit

from codemod.configuration import Configuration, ConfigurationError, nearest, overridden
from codemod.errors import WrongUseError
from codemod.fleet.addresses import Address, AddressError, read_address

_OWN = ("address", "name", "branch", "paths", "verify", "with-pins")
_MOST = 1 << 24


@dataclass(frozen=True, slots=True)
class ListedRepository:
    """One repository of a list.

    Attributes:
        name: What people call it.
        address: Where it comes from; None if that cannot be read.
        problem: Why it cannot be looked at; "" when nothing speaks against it.
        branch: The branch that is looked at; "" for the one that the repository names as its own.
        paths: Files and folders in it that are looked at; empty for all.
        settings: What goes above its own ``[tool.mlflow-codemod]``, as it would stand there.
        with_pins: Whether pins that keep MLflow 3 out are raised.
        verify: The arguments of ``verify``, with the command behind ``--``; empty for none.
        given: The name that the list gives it; "" for none.
    """

    name: str
    address: Address | None
    problem: str = ""
    branch: str = ""
    paths: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    with_pins: bool = False
    verify: tuple[str, ...] = ()
    given: str = ""

    @property
    def folder(self) -> str:
        """The name of its folder: letters that every system takes, and what tells it from all others.

        It does not follow from the other entries, by which a name may grow.
        """
        name = self.given or (self.address.name() if self.address is not None else self.name)
        words = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:60] or "repository"
        whole = json.dumps([self.address.shown if self.address is not None else self.name, self.branch, self.paths])
        return f"{words}-{hashlib.sha256(whole.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"


def read_list(path: str) -> list[ListedRepository]:
    """Read a list.

    Raises:
        WrongUseError: If the file cannot be read, names nothing, or has options that cannot be followed. An address that cannot be
            read is the problem of its entry.
    """
    try:
        with open(path, "rb") as stream:
            data = stream.read(_MOST + 1)
    except OSError as error:
        raise WrongUseError(f"{path}: cannot be read: {error.strerror}") from error
    if len(data) > _MOST:
        raise WrongUseError(f"{path}: is larger than {_MOST >> 20} MiB, so it is no list of repositories")
    text = _decoded(path, data)
    base = os.path.dirname(os.path.abspath(path))
    entries = list(_of_toml(path, text, base) if path.endswith(".toml") else _of_text(text, base))
    if not entries:
        raise WrongUseError(f"{path}: names no repository; write one path or address a line")
    return _told_apart(entries)


def _decoded(path: str, data: bytes) -> str:
    """Return the text of a list: UTF-8, with a mark at its beginning or without; bytes that are no UTF-8 may be those of a path."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise WrongUseError(f"{path}: is UTF-16; save it as UTF-8")
    return os.fsdecode(data.removeprefix(codecs.BOM_UTF8))


def _of_text(text: str, base: str) -> Iterator[ListedRepository]:
    for line in text.splitlines():
        address = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if address:
            yield _entry(address, base)


def _entry(address: str, base: str) -> ListedRepository:
    try:
        found = read_address(address, base)
    except AddressError as error:
        # Whatever it is, it may hold a password.
        return ListedRepository(re.sub(r"//[^/\s]*@", "//", address).partition("?")[0], None, str(error))
    return ListedRepository(found.name(), found)


def _of_toml(path: str, text: str, base: str) -> Iterator[ListedRepository]:
    try:
        document = tomlkit.parse(text).unwrap()
    except (ValueError, RecursionError) as error:
        raise WrongUseError(f"{path}: is not valid TOML: {' '.join(str(error).split())}") from error
    unknown = [key for key in document if key not in ("defaults", "repositories")]
    if unknown:
        raise WrongUseError(
            f"{path}: has the unknown key {unknown[0]!r}; there are [defaults] and [[repositories]]{nearest(unknown[0], ['repositories'])}"
        )
    defaults, listed = document.get("defaults", {}), document.get("repositories", [])
    if not isinstance(defaults, dict):
        raise WrongUseError(f"{path}: defaults must be a table")
    if not isinstance(listed, list) or not all(isinstance(table, dict) for table in listed):
        raise WrongUseError(f"{path}: repositories must be tables: write [[repositories]] above each")
    for key in ("address", "name"):
        if key in defaults:
            raise WrongUseError(f"{path}: [defaults] has no {key}")
    for number, table in enumerate(listed, 1):
        try:
            yield _of_table({**defaults, **table}, base)
        except (ConfigurationError, AddressError) as error:
            raise WrongUseError(f"{path}: [[repositories]] number {number}: {error}") from error


def _of_table(table: Mapping[str, Any], base: str) -> ListedRepository:
    address = table.get("address")
    if not isinstance(address, str) or not address.strip():
        raise ConfigurationError('needs an address, such as address = "https://example.com/team/project.git"')
    settings = {key: value for key, value in table.items() if key not in _OWN}
    overridden(Configuration(), settings, base)  # says what is wrong with them
    entry = _entry(address.strip(), base)
    return replace(
        entry,
        name=_text(table, "name") or entry.name,
        given=_text(table, "name"),
        branch=_text(table, "branch"),
        paths=_paths(_texts(table, "paths")),
        settings=settings,
        with_pins=_flag(table, "with-pins"),
        verify=_command(_texts(table, "verify")),
    )


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise ConfigurationError(f"{key} must be a string")
    return value.strip()


def _texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigurationError(f"{key} must be a list of strings")
    return tuple(value)


def _flag(table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise ConfigurationError(f"{key} must be true or false")
    return value


def _command(words: tuple[str, ...]) -> tuple[str, ...]:
    if words and ("--" not in words or words[-1] == "--"):
        raise ConfigurationError(
            'verify has no command: put it behind "--", such as verify = ["--", "python", "train.py"]'
        )
    return words


def _paths(paths: tuple[str, ...]) -> tuple[str, ...]:
    for path in paths:
        if os.path.isabs(path) or ".." in re.split(r"[/\\]", path) or not path:
            raise ConfigurationError(f"paths: {path!r} must lie in the repository")
    return paths


def _told_apart(entries: list[ListedRepository]) -> list[ListedRepository]:
    """Give each entry a name of its own, as short as may be, and a problem to one that is there already."""
    there: set[tuple[object, ...]] = set()
    for number, entry in enumerate(entries):
        if entry.address is None:
            continue
        folder = entry.address.folder
        place = os.path.realpath(folder) if os.path.isdir(folder) else entry.address.shown
        if (place, entry.branch, entry.paths) in there:
            entries[number] = replace(entry, name=entry.address.shown, problem="it is in the list twice")
        there.add((place, entry.branch, entry.paths))
    for parts in (2, 0):
        names = Counter(entry.name for entry in entries)
        entries = [
            replace(entry, name=entry.address.name(parts) if parts else entry.address.shown)
            if names[entry.name] > 1 and entry.address is not None
            else entry
            for entry in entries
        ]
    return entries
