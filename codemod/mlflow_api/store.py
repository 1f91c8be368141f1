"""Reads the packed data, one partition at a time; generate/packing.py describes the format."""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codemod.mlflow_api.signatures import Parameter, ParameterKind, Signature

FORMAT = 2
FIELD = "\x1f"
PARAMETER = "\x1e"
GONE = "-"
KINDS = ("module", "function", "class", "method", "attribute")
DATA_FILE = Path(__file__).with_name("api.bin")


@dataclass(frozen=True, slots=True)
class ApiObject:
    """What stands at a name in one release.

    Attributes:
        kind: One of `KINDS`.
        signature: Parameters, if it can be called.
        returns: Source of the annotation of the result or of the value.
        value: Place of the MLflow class of that result or value.
        items: Place of the MLflow class of its items.
        deprecated: Arguments of its `@deprecated` decorator.
        order: Of a class: places of its bases in MLflow in the order of look-up.
    """

    kind: str
    signature: Signature | None = None
    returns: str | None = None
    value: str | None = None
    items: str | None = None
    deprecated: str | None = None
    order: tuple[str, ...] = ()


MODULE = ApiObject("module")

# What a dotted name leads to, and from which release on and until which, by their indexes, it does.
Found = tuple[str, ApiObject]
Run = tuple[Found | None, int, int]
_EVER = 1 << 30


def partition_of(name: str, packages: Collection[str]) -> tuple[str, str]:
    """Return the partition that holds a name below `mlflow`, and the name inside it."""
    _, _, rest = name.partition(".")
    package, dot, inner = rest.partition(".")
    return (package, inner) if dot and package in packages else ("", rest)


def _at(text: str | None, index: int) -> tuple[str | None, int, int]:
    """Return what the runs of a name say about one release, and from which release on and until which they say it."""
    runs = text.split() if text else []
    found, since = GONE, 0
    for start, reference in zip(map(int, runs[::2]), runs[1::2], strict=True):
        if start > index:
            return (None if found == GONE else found), since, start
        found, since = reference, start
    return (None if found == GONE else found), since, _EVER


def _is_on(toggles: str | None, index: int) -> tuple[bool, int, int]:
    """Return whether something is there in a release, and from which release on and until which that is so.

    Args:
        toggles: The releases in which it comes and goes in turn.
        index: The release.
    """
    on, since = False, 0
    for toggle in map(int, toggles.split() if toggles else ()):
        if toggle > index:
            return on, since, toggle
        on, since = not on, toggle
    return on, since, _EVER


class Partition:
    """One inflated partition; its texts are taken apart when they are asked for."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._signatures: list[str] = content["signatures"]
        self._definitions: list[str] = content["definitions"]
        self._names: dict[str, str] = content["names"]
        self._alternatives: dict[str, str] = content["alternatives"]
        self._modules: dict[str, str] = content["modules"]
        self._exports: dict[str, str] = content["exports"]
        self._entries: dict[int, ApiObject] = {}
        self.preferred: dict[str, str] = content["preferred"]

    def has_module(self, rest: str, index: int) -> bool:
        """Return whether the module is part of the release."""
        return self.module_run(rest, index)[0]

    def module_run(self, rest: str, index: int) -> tuple[bool, int, int]:
        """Return whether the module is part of the release, and from which release on and until which that is so."""
        return _is_on(self._modules.get(rest), index)

    def is_exported(self, rest: str, index: int) -> bool:
        """Return whether the name stands in its module's `__all__` in the release."""
        return _is_on(self._exports.get(rest), index)[0]

    def at(self, rest: str, index: int) -> ApiObject | str | None:
        """Return what the name is in the release: an entry, the place that it leads to, or nothing."""
        return self.run(rest, index)[0]

    def run(self, rest: str, index: int) -> tuple[ApiObject | str | None, int, int]:
        """Return what `at` does, and from which release on and until which that is so."""
        found, since, until = _at(self._names.get(rest), index)
        return (self._entry(int(found)) if found and found.isdecimal() else found), since, until

    def alternative(self, rest: str, index: int) -> str | None:
        """Place that the name leads to in some environments instead."""
        return _at(self._alternatives.get(rest), index)[0]

    def names(self) -> Collection[str]:
        """Return the names that any release has here, without those of modules."""
        return self._names.keys()

    def exports(self) -> Collection[str]:
        """Return the names that stand in an `__all__` in any release."""
        return self._exports.keys()

    def modules(self) -> Collection[str]:
        """Return the modules that any release has here."""
        return self._modules.keys()

    def _entry(self, number: int) -> ApiObject:
        found = self._entries.get(number)
        if found is None:
            fields = self._definitions[number].split(FIELD)
            kind, signature, returns, value, items, deprecated, *order = fields + [""] * (6 - len(fields))
            found = ApiObject(
                KINDS[int(kind)],
                self._signature(int(signature)) if signature else None,
                returns or None,
                value or None,
                items or None,
                deprecated[1:] if deprecated else None,
                tuple(order),
            )
            self._entries[number] = found
        return found

    def _signature(self, number: int) -> Signature:
        parameters = []
        for text in filter(None, self._signatures[number].split(PARAMETER)):
            name, equals, default = text[1:].partition("=")
            parameters.append(Parameter(name, ParameterKind(int(text[0])), default if equals else None))
        return Signature(tuple(parameters))


class Store:
    """A packed file whose partitions are inflated when they are first asked for."""

    def __init__(self, data: bytes) -> None:
        header, _, self._blobs = data.partition(b"\n")
        content = json.loads(header)
        if content["format"] != FORMAT:
            raise ValueError(f"MLflow API data of format {content['format']}, expected {FORMAT}: generate it again")
        self.releases: tuple[str, ...] = tuple(content["releases"])
        self.packages: dict[str, list[int]] = content["partitions"]
        self._partitions: dict[str, Partition] = {}
        self._runs: dict[str, list[Run]] = {}
        self._preferred: dict[str, str] = {}

    def partition(self, key: str) -> Partition:
        """Return the partition of one package below `mlflow`, or "" for the names in `mlflow` itself."""
        found = self._partitions.get(key)
        if found is None:
            offset, size = self.packages[key]
            found = Partition(json.loads(zlib.decompress(self._blobs[offset : offset + size])))
            self._partitions[key] = found
        return found

    def resolve(self, name: str, index: int) -> Found | None:
        """Follow a dotted name in one release.

        Returns:
            Where it is defined and what stands there; None when the release does not have it.
        """
        return self._run(name, index)[0]

    def runs(self, name: str) -> Iterator[Run]:
        """Follow a dotted name through all releases, the oldest first.

        Yields:
            What `resolve` returns for each of some releases in a row, the index of the first of these, and that of the first after them.
        """
        index = 0
        while index < len(self.releases):
            found, _, until = self._run(name, index)
            yield found, index, min(until, len(self.releases))
            index = until

    def _run(self, name: str, index: int) -> Run:
        for run in self._runs.get(name, ()):
            if run[1] <= index < run[2]:
                return run
        run = self._follow(name, index)
        self._runs.setdefault(name, []).append(run)
        return run

    def _follow(self, name: str, index: int) -> Run:
        if not name.startswith("mlflow."):
            return ((name, MODULE) if name == "mlflow" else None), 0, _EVER
        partition, rest = self._inside(name)
        found, since, until = partition.run(rest, index)
        if isinstance(found, str):
            return _within(self._run(found, index), since, until)
        if found is not None:
            return (name, found), since, until
        is_module, module_since, module_until = partition.module_run(rest, index)
        if is_module:
            run: Run = (name, MODULE), module_since, module_until
        else:
            parent, _, leaf = name.rpartition(".")
            owner, owner_since, owner_until = self._run(parent, index)
            run = self._member(parent, owner, leaf, index) if owner else (None, 0, _EVER)
            run = _within(_within(run, owner_since, owner_until), module_since, module_until)
        return _within(run, since, until)

    def _inside(self, name: str) -> tuple[Partition, str]:
        """Return the partition that holds a name, and the name inside it."""
        key, rest = partition_of(name, self.packages)
        return self.partition(key), rest

    def _member(self, parent: str, owner: Found, leaf: str, index: int) -> Run:
        place, entry = owner
        if entry.kind == "module":
            return self._run(f"{place}.{leaf}", index) if place != parent else (None, 0, _EVER)
        if entry.kind == "attribute" and entry.value:
            return self._run(f"{entry.value}.{leaf}", index)
        since, until = 0, _EVER
        for base in (place, *entry.order):
            partition, rest = self._inside(f"{base}.{leaf}")
            found, base_since, base_until = partition.run(rest, index)
            since, until = max(since, base_since), min(until, base_until)
            if isinstance(found, ApiObject):
                return (f"{base}.{leaf}", found), since, until
        return None, since, until

    def alternative(self, name: str, index: int) -> Found | None:
        """Return what `name` leads to in some environments instead of what `resolve` says."""
        partition, rest = self._inside(name)
        place = partition.alternative(rest, index)
        return self.resolve(place, index) if place else None

    def preferred(self, place: str) -> str:
        """Return the preferred name of a place that `resolve` returned."""
        if place not in self._preferred:
            self._preferred[place] = self._find_preferred(place)
        return self._preferred[place]

    def _find_preferred(self, place: str) -> str:
        owner, members = place, ""
        while owner != "mlflow":
            partition, rest = self._inside(owner)
            name = partition.preferred.get(rest)
            if name:
                return name + members
            owner, _, member = owner.rpartition(".")
            members = f".{member}{members}"
        return place


def _within(run: Run, since: int, until: int) -> Run:
    """Return a run without the releases before `since`, and from `until` on."""
    return run[0], max(run[1], since), min(run[2], until)


@functools.cache
def packaged() -> Store:
    """Return the data that comes with the codemod; read once."""
    return Store(DATA_FILE.read_bytes())
