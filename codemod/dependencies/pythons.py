"""Pythons that MLflow 3 does not run on, where a file that installs MLflow also chooses the Python."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from packaging.version import Version

from codemod.dependencies import versions
from codemod.dependencies.places import PIN, Choices, Place
from codemod.dependencies.variables import Substitutions
from codemod.dependencies.versions import UnknownSpecifierError, Versions
from codemod.documents.kinds import Kind
from codemod.documents.lines import line_spans

# `Requires-Python` in the metadata of the wheels: >=3.9 up to 3.1.4, >=3.10 since 3.2.0.
_SINCE_3_2, _BEFORE = Version("3.10"), Version("3.9")
_KNOWN = tuple(Version(f"3.{minor}.{patch}") for minor in range(9, 16) for patch in (0, 1, 5, 10, 15))

# Not `neptune-mlflow` or `mlflow-rest-client`, which do without MLflow.
_USES = re.compile(r"(?<![\w./:-])(?:azureml-)?mlflow(?:[-_]skinny|-requirements)?(?![\w/:-])|MLFLOW_TRACKING_URI")

_NUMBER = r"\d+(?:\.(?:\d+|\*))*"
_CONDA = re.compile(
    rf"""(?m)^[ \t]*-[ \t]+["']?(?:[\w.-]+::)?(?P<shown>python(?P<specifier>(?:[ \t]*[=<>!~]=?[ \t]*|[ \t]+){_NUMBER}"""
    rf"""(?:[ \t]*[,|][ \t]*[=<>!~]=?[ \t]*{_NUMBER})*))(?:=\w+)?["']?[ \t]*\r?$"""
)
_CREATES = re.compile(r"\b(?:conda|mamba|micromamba)\b")
_CREATED = re.compile(rf"(?<=[ \t])(?P<shown>python(?P<specifier>={{1,3}}{_NUMBER}))")
_NUMBERS = re.compile(r"(?<![\d.])\d{1,4}(?:\.\d{1,4})+(?![\d.])")
_PYTHON_ENV = re.compile(rf"""(?m)^python:[ \t]*["']?(?P<shown>{_NUMBER})""")
_IMAGE = re.compile(r"(?mi)^[ \t]*FROM[ \t]+(?:--\S+[ \t]+)*(?P<shown>(?:[\w.-]+/)*python:(?P<tag>[\w.${}:-]+))")
_WORKFLOW = re.compile(
    r"""(?m)^[ \t]*(?:-[ \t]+)?["']?python[-_]version["']?[ \t]*:[ \t]*(?P<shown>\[[^\[\]]{0,500}\]|["']?\d[\w.]*["']?)"""
)
_SETUP_CFG = re.compile(r"(?m)^python_requires[ \t]*[=:][ \t]*(?P<shown>[^\s][^\r\n]*)")
_PROJECT = re.compile(r"""(?m)^requires-python[ \t]*=[ \t]*["'](?P<shown>[^"'\r\n]*)["']""")
_PIPFILE = re.compile(r"""(?m)^python(?:_full)?_version[ \t]*=[ \t]*["'](?P<shown>[^"'\r\n]*)["']""")
_POETRY = re.compile(
    r"""(?ms)^\[tool\.poetry\.dependencies\][^\[]*?^python[ \t]*=[ \t]*["'](?P<shown>[^"'\r\n]*)["']"""
)


def find(kind: Kind, plain: str, choices: Choices) -> Iterator[Place]:
    """Report the Pythons of a file for which there is no MLflow 3 of the target.

    Args:
        kind: The kind of file.
        plain: Its text, with comments blanked.
        choices: What the run wants.
    """
    if not _USES.search(plain):
        return
    first = _SINCE_3_2 if choices.at_least("3.2") else _BEFORE
    if kind == "conda":
        yield from _specified(_CONDA, plain, versions.conda, first)
    elif kind == "python_env":
        yield from _numbered(_PYTHON_ENV, plain, first)
    elif kind == "shell":
        yield from _images(plain, first)
        yield from _created(plain, first)
    elif kind == "yaml":
        yield from _numbered(_WORKFLOW, plain, first)
        yield from _created(plain, first)
    elif kind == "pipfile":
        yield from _numbered(_PIPFILE, plain, first)
    elif kind == "setup.cfg":
        yield from _specified(_SETUP_CFG, plain, versions.pep_440, first)
    elif kind == "pyproject":
        yield from _specified(_PROJECT, plain, versions.pep_440, first)
        yield from _poetry(plain, first)


def _created(plain: str, first: Version) -> Iterator[Place]:
    """Report the Pythons of environments that commands make."""
    for start, end in line_spans(plain):
        creates = _CREATES.search(plain, start, end)
        if creates is not None:
            yield from _judged(_CREATED.finditer(plain, creates.end(), end), versions.conda, first)


def _specified(pattern: re.Pattern[str], plain: str, reader: versions.VersionReader, first: Version) -> Iterator[Place]:
    yield from _judged(pattern.finditer(plain), reader, first)


def _judged(matches: Iterable[re.Match[str]], reader: versions.VersionReader, first: Version) -> Iterator[Place]:
    for found in matches:
        specifier = found.groupdict().get("specifier", found["shown"])
        allowed = _read(specifier, reader)
        if allowed is not None and not allowed.admit_any(first, _KNOWN):
            yield _place(found, first)


def _numbered(pattern: re.Pattern[str], plain: str, first: Version) -> Iterator[Place]:
    for found in pattern.finditer(plain):
        old = [number for number in _NUMBERS.findall(found["shown"]) if Version(number) < first]
        if old:
            which = f"Python {', '.join(old)} of `{found['shown']}`" if found["shown"].startswith("[") else ""
            yield _place(found, first, which)


def _images(plain: str, first: Version) -> Iterator[Place]:
    variables = Substitutions(plain)
    for found in _IMAGE.finditer(plain):
        tag = variables.resolved(found["tag"]) or ""
        number = re.match(r"3\.\d+", tag)
        if number is not None and Version(number[0]) < first:
            yield _place(found, first)


def _poetry(plain: str, first: Version) -> Iterator[Place]:
    for found in _POETRY.finditer(plain):
        allowed = _read(found["shown"], versions.poetry)
        if allowed is None or not any(allowed.admits(version) for version in _KNOWN):
            continue
        if not allowed.admit_any(first, _KNOWN):
            yield _place(found, first)
        elif (lowest := allowed.lowest) is not None and lowest < first:
            message = (
                f"Poetry takes releases that run on every Python of `{found['shown']}` only, and {_needs(first)}: raise the "
                "lower bound"
            )
            yield Place(PIN, *found.span("shown"), message)


def _read(specifier: str, reader: versions.VersionReader) -> Versions | None:
    try:
        return reader(specifier)
    except UnknownSpecifierError:
        return None


def _place(found: re.Match[str], first: Version, which: str = "") -> Place:
    which = " ".join((which or f"Python `{found['shown']}`").split())
    return Place(PIN, *found.span("shown"), f"{which} keeps MLflow 3 out: {_needs(first)}")


def _needs(first: Version) -> str:
    return f"MLflow 3{'.2 and later need' if first == _SINCE_3_2 else '.0 and 3.1 need'} Python {first} or a later one"
