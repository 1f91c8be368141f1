"""Reads the packed data, one partition at a time; generate/packing.py describes the format."""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Collection
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


def partition_of(name: str, packages: Collection[str]) -> tuple[str, str]:
    """Return the partition that holds a name below `mlflow`, and the name inside it."""
    _, _, rest = name.partition(".")
    package, dot, inner = rest.partition(".")
    return (package, inner) if dot and package in packages else ("", rest)


def _at(text: str | None, index: int) -> str | None:
    """Return what the runs of a name say about one release."""
    if text is None:
        return None
    runs = text.split()
    found = GONE
    for start, reference in zip(runs[::2], runs[1::2], strict=True):
        if int(start) > index:
            break
        found = reference
    return None if found == GONE else found


def _is_on(toggles: str | None, index: int) -> bool:
    """Return whether something is there in a release, by the releases in which it comes and goes in turn."""
    return toggles is not None and sum(int(toggle) <= index for toggle in toggles.split()) % 2 == 1


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
        return _is_on(self._modules.get(rest), index)

    def is_exported(self, rest: str, index: int) -> bool:
        """Return whether the name stands in its module's `__all__` in the release."""
        return _is_on(self._exports.get(rest), index)

    def at(self, rest: str, index: int) -> ApiObject | str | None:
        """Return what the name is in the release: an entry, the place that it leads to, or nothing."""
        found = _at(self._names.get(rest), index)
        return self._entry(int(found)) if found and found.isdecimal() else found

    def alternative(self, rest: str, index: int) -> str | None:
        """Place that the name leads to in some environments instead."""
        return _at(self._alternatives.get(rest), index)

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
        self._resolved: dict[tuple[str, int], tuple[str, ApiObject] | None] = {}

    def partition(self, key: str) -> Partition:
        """Return the partition of one package below `mlflow`, or "" for the names in `mlflow` itself."""
        found = self._partitions.get(key)
        if found is None:
            offset, size = self.packages[key]
            found = Partition(json.loads(zlib.decompress(self._blobs[offset : offset + size])))
            self._partitions[key] = found
        return found

    def resolve(self, name: str, index: int) -> tuple[str, ApiObject] | None:
        """Follow a dotted name in one release.

        Returns:
            Where it is defined and what stands there; None when the release does not have it.
        """
        key = (name, index)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(name, index)
        return self._resolved[key]

    def _resolve(self, name: str, index: int) -> tuple[str, ApiObject] | None:
        if not name.startswith("mlflow."):
            return (name, MODULE) if name == "mlflow" else None
        key, rest = partition_of(name, self.packages)
        partition = self.partition(key)
        found = partition.at(rest, index)
        if isinstance(found, str):
            return self.resolve(found, index)
        if found is not None:
            return name, found
        if self._has_module(name, index):
            return name, MODULE
        parent, _, leaf = name.rpartition(".")
        owner = self.resolve(parent, index) if parent else None
        return self._member(parent, owner, leaf, index) if owner else None

    def _has_module(self, name: str, index: int) -> bool:
        key, rest = partition_of(name, self.packages)
        return self.partition(key).has_module(rest, index)

    def _member(self, parent: str, owner: tuple[str, ApiObject], leaf: str, index: int) -> tuple[str, ApiObject] | None:
        place, entry = owner
        if entry.kind == "module":
            return self.resolve(f"{place}.{leaf}", index) if place != parent else None
        if entry.kind == "attribute" and entry.value:
            return self.resolve(f"{entry.value}.{leaf}", index)
        for base in (place, *entry.order):
            key, rest = partition_of(f"{base}.{leaf}", self.packages)
            found = self.partition(key).at(rest, index)
            if isinstance(found, ApiObject):
                return f"{base}.{leaf}", found
        return None

    def alternative(self, name: str, index: int) -> tuple[str, ApiObject] | None:
        """Return what `name` leads to in some environments instead of what `resolve` says."""
        key, rest = partition_of(name, self.packages)
        place = self.partition(key).alternative(rest, index)
        return self.resolve(place, index) if place else None

    def preferred(self, place: str) -> str:
        """Return the preferred name of a place that `resolve` returned."""
        owner, members = place, ""
        while owner != "mlflow":
            key, rest = partition_of(owner, self.packages)
            name = self.partition(key).preferred.get(rest)
            if name:
                return name + members
            owner, _, member = owner.rpartition(".")
            members = f".{member}{members}"
        return place


@functools.cache
def packaged() -> Store:
    """Return the data that comes with the codemod; read once."""
    return Store(DATA_FILE.read_bytes())
