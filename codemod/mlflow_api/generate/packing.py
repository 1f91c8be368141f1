"""Packs the names of all releases into one small file, and unpacks it.

The file is one line of JSON, `{"format", "releases", "partitions": {name: [offset, size]}}`, and then one zlib
stream of JSON for each package below `mlflow`, so that a question about `mlflow.sklearn` inflates that part alone. The
partition "" holds the names directly in `mlflow`. What a partition holds is text, which JSON reads several times as
fast as lists, and which is taken apart when somebody asks:

- `signatures`: each written once, as parameters between `PARAMETER`: a digit for the kind, the name, `=` and the
  default;
- `definitions`: each written once, as the attributes of `Definition` between `FIELD`, the signature as a number;
- `names`: for each name what it is from which release on: release index, then the number of a definition, or the
  place that it leads to, or `-` when it is gone, and so on, between blanks;
- `alternatives`: like `names`, for the place that a name leads to in some environments instead;
- `modules`: for each module the release indexes at which it comes and goes, in turn;
- `exports`: the same for each name that stands in an `__all__`, so that a release can be added without reading the
  older ones again;
- `preferred`: the preferred name of what is defined here under another one.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Mapping

from codemod.mlflow_api.generate.preferred import preferred_names
from codemod.mlflow_api.generate.surface import Definition, Surface
from codemod.mlflow_api.signatures import Parameter
from codemod.mlflow_api.store import FIELD, FORMAT, GONE, KINDS, PARAMETER, partition_of


class _Partition:
    """One partition while it is filled; equal signatures and definitions share a number."""

    def __init__(self) -> None:
        self.signatures: dict[str, int] = {}
        self.definitions: dict[str, int] = {}
        self.names: dict[str, list[str]] = {}
        self.modules: dict[str, list[int]] = {}
        self.exports: dict[str, list[int]] = {}
        self.alternatives: dict[str, list[str]] = {}
        self.preferred: dict[str, str] = {}

    def reference(self, target: Definition | str) -> str:
        if isinstance(target, str):
            return target
        signature = ""
        if target.parameters is not None:
            text = PARAMETER.join(_parameter_text(parameter) for parameter in target.parameters)
            signature = str(self.signatures.setdefault(text, len(self.signatures)))
        deprecated = "" if target.deprecated is None else f"@{target.deprecated}"
        parts = [str(KINDS.index(target.kind)), signature, target.returns, target.value, target.items, deprecated]
        text = FIELD.join([part or "" for part in parts] + list(target.order))
        return str(self.definitions.setdefault(text.rstrip(FIELD), len(self.definitions)))

    def json(self) -> bytes:
        content = {
            "signatures": list(self.signatures),
            "definitions": list(self.definitions),
            "names": {name: " ".join(runs) for name, runs in self.names.items()},
            "alternatives": {name: " ".join(runs) for name, runs in self.alternatives.items()},
            "modules": _toggles(self.modules),
            "exports": _toggles(self.exports),
            "preferred": self.preferred,
        }
        return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode()


def _toggles(table: Mapping[str, list[int]]) -> dict[str, str]:
    return {name: " ".join(map(str, toggles)) for name, toggles in table.items()}


def _parameter_text(parameter: Parameter) -> str:
    default = "" if parameter.default is None else f"={parameter.default}"
    return f"{int(parameter.kind)}{parameter.name}{default}"


def pack(surfaces: Mapping[str, Surface]) -> bytes:
    """Pack releases.

    Args:
        surfaces: Names by release, oldest release first.

    Returns:
        The file's content; the same for the same input, given one version of zlib.
    """
    packages = {name.split(".")[1] for surface in surfaces.values() for name in surface.modules if "." in name}
    partitions: defaultdict[str, _Partition] = defaultdict(_Partition)
    for index, surface in enumerate(surfaces.values()):
        for name in sorted(surface.modules - {"mlflow"}):  # which is in every release
            key, rest = partition_of(name, packages)
            _begin(partitions[key].modules.setdefault(rest, []), index)
        for name in sorted(surface.exports):
            key, rest = partition_of(name, packages)
            _begin(partitions[key].exports.setdefault(rest, []), index)
        for name in sorted(surface.names):
            key, rest = partition_of(name, packages)
            partition = partitions[key]
            _continue(partition.names.setdefault(rest, []), index, partition.reference(surface.names[name]))
            if name in surface.alternatives:
                _continue(partition.alternatives.setdefault(rest, []), index, surface.alternatives[name])
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


def _begin(toggles: list[int], index: int) -> None:
    """Note that something is there from this release on."""
    if len(toggles) % 2 == 0:
        toggles.append(index)


def _continue(runs: list[str], index: int, reference: str) -> None:
    """Add a run where something else begins."""
    if not runs or runs[-1] != reference:
        runs += [str(index), reference]


def _end_runs(partitions: Mapping[str, _Partition], surface: Surface, index: int) -> None:
    """Close what this release no longer has."""
    for key, partition in partitions.items():
        prefix = f"mlflow.{key}" if key else "mlflow"
        for table, present in ((partition.names, surface.names), (partition.alternatives, surface.alternatives)):
            for rest, runs in table.items():
                if runs[-1] != GONE and f"{prefix}.{rest}" not in present:
                    runs += [str(index), GONE]
        for ends, there in ((partition.modules, surface.modules), (partition.exports, surface.exports)):
            for rest, toggles in ends.items():
                if len(toggles) % 2 and (f"{prefix}.{rest}" if rest else prefix) not in there:
                    toggles.append(index)
