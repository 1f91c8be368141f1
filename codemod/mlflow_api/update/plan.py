"""Says which releases the data has after an update: the newest patch of every minor, and none goes that nothing replaces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from packaging.version import InvalidVersion, Version


@dataclass(frozen=True, slots=True)
class Step:
    """What an update does.

    Attributes:
        releases: The releases of the data afterwards, oldest first.
        added: Those of them that the data does not have yet, oldest first.
        replaced: For each older patch that goes, the newer one that takes its place.
    """

    releases: tuple[str, ...]
    added: tuple[str, ...]
    replaced: dict[str, str]


def of(known: Iterable[str], offered: Iterable[str]) -> Step:
    """Return what to do about the releases that are offered.

    Args:
        known: The releases of the data now.
        offered: Releases that can be read; one that is older than what the data has of its minor is passed over.

    Raises:
        ValueError: If one is no version.
    """
    try:
        chosen = {_minor(release): Version(release) for release in known}
        before = dict(chosen)
        for version in map(Version, offered):
            minor = (version.major, version.minor)
            if minor not in chosen or version > chosen[minor]:
                chosen[minor] = version
    except InvalidVersion as error:
        raise ValueError(f"not a release of MLflow: {error}") from None
    releases = tuple(str(chosen[minor]) for minor in sorted(chosen))
    changed = [minor for minor in sorted(chosen) if chosen[minor] != before.get(minor)]
    replaced = {str(before[minor]): str(chosen[minor]) for minor in changed if minor in before}
    return Step(releases, tuple(str(chosen[minor]) for minor in changed), replaced)


def _minor(release: str) -> tuple[int, int]:
    version = Version(release)
    return version.major, version.minor
