"""Whether a version specifier lets MLflow 3 in, in the three ways in which specifiers are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from codemod.dependencies.places import Choices
from codemod.mlflow_api.releases import RELEASES

_FLOOR_OF_BOTH = Version("2.22")
_NUMBER = re.compile(r"\d+(?:\.\d+)*(?:\.?(?:a|b|rc|dev|post)\d*)*")
_THREES = tuple(Version(release) for release in (*RELEASES, "3.0.0", "3.999.0") if release.startswith("3"))
_OLD = tuple(Version(release) for release in RELEASES if release.startswith("2"))
_EXACT = re.compile(r"(?P<operator>={0,3}[ ]?v?)\d+(?:\.\d+){1,3}(?:\.?(?:a|b|rc|post)\d+)?")
_LOWER = re.compile(r"(?<![<!=~])>=[ ]?(?P<release>\d+(?:\.\d+){0,3})(?![\w.*])")
_BARE = re.compile(r"v?(\d[\w.]*?)(\.?\*)?")


class UnknownSpecifierError(Exception):
    """A specifier whose meaning is not known."""


class Versions:
    """The versions that a requirement allows: those of any of its alternatives."""

    def __init__(self, alternatives: list[str]) -> None:
        try:
            self._alternatives = [SpecifierSet(text) for text in alternatives]
            self._named = [Version(text) for text in _NUMBER.findall(" ".join(alternatives))]
        except ValueError as error:  # of packaging, and of a number of more digits than Python takes
            raise UnknownSpecifierError(str(error)) from error

    def admits(self, version: Version) -> bool:
        """Return whether a version is allowed, pre-releases included."""
        return any(each.contains(version, prereleases=True) for each in self._alternatives)

    @property
    def admit_3(self) -> bool:
        """Whether some MLflow 3 is allowed, also one that is not known yet but named."""
        named = [version for version in self._named if version.major >= 3]
        after = [Version(f"{version.base_version}.1") for version in named]
        return any(self.admits(version) for version in (*_THREES, *named, *after))

    def admit_2_since(self, release: str) -> bool:
        """Return whether some MLflow 2 of this release or a later one is allowed."""
        named = [version for version in self._named if version.major == 2]
        first = Version(release)
        return any(self.admits(version) for version in (*_OLD, *named) if version >= first)

    def admit_any(self, first: Version, known: Iterable[Version]) -> bool:
        """Return whether some version is allowed that is not older than the first: a known one, or one that is named."""
        after = [Version(f"{version.base_version}.1") for version in self._named]
        return any(self.admits(version) for version in (first, *known, *self._named, *after) if version >= first)

    @property
    def lowest(self) -> Version | None:
        """The lower bound, when one is written."""
        bounds = [
            Version(each.version.removesuffix(".*"))
            for specifier in self._alternatives
            for each in specifier
            if each.operator in (">=", ">", "==", "~=")
        ]
        return min(bounds, default=None)


VersionReader = Callable[[str], Versions]


def newest_of_target(choices: Choices) -> str:
    """Return the newest known release of the target."""
    line = choices.target.split(".")
    known = [release for release in RELEASES if release.split(".")[: len(line)] == line]
    return known[-1] if known else choices.release


def wanted(versions: Versions | None, choices: Choices) -> str:
    """Return the specifier that takes the place of one that keeps MLflow 3 out.

    A person's own choice comes first. For both lines, the lower bound stays if it is above the 2.22 that the code was
    migrated for. Otherwise the target is the lower bound, or the release that the code needs.
    """
    if choices.version:
        return choices.version
    if choices.target != "both":
        return f">={max(choices.target, choices.floor or choices.target, key=Version)},<4"
    low = versions.lowest if versions is not None else None
    return f">={max(low, _FLOOR_OF_BOTH) if low is not None else _FLOOR_OF_BOTH},<4"


def exact(specifier: str, choices: Choices) -> str | None:
    """Return what takes the place of a specifier that names one release: the newest one, written in the same way.

    Returns:
        None where it names more than one, or code for both lines is asked for: one release cannot be both.
    """
    found = _EXACT.fullmatch(specifier.strip())
    if found is None or choices.version or choices.target == "both":
        return None
    return found["operator"] + newest_of_target(choices)


def raised(specifier: str, choices: Choices) -> str | None:
    """Return a specifier with its lower bound at the release that the code needs; None when it is as high already."""
    low = Version(choices.floor)
    bounds = list(_LOWER.finditer(specifier))
    if len(bounds) != 1 or Version(bounds[0]["release"]) >= low:
        return None
    return specifier[: bounds[0].start("release")] + choices.floor + specifier[bounds[0].end("release") :]


def pep_440(text: str) -> Versions:
    """Read a specifier of pip.

    Raises:
        UnknownSpecifierError: If it is none.
    """
    return Versions([text])


def poetry(text: str) -> Versions:
    """Read a constraint of Poetry or a Pipfile: carets, tildes, bare versions and ``||``.

    Raises:
        UnknownSpecifierError: If it is none.
    """
    return Versions([_translated(part, _poetry_one) for part in re.split(r"\|\|?", text)])


def conda(text: str) -> Versions:
    """Read the version part of a match specification of conda: ``=2.9`` means any 2.9.

    Raises:
        UnknownSpecifierError: If it is none.
    """
    return Versions([_translated(part, _conda_one) for part in text.strip().split("|")])


def _translated(text: str, one: object) -> str:
    assert callable(one)
    text = re.sub(r"([=<>~!^])\s+", r"\1", text.strip())
    return ",".join(one(part) for part in re.split(r"[,\s]+", text) if part)


def _poetry_one(part: str) -> str:
    if part == "*":
        return ""
    if part.startswith("^") or (part.startswith("~") and not part.startswith("~=")):
        numbers = _release(part[1:])
        if part[0] == "~":
            kept = numbers[:2]
        else:
            significant = next((at for at, number in enumerate(numbers) if number), len(numbers) - 1)
            kept = numbers[: significant + 1]
        upper = (*kept[:-1], kept[-1] + 1)
        return f">={part[1:]},<{'.'.join(map(str, upper))}"
    return _bare(part.removeprefix("=") if re.match(r"=\d", part) else part)


def _conda_one(part: str) -> str:
    if part == "*":
        return ""
    if re.match(r"=\d", part):
        return f"=={part[1:].removesuffix('.*').removesuffix('*')}.*"
    return _bare(part)


def _bare(part: str) -> str:
    found = _BARE.fullmatch(part)
    if found is None:
        return part
    return f"=={found[1]}.*" if found[2] else f"=={found[1]}"


def _release(text: str) -> tuple[int, ...]:
    try:
        return Version(text).release
    except ValueError as error:
        raise UnknownSpecifierError(str(error)) from error
