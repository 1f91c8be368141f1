"""What a release has that another has not: the names that rules may have to learn about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from codemod.mlflow_api.defaults import INTERNAL
from codemod.mlflow_api.signatures import Parameter, ParameterKind, Signature
from codemod.mlflow_api.store import MODULE, ApiObject, Store


@dataclass(frozen=True, slots=True)
class ApiDifference:
    """Public names that came and went, and for each changed one what changed, in words."""

    added: dict[str, ApiObject]
    removed: dict[str, ApiObject]
    changed: dict[str, tuple[str, ...]]

    def __bool__(self) -> bool:
        """Return whether there is any."""
        return bool(self.added or self.removed or self.changed)


def difference(old: Store, old_release: str, new: Store, new_release: str) -> ApiDifference:
    """Compare the public names of two releases, which may come from two packed files.

    Raises:
        ValueError: If a store does not have its release.
    """

    def name_of(place: str) -> str:
        # One function for both sides: a preferred name depends on all releases in a file, and a place may be in one only.
        name = old.preferred(place)
        return name if name != place else new.preferred(place)

    before = dict(_public(old, old.releases.index(old_release), name_of))
    after = dict(_public(new, new.releases.index(new_release), name_of))
    changes = {name: tuple(_changes(before[name], after[name])) for name in sorted(before.keys() & after.keys())}
    return ApiDifference(
        added={name: after[name] for name in sorted(after.keys() - before.keys())},
        removed={name: before[name] for name in sorted(before.keys() - after.keys())},
        changed={name: change for name, change in changes.items() if change},
    )


def difference_text(found: ApiDifference, title: str) -> str:
    """Return the difference as text that also reads as Markdown."""
    lines = [f"## {title}: {len(found.added)} added, {len(found.removed)} removed, {len(found.changed)} changed", ""]
    internal = 0
    groups = {
        "added": {name: _call(entry) for name, entry in found.added.items()},
        "removed": {name: _call(entry) for name, entry in found.removed.items()},
        "changed": {name: ": " + "; ".join(changes) for name, changes in found.changed.items()},
    }
    for group, names in groups.items():
        listed = [f"- `{name}`{text}" for name, text in names.items() if name.split(".")[1] not in INTERNAL]
        internal += len(names) - len(listed)
        if listed:
            lines += [f"### {group}", "", *listed, ""]
    if internal:
        lines += [f"{internal} more in packages that are not documented for users.", ""]
    return "\n".join(lines)


def _public(store: Store, index: int, name_of: Callable[[str], str]) -> Iterator[tuple[str, ApiObject]]:
    """Return everything that has a public name in one release, once."""
    for package in store.packages:
        prefix = f"mlflow.{package}." if package else "mlflow."
        partition = store.partition(package)
        found = [(prefix + rest, MODULE) for rest in partition.modules() if partition.has_module(rest, index)]
        for rest in partition.names():
            entry = partition.at(rest, index)
            if isinstance(entry, ApiObject):
                found.append((name_of(prefix + rest), entry))
        yield from (one for one in found if "._" not in one[0])


def _call(entry: ApiObject) -> str:
    if entry.signature is None:
        return f" ({entry.kind})"
    return f"({', '.join(_parameters(entry.signature))})"


def _parameters(signature: Signature) -> Iterator[str]:
    stars = {ParameterKind.VAR_POSITIONAL: "*", ParameterKind.VAR_KEYWORD: "**"}
    for parameter in signature.parameters:
        default = "" if parameter.default is None else f"={parameter.default}"
        yield stars.get(parameter.kind, "") + parameter.name + default


def _changes(before: ApiObject, after: ApiObject) -> Iterator[str]:
    if before.kind != after.kind:
        yield f"{before.kind} became {after.kind}"
    if before.deprecated is None and after.deprecated is not None:
        yield f"deprecated ({after.deprecated})"
    if before.returns != after.returns:
        yield f"gives {after.returns}, gave {before.returns}"
    old, new = before.signature or Signature(), after.signature or Signature()
    for parameter in old.parameters:
        if new.parameter(parameter.name) is None:
            yield f"without {parameter.name}"
    for parameter in new.parameters:
        yield from _parameter_changes(parameter, old, new)


def _parameter_changes(parameter: Parameter, old: Signature, new: Signature) -> Iterator[str]:
    was = old.parameter(parameter.name)
    place = new.position(parameter.name)
    if was is None:
        yield f"with {parameter.name}" + ("" if place is None else f" at {place}")
        return
    if was.default != parameter.default:
        yield f"{parameter.name}={parameter.default or 'required'}, was {was.default or 'required'}"
    if was.kind != parameter.kind:
        yield f"{parameter.name} is {parameter.kind.name.lower()}, was {was.kind.name.lower()}"
    if old.position(parameter.name) != place:
        yield f"{parameter.name} at {place}, was at {old.position(parameter.name)}"
