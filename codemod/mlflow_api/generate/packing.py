"""Packs the names of all releases into one small file, and unpacks it.

The file is one line of JSON, `{"format", "releases", "partitions": {name: [offset, size]}}`, and then one zlib
stream of JSON for each package below `mlflow`, so that a question about `mlflow.sklearn` inflates that part alone; the partition "" holds the
names directly in `mlflow`. A partition has

- `signatures`: flat lists of name, kind and default, each written once;
- `definitions`: lists of kind, signature and the other attributes of `Definition`, trailing nulls left out;
- `names`: for each name what it is from which release on, as a flat list of release index and either an index
  into `definitions`, the place that it leads to, or null when it is gone;
- `modules`: for each module the release indexes at which it comes and goes, in turn;
- `preferred`: the preferred name of what is defined here under another one.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from codemod.mlflow_api.generate.preferred import preferred_names
from codemod.mlflow_api.generate.surface import Definition, Surface
from codemod.mlflow_api.store import FORMAT, KINDS, partition_of


class _Partition:
    """One partition while it is filled; equal signatures and definitions share an index."""

    def __init__(self) -> None:
        self.signatures: dict[tuple[Any, ...], int] = {}
        self.definitions: dict[tuple[Any, ...], int] = {}
        self.names: dict[str, list[Any]] = {}
        self.modules: dict[str, list[int]] = {}
        self.preferred: dict[str, str] = {}

    def reference(self, target: Definition | str) -> int | str:
        if isinstance(target, str):
            return target
        signature = None
        if target.parameters is not None:
            flat = tuple(part for one in target.parameters for part in (one.name, int(one.kind), one.default))
            signature = self.signatures.setdefault(flat, len(self.signatures))
        record: list[Any] = [
            KINDS.index(target.kind),
            signature,
            target.returns,
            target.value,
            target.items,
            target.deprecated,
            target.order or None,
        ]
        while record[-1] is None:
            record.pop()
        return self.definitions.setdefault(tuple(record), len(self.definitions))

    def json(self) -> bytes:
        content = {
            "signatures": list(self.signatures),
            "definitions": list(self.definitions),
            "names": self.names,
            "modules": self.modules,
            "preferred": self.preferred,
        }
        return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def pack(surfaces: Mapping[str, Surface]) -> bytes:
    """Packs releases.

    Args:
        surfaces: Names by release, oldest release first.

    Returns:
        The file's content; the same for the same input, given one version of zlib.
    """
    packages = {name.split(".")[1] for surface in surfaces.values() for name in surface.modules if "." in name}
    partitions: defaultdict[str, _Partition] = defaultdict(_Partition)
    for index, surface in enumerate(surfaces.values()):
        for name in sorted(surface.modules):
            key, rest = partition_of(name, packages)
            toggles = partitions[key].modules.setdefault(rest, [])
            if len(toggles) % 2 == 0:
                toggles.append(index)
        for name in sorted(surface.names):
            key, rest = partition_of(name, packages)
            partition = partitions[key]
            runs = partition.names.setdefault(rest, [])
            reference = partition.reference(surface.names[name])
            if not runs or runs[-1] != reference:
                runs += [index, reference]
        _end_runs(partitions, surface, index)
    for place, name in sorted(preferred_names(list(surfaces.values())).items()):
        key, rest = partition_of(place, packages)
        partitions[key].preferred[rest] = name
    blobs = {key: zlib.compress(partitions[key].json(), 9) for key in sorted(partitions)}
    offsets, end = {}, 0
    for key, blob in blobs.items():
        offsets[key] = [end, len(blob)]
        end += len(blob)
    header = {"format": FORMAT, "releases": list(surfaces), "partitions": offsets}
    return json.dumps(header, separators=(",", ":")).encode() + b"\n" + b"".join(blobs.values())


def _end_runs(partitions: Mapping[str, _Partition], surface: Surface, index: int) -> None:
    """Closes what this release no longer has."""
    for key, partition in partitions.items():
        prefix = f"mlflow.{key}" if key else "mlflow"
        for rest, runs in partition.names.items():
            if runs[-1] is not None and f"{prefix}.{rest}" not in surface.names:
                runs += [index, None]
        for rest, toggles in partition.modules.items():
            if len(toggles) % 2 and (f"{prefix}.{rest}" if rest else prefix) not in surface.modules:
                toggles.append(index)
