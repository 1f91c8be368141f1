"""Judges one requirement on MLflow, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from packaging.version import Version

from codemod.dependencies import versions
from codemod.dependencies.places import PIN, Choices, Place
from codemod.dependencies.versions import UnknownSpecifierError
from codemod.findings import Safety

NAME = r"mlflow(?:[-_.]+skinny)?"
EXTRAS = r"\[[^\[\]\r\n]*\]"
_NAMED = re.compile(rf"{NAME}(?![\w.-])", re.IGNORECASE)
_EXTRAS = re.compile(EXTRAS)
_CLAUSE = re.compile(r"(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9_.*+!-]+")
_CONDA_CLAUSE = re.compile(r"(?:[=<>!~]=?\s*)?\d[\w.*]*")
_CHANNEL = re.compile(r"[\w.-]+::?")
_BUILD = re.compile(r"=[\w.*]+|[\w.*]+\s*\Z")
# What no installer reads: "MLflow UI", in a list of what a team uses, and what goes on in another script than Latin.
_WORDS = re.compile(r"(?:[ \t]+[A-Za-z]{2,}[,.]?)+\s*|[ \tA-Za-z]*[^\x00-\x7f].*", re.DOTALL)
_BLANK = re.compile(r"\s*")
_WORD = re.compile(r"[^\s\"',]+")
_REPOSITORY = re.compile(r"/mlflow(?:\.git)?(?:@(?P<ref>[^\s\"'#,;]+)|(?=[#,;]|\Z))", re.IGNORECASE)
_WHEEL = re.compile(r"mlflow(?:[-_]skinny)?-(?P<release>\d[\w.]*)", re.IGNORECASE)
_ARCHIVE = re.compile(r"/mlflow/archive/(?:refs/tags/)?(?P<name>[^/]+)", re.IGNORECASE)
_PACKED = (".tar.gz", ".zip")
_TAG = re.compile(r"v?(\d+)(?:\.\d+)*(?:\.?(?:a|b|rc|dev|post)\d*)*|branch-(\d+)\..*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Read:
    """A requirement on MLflow as it is written: where its name, its specifier and the rest stand; -1 for what is not there."""

    name: int
    start: int
    end: int
    rest: int


def conda_item(text: str, start: int, choices: Choices) -> Iterator[Place]:
    """Judge one match specification of conda that stands at an offset of the file."""
    channel = _CHANNEL.match(text, _after_blank(text, 0))
    at = channel.end() if channel is not None else _after_blank(text, 0)
    if _NAMED.match(text, at) is None:
        return
    read = _conda(text, at)
    if read is None:
        yield unknown(text, start)
    elif read.start >= 0:
        span = start + read.start, start + read.end
        yield from pin(
            text[read.start : read.rest], span, (start, start + len(text)), text.strip(), versions.conda, choices
        )


def _conda(text: str, name: int) -> _Read | None:
    named = _NAMED.match(text, name)
    at = _after_blank(text, named.end() if named is not None else name)
    first, end = at, -1
    while (clause := _CONDA_CLAUSE.match(text, at)) is not None:
        end = clause.end()
        at = _after_blank(text, end)
        if text[at : at + 1] not in (",", "|"):
            break
        at = _after_blank(text, at + 1)
    is_open, rest = end < 0, end
    end = max(end, first)
    build = _BUILD.match(text, end if text[end : end + 1] == "=" else at)
    if build is not None:
        at = build.end()
        end += len(text[end:at].rstrip())
    if text[at:].strip():
        return None
    return _Read(name, -1, -1, at) if is_open else _Read(name, first, end, rest)


def _pep_508(text: str) -> _Read | None:
    """Read a requirement of pip; None when it is none on MLflow, or not understood."""
    name = _after_blank(text, 0)
    named = _NAMED.match(text, name)
    if named is None:
        return None
    extras = _EXTRAS.match(text, _after_blank(text, named.end()))
    at = _after_blank(text, extras.end() if extras is not None else named.end())
    if text[at : at + 1] == "(":
        at = _after_blank(text, at + 1)
    first, end = at, -1
    while (clause := _CLAUSE.match(text, at)) is not None:
        end = clause.end()
        at = _after_blank(text, end)
        if text[at : at + 1] != ",":
            break
        at = _after_blank(text, at + 1)
    if text[at : at + 1] == ")":
        at = _after_blank(text, at + 1)
    if text[at : at + 1] not in ("", ";", "@"):
        return None
    return _Read(name, first if end >= 0 else -1, end, at)


def _after_blank(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank is not None else at


def pep_508(text: str, start: int, choices: Choices, *, locked: str = "") -> Iterator[Place]:
    """Judge one requirement that stands at an offset of the file.

    Args:
        text: The requirement, without options and comments.
        start: Its offset.
        choices: What the run wants.
        locked: Why it must not be edited, or "".
    """
    read = _pep_508(text)
    if read is None:
        named = _NAMED.match(text, _after_blank(text, 0))
        if named is not None and not _WORDS.fullmatch(text, named.end()):
            yield unknown(text, start)
        return
    rest = text[read.rest :]
    if rest.startswith("@"):
        if not any(_references(rest)):
            yield unknown(text, start)
        return  # what is in the URL is found by `urls`
    if read.start >= 0:
        span = start + read.start, start + read.end
        whole = start + read.name, start + read.rest
        shown = text[read.name : read.end]
        specifier = text[read.start : read.end]
        yield from pin(specifier, span, whole, shown, versions.pep_440, choices, locked=locked)


def pin(
    specifier: str,
    span: tuple[int, int],
    whole: tuple[int, int],
    shown: str,
    reader: versions.VersionReader,
    choices: Choices,
    *,
    locked: str = "",
) -> Iterator[Place]:
    """Judge a specifier.

    Args:
        specifier: As it stands.
        span: Where it stands.
        whole: Where the requirement stands that it belongs to.
        shown: What messages call it.
        reader: Reads the specifier.
        choices: What the run wants.
        locked: Why it must not be edited, or "".
    """
    try:
        allowed = reader(specifier)
    except UnknownSpecifierError:
        yield unknown(shown, whole[0], whole[1] - whole[0])
        return
    if allowed.admit_3:
        if choices.floor and not locked:
            yield from _too_low(specifier, span, whole, shown, reader, choices)
        return
    if locked:
        yield Place(PIN, *whole, f"`{_short(shown)}` keeps MLflow 3 out; {locked}")
        return
    new = versions.exact(specifier, choices) or versions.wanted(allowed, choices)
    message = f"`{_short(shown)}` keeps MLflow 3 out; the fix writes `{new}`"
    yield Place(PIN, *whole, message, Safety.UNSAFE, ((*span, new),))


def _too_low(
    specifier: str,
    span: tuple[int, int],
    whole: tuple[int, int],
    shown: str,
    reader: versions.VersionReader,
    choices: Choices,
) -> Iterator[Place]:
    """Report a requirement that lets releases in on which the fixed code fails."""
    allowed = reader(specifier)
    if choices.target == "both" or allowed.lowest is None or allowed.lowest >= Version(choices.floor):
        return
    message = (
        f"`{_short(shown)}` lets in releases that the code does not run on; it needs {choices.floor} or a later one"
    )
    new = versions.exact(specifier, choices) or versions.raised(specifier, choices)
    if new is not None and not reader(new).admit_3:
        new = versions.wanted(allowed, choices)  # the old upper bound ends below the new lower one
    if new is None:
        yield Place(PIN, *whole, message)
    else:
        yield Place(PIN, *whole, message, Safety.UNSAFE, ((*span, new),))


def unknown(text: str, start: int, length: int | None = None) -> Place:
    """Report a requirement on MLflow that is not understood."""
    message = f"cannot tell which MLflow `{_short(text)}` installs; see that it is MLflow 3"
    return Place(PIN, start, start + (len(text) if length is None else length), message)


def urls(text: str) -> Iterator[Place]:
    """Report the repositories and archives of MLflow that a file installs from, unless they give MLflow 3."""
    for start, end, name in _references(text):
        verdict = judge_reference(name) if name else "3"
        if verdict == "2":
            yield Place(PIN, start, end, f"installs MLflow {name} from a URL; name a release of MLflow 3")
        elif verdict == "unknown":
            yield unknown(text[start:end], start)


def _references(text: str) -> Iterator[tuple[int, int, str]]:
    """Return the start, the end and the named release, tag or branch ("" for none) of every URL of MLflow."""
    for word in _WORD.finditer(text):
        if "mlflow" not in word[0].lower():
            continue
        found = _reference(word[0])
        if found is not None:
            yield word.start() + found[0], word.start() + found[1], found[2]


def _reference(word: str) -> tuple[int, int, str] | None:
    git = word.lower().find("git+")
    repository = _REPOSITORY.search(word, git) if git >= 0 else None
    if repository is not None and "#" not in word[git : repository.start()]:
        return git, repository.end(), repository["ref"] or ""
    wheel = _WHEEL.search(word)
    if wheel is not None:
        release, rest = wheel["release"], word[wheel.end() :].lower()
        start = word.rfind("@", 0, wheel.start()) + 1
        at, end = _archive_ending(release)
        if at > 0:
            return start, wheel.start("release") + end, release[:at]
        if rest.startswith("-py") and ".whl" in rest:
            return start, wheel.end() + rest.index(".whl") + 4, release
    archive = _ARCHIVE.search(word)
    scheme = word.lower().find("http")
    if archive is not None and 0 <= scheme < archive.start():
        name = archive["name"]
        at, end = _archive_ending(name)
        if at > 0:
            return scheme, archive.start("name") + end, name[:at]
    return None


def _archive_ending(name: str) -> tuple[int, int]:
    """Return where the first ending of an archive starts and ends in a name; -1 where there is none."""
    found = [(name.lower().find(ending), len(ending)) for ending in _PACKED]
    at, length = min((each for each in found if each[0] >= 0), default=(-1, 0))
    return at, at + length


def judge_reference(name: str) -> Literal["2", "3", "unknown"]:
    """Say which MLflow a tag or a branch of its repository holds."""
    if name in ("master", "main", "HEAD"):
        return "3"
    found = _TAG.fullmatch(name)
    if found is None:
        return "unknown"
    return "2" if int(found[1] or found[2]) < 3 else "3"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."
