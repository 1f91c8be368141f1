"""Judges one requirement on MLflow, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from codemod.dependencies import versions
from codemod.dependencies.places import PIN, Choices, Place
from codemod.dependencies.versions import UnknownSpecifierError
from codemod.findings import Safety

NAME = r"mlflow(?:[-_.]+skinny)?"
EXTRAS = r"\[[^\]\r\n]*\]"
_ONE = r"(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9_.*+!-]+"
_PEP_508 = re.compile(
    rf"\s*(?P<name>{NAME})(?![\w.-])\s*(?:{EXTRAS})?\s*(?:\(\s*)?(?P<specifier>{_ONE}(?:\s*,\s*{_ONE})*)?\s*,?\s*\)?\s*(?P<rest>[;@].*)?",
    re.IGNORECASE | re.DOTALL,
)
_STARTS = re.compile(rf"\s*(?:{NAME})(?![\w.-])", re.IGNORECASE)
_CONDA_ONE = r"(?:[=<>!~]=?|)\s*\d[\w.*]*"
_CONDA = re.compile(
    rf"\s*(?:[\w.-]+::?)?(?P<name>{NAME})(?![\w.-])\s*(?P<specifier>{_CONDA_ONE}(?:\s*[,|]\s*{_CONDA_ONE})*)?(?P<build>(?:=|\s+)[\w.*]+)?\s*",
    re.IGNORECASE,
)
_URL = re.compile(
    r"git\+[^\s\"'#]*?/mlflow(?:\.git)?(?:@(?P<ref>[^\s\"'#,;]+))?(?=[\s\"'#,;]|\Z)"
    r"|[^\s\"'@]*mlflow(?:[-_]skinny)?-(?P<wheel>\d[\w.]*?)(?:-py[^\s\"']*\.whl|\.tar\.gz|\.zip)"
    r"|https?://[^\s\"']*/mlflow/archive/(?:refs/tags/)?(?P<archive>[^\s\"'/]+?)(?:\.zip|\.tar\.gz)",
    re.IGNORECASE,
)
_TAG = re.compile(r"v?(\d+)(?:\.\d+)*(?:\.?(?:a|b|rc|dev|post)\d*)*|branch-(\d+)\..*", re.IGNORECASE)


def conda_item(text: str, start: int, choices: Choices) -> Iterator[Place]:
    """Judge one match specification of conda that stands at an offset of the file."""
    found = _CONDA.fullmatch(text)
    if found is None:
        if re.match(rf"\s*(?:[\w.-]+::?)?(?:{NAME})(?![\w.-])", text, re.IGNORECASE):
            yield unknown(text, start)
    elif found["specifier"]:
        end = found.end("build") if found["build"] else found.end("specifier")
        span = start + found.start("specifier"), start + end
        yield from pin(found["specifier"], span, (start, start + len(text)), text.strip(), versions.conda, choices)


def pep_508(text: str, start: int, choices: Choices, *, locked: str = "") -> Iterator[Place]:
    """Judge one requirement that stands at an offset of the file.

    Args:
        text: The requirement, without options and comments.
        start: Its offset.
        choices: What the run wants.
        locked: Why it must not be edited, or "".
    """
    found = _PEP_508.fullmatch(text)
    if found is None:
        if _STARTS.match(text):
            yield unknown(text, start)
        return
    rest = found["rest"] or ""
    if rest.startswith("@"):
        if not _URL.search(rest):
            yield unknown(text, start)
        return  # what is in the URL is found by `urls`
    if found["specifier"]:
        span = start + found.start("specifier"), start + found.end("specifier")
        whole = start + found.start("name"), start + (found.start("rest") if rest else found.end())
        shown = text[found.start("name") : found.end("specifier")]
        yield from pin(found["specifier"], span, whole, shown, versions.pep_440, choices, locked=locked)


def pin(
    specifier: str,
    span: tuple[int, int],
    whole: tuple[int, int],
    shown: str,
    reader: versions.Reader,
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
        return
    if locked:
        yield Place(PIN, *whole, f"`{_short(shown)}` keeps MLflow 3 out; {locked}")
        return
    new = versions.wanted(allowed, choices)
    message = f"`{_short(shown)}` keeps MLflow 3 out; the code now needs `{new}`"
    yield Place(PIN, *whole, message, Safety.UNSAFE, ((*span, new),))


def unknown(text: str, start: int, length: int | None = None) -> Place:
    """Report a requirement on MLflow that is not understood."""
    message = f"cannot tell which MLflow `{_short(text)}` installs; see that it is MLflow 3"
    return Place(PIN, start, start + (len(text) if length is None else length), message)


def urls(text: str) -> Iterator[Place]:
    """Report the repositories and archives of MLflow that a text installs from, unless they give MLflow 3."""
    for found in _URL.finditer(text):
        name = found["ref"] or found["wheel"] or found["archive"]
        verdict = judge_reference(name) if name else "3"
        if verdict == "2":
            yield Place(PIN, *found.span(), f"installs MLflow {name} from a URL; name a release of MLflow 3")
        elif verdict == "unknown":
            yield unknown(found[0], found.start())


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
