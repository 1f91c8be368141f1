"""Takes packed data apart into what was read from each release, so that a release can be added without the older wheels."""

from __future__ import annotations

from codemod.mlflow_api.generate.surface import Definition, Surface
from codemod.mlflow_api.store import ApiObject, Partition, Store


def unpack(data: bytes) -> dict[str, Surface]:
    """Return the names by release, oldest release first: what `codemod.mlflow_api.generate.packing.pack` was given.

    Args:
        data: A packed file.

    Raises:
        ValueError: If the file has another format.
    """
    store = Store(data)
    surfaces = {release: Surface(modules={"mlflow"}) for release in store.releases}
    for key in store.packages:
        partition = store.partition(key)
        prefix = f"mlflow.{key}" if key else "mlflow"
        for index, surface in enumerate(surfaces.values()):
            _fill(surface, partition, prefix, index)
    return surfaces


def _fill(surface: Surface, partition: Partition, prefix: str, index: int) -> None:
    for rest in partition.modules():
        if partition.has_module(rest, index):
            surface.modules.add(_joined(prefix, rest))
    for rest in partition.exports():
        if partition.is_exported(rest, index):
            surface.exports.add(_joined(prefix, rest))
    for rest in partition.names():
        found = partition.at(rest, index)
        if found is not None:
            surface.names[_joined(prefix, rest)] = _definition(found) if isinstance(found, ApiObject) else found
        other = partition.alternative(rest, index)
        if other is not None:
            surface.alternatives[_joined(prefix, rest)] = other


def _joined(prefix: str, rest: str) -> str:
    return f"{prefix}.{rest}" if rest else prefix


def _definition(entry: ApiObject) -> Definition:
    parameters = None if entry.signature is None else entry.signature.parameters
    return Definition(entry.kind, parameters, entry.returns, entry.value, entry.items, entry.deprecated, entry.order)
