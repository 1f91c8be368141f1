"""What MLflow offers in which release, as data: no MLflow is imported or needed.

Names are dotted, as they would be written after `import mlflow`; any path that leads to a thing will do, such as
`mlflow.tracking.client.MlflowClient.search_runs` or `mlflow.keras.save.log_model`. Releases are those in `RELEASES`;
`nearest_release` finds one for a version such as "3.5". The data is read on the first question, and only the part that
it needs.

It was read from MLflow's wheels by `python -m codemod.mlflow_api.generate`. Not in it: private names that no
public one rests on, generated protobuf classes (`mlflow.protos`), and what other libraries provide.
"""

from __future__ import annotations

import functools
from typing import Literal, cast

from codemod.mlflow_api.releases import RELEASES
from codemod.mlflow_api.signatures import Parameter, ParameterKind, Signature
from codemod.mlflow_api.store import ApiObject, packaged

__all__ = [
    "NEWEST",
    "NEWEST_2",
    "RELEASES",
    "ParameterKind",
    "NameKind",
    "Parameter",
    "Signature",
    "canonical",
    "deprecation",
    "exists",
    "is_later",
    "is_newer",
    "items_class",
    "kind_of",
    "nearest_release",
    "newest_patch",
    "place",
    "position",
    "releases_of",
    "returns",
    "returns_class",
    "signature",
    "variants",
]

NameKind = Literal["module", "function", "class", "method", "attribute"]

#: The newest release of all, and the newest of MLflow 2.
NEWEST = RELEASES[-1]
NEWEST_2 = next(release for release in reversed(RELEASES) if release.startswith("2."))

_INDEX = {release: index for index, release in enumerate(RELEASES)}


@functools.cache
def canonical(name: str) -> str | None:
    """Return the one public name by which the codemod calls what `name` leads to.

    Follows re-exports, inheritance and the annotations of attributes: `mlflow.tracking.MlflowClient.search_runs` is
    `mlflow.MlflowClient.search_runs`, `mlflow.ActiveRun.info` is `mlflow.entities.Run.info`, and
    `mlflow.ActiveRun.info.run_id` is `mlflow.entities.RunInfo.run_id`. Of several releases the newest that has the name
    decides.

    Returns:
        The shortest documented name, or None when no known release has it.
    """
    found = _newest(name)
    if not found:
        return None
    preferred = packaged().preferred(found[0])
    if "._" in preferred:
        # Inherited from a private base: the class that was asked for is the one that people know.
        owner, _, member = name.rpartition(".")
        if kind_in_api(owner) == "class" and "._" not in (known := canonical(owner) or "._"):
            return f"{known}.{member}"
    # A class may have got its preferred name after it lost this member.
    return preferred if _newest(preferred) else found[0]


@functools.cache
def place(name: str) -> str | None:
    """Return where `name` is defined in the newest release that has it: an older one may know it only by that place.

    Returns:
        The dotted name of the definition, such as `mlflow.entities.assessment.Feedback` for `mlflow.entities.Feedback`;
        None when no known release has the name.
    """
    found = _newest(name)
    return found[0] if found else None


@functools.cache
def kind_in_api(name: str) -> NameKind | None:
    """Return what `name` is in the newest release that has it; None when no known release does."""
    found = _newest(name)
    return cast(NameKind, found[1].kind) if found else None


@functools.cache
def exists(name: str, release: str) -> bool:
    """Return whether `name` leads to something of MLflow in `release`.

    Raises:
        ValueError: If the release is not one of `RELEASES`.
    """
    return _entry(name, release) is not None


@functools.cache
def releases_of(name: str) -> tuple[str, ...]:
    """Return the releases that have `name`, oldest first."""
    return tuple(release for release in RELEASES if exists(name, release))


def signature(name: str, release: str) -> Signature | None:
    """Return the parameters of a function, method or class as a caller passes them, without `self` or `cls`.

    Where only a base class outside MLflow knows its constructor, a class takes `*args, **kwargs`.

    Returns:
        None when the release does not have the name, or it is no callable.

    Raises:
        ValueError: If the release is not one of `RELEASES`.
    """
    found = _entry(name, release)
    return found.signature if found else None


@functools.cache
def variants(name: str, release: str) -> tuple[Signature, ...]:
    """Return all signatures that `name` has in `release`, depending on what else is installed; `signature` gives the first.

    `mlflow.keras.log_model` is that of `mlflow.tensorflow` with Keras 2, and takes other parameters with Keras 3
    (mlflow/keras/__init__.py). Most names have one.

    Raises:
        ValueError: If the release is not one of `RELEASES`.
    """
    index = _index(release)
    found = [packaged().resolve(name, index)]
    if found[0]:
        found += [packaged().alternative(one, index) for one in {name: None, packaged().preferred(found[0][0]): None}]
    signatures = [one[1].signature for one in found if one]
    return tuple(dict.fromkeys(one for one in signatures if one is not None))


def position(name: str, parameter: str, release: str = NEWEST_2) -> int | None:
    """Return the zero-based place at which `parameter` can be passed by position; None when it cannot or there is no such thing.

    Raises:
        ValueError: If the release is not one of `RELEASES`.
    """
    found = signature(name, release)
    return found.position(parameter) if found else None


def returns(name: str, release: str) -> str | None:
    """Return the source of the annotation of a callable's result, or of an attribute's value: `ModelInfo`, `PagedList[Run]`.

    Quotes around names are left out. None when there is no annotation.

    Raises:
        ValueError: If the release is not one of `RELEASES`.
    """
    found = _entry(name, release)
    return found.returns if found else None


def returns_class(name: str, release: str) -> str | None:
    """Return the canonical name of the MLflow class whose instance a call gives, or that an attribute holds.

    For a class it is the class itself. `X | None` counts as `X`; a union or a container does not. A function without
    annotation that only returns what another of MLflow's functions returns has the class of that one.

    Raises:
        ValueError: If the release is not one of `RELEASES`.
    """
    found = _entry(name, release)
    if found and found.kind == "class":
        return canonical(name)
    return packaged().preferred(found.value) if found and found.value else None


def items_class(name: str, release: str) -> str | None:
    """Return the canonical name of the MLflow class of what a loop over the result or value gives: `PagedList[Run]` has `Run`.

    For a generator function used with `with`, it is the class of what `as` binds.

    Raises:
        ValueError: If the release is not one of `RELEASES`.
    """
    found = _entry(name, release)
    return packaged().preferred(found.items) if found and found.items else None


def deprecation(name: str, release: str) -> str | None:
    """Return the arguments of MLflow's `@deprecated` decorator as written, such as `since='3.8.0', alternative='…'`.

    Returns:
        None when the name is not marked as deprecated. Much that MLflow deprecates it marks in other ways.

    Raises:
        ValueError: If the release is not one of `RELEASES`.
    """
    found = _entry(name, release)
    return found.deprecated if found else None


@functools.cache
def nearest_release(version: str) -> str:
    """Return the known release that stands for a version: the one of the same minor, else the newest one before it.

    A major alone means its newest release, "3.5" and "3.5.0" mean the known patch of 3.5, and 2.23, which never
    was, would mean 2.22.5.

    Args:
        version: `3`, `3.5`, `3.5.1`, also as a pre-release.

    Raises:
        ValueError: If it is no version, its major is unknown, or it lies after the newest or before the oldest release.
    """
    wanted = _numbers(version)
    known = {release: _numbers(release) for release in RELEASES}
    same_major = [release for release in RELEASES if known[release][0] == wanted[0]]
    if len(wanted) == 1 and same_major:
        return same_major[-1]
    before = [release for release in same_major if known[release][:2] <= wanted[:2]]
    if not before or wanted[:2] > known[NEWEST][:2]:
        raise ValueError(f"MLflow {version} is not known: known are {RELEASES[0]} to {NEWEST}")
    return before[-1]


def is_newer(version: str) -> bool:
    """Return whether a version of MLflow is of a later minor than every known release, so that the newest must stand for it.

    Args:
        version: `3.5`, `3.5.1`, also as a pre-release.

    Raises:
        ValueError: If it is no version.
    """
    return _numbers(version)[:2] > _numbers(NEWEST)[:2]


def is_later(version: str, than: str) -> bool:
    """Return whether a version of MLflow comes after another one.

    Raises:
        ValueError: If one is no version.
    """
    return _numbers(version) > _numbers(than)


def newest_patch(version: str) -> str | None:
    """Return the known release of the same minor, which is the newest patch of it; None when the minor is not known.

    Raises:
        ValueError: If it is no version.
    """
    wanted = _numbers(version)[:2]
    return next((release for release in RELEASES if _numbers(release)[:2] == wanted), None)


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.strip().split(".")
    if all(part.isdecimal() for part in parts):
        return tuple(int(part) for part in parts)
    from packaging.version import InvalidVersion, Version  # costs more than all the rest of this module

    try:
        return Version(version).release
    except InvalidVersion:
        raise ValueError(f"not a version of MLflow: {version!r}") from None


def _entry(name: str, release: str) -> ApiObject | None:
    found = packaged().resolve(name, _index(release))
    return found[1] if found else None


def _index(release: str) -> int:
    try:
        return _INDEX[release]
    except KeyError:
        raise ValueError(f"MLflow {release!r} is not a known release; ask nearest_release for one") from None


@functools.cache
def _newest(name: str) -> tuple[str, ApiObject] | None:
    """Return what `name` leads to in the newest release that has it."""
    for index in range(len(RELEASES) - 1, -1, -1):
        found = packaged().resolve(name, index)
        if found:
            return found
    return None
