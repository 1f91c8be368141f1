"""Commands that install MLflow: in shell scripts, Dockerfiles, workflows, and after ``%`` and ``!`` in notebooks."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from codemod.dependencies import requirement, versions
from codemod.dependencies.places import PIN, Choices, CoveredSpans, Place
from codemod.dependencies.variables import Substitutions
from codemod.dependencies.versions import UnknownSpecifierError
from codemod.findings import Safety

_LOGICAL = re.compile(r"(?:[^\r\n\\]|\\(?:\r\n|.)|\\)+", re.DOTALL)
_SEPARATOR = r"""["',\s]+"""
_INSTALL = re.compile(
    rf"\b(?P<conda>conda|mamba|micromamba)\b|\bpip[\d.]*{_SEPARATOR}(?:install|download|wheel)\b|\bpipenv{_SEPARATOR}install\b|\bpipx{_SEPARATOR}(?:install|run)\b"
    rf"|\b(?:uv|pdm|poetry){_SEPARATOR}(?:add|run|tool)\b|\buvx\b|--with\b|(?<=-)pip:"
)
# What follows the name of conda before the command proper, such as `run -n base conda`.
_CONDA_INSTALL = re.compile(r"""[^|;&]{0,300}?["',\s](?:install|create)\b""")
_REDIRECTION = re.compile(r">{1,2}(?!=)")  # `pip install mlflow>2.log`
_ENDS = re.compile(r"&&|\|\||[;|]")
_VALUE = r"(?:\$\{\{[^{}]*\}\}|\$\{[^{}]*\}|\$\(\w+\)|\$\w+|[\w.*+!-])+"
_ONE = rf"(?:===|==|~=|!=|<=|>=|<|>|=)[ ]?(?=[\d$]){_VALUE}"
_REQUIREMENT = re.compile(
    rf"(?<![\w./@:+=-])(?P<name>{requirement.NAME})(?![\w-])(?P<extras>{requirement.EXTRAS})?(?P<space>[ ]?)"
    rf"(?P<specifier>{_ONE}(?:[ ]?,[ ]?{_ONE})*)",
    re.IGNORECASE,
)
# What a reader of lines cannot be sure of, and what must not be passed over.
_REST = re.compile(
    r"(?:(?<![\w./@:+=-])|(?<=PACKAGES=)|(?<=REQUIREMENTS=)|(?<=DEPENDENCIES=))"
    rf"(?:{requirement.NAME})(?:[ ]?{requirement.EXTRAS})?"
    r"(?:[ ]?(?:===?|~=|\\?<=)[ ]?[\"']?[012](?:\.\d|\b(?!\.))|[ ]?\\?<[ ]?[0123]\b|@[\^~]?v?[012]\.\d)[\w.]*",
    re.IGNORECASE,
)


_CONDA_REST = re.compile(
    rf"(?<![\w./@+-])(?:{requirement.NAME})(?:=[0-2][\w.*]*|\[version[^\[\]\r\n]*\])", re.IGNORECASE
)


def find(text: str, choices: Choices, variables: Substitutions) -> Iterator[Place]:
    """Find what commands install of MLflow in text whose comments are blanked."""
    for line in _LOGICAL.finditer(text):
        if "mlflow" not in line[0].lower():
            continue
        states = _quotes(line[0])
        ends = [found.start() for found in _ENDS.finditer(line[0]) if not states[found.start()]]
        done = -1
        for install in _INSTALL.finditer(line[0]):
            if install["conda"] and _CONDA_INSTALL.match(line[0], install.end()) is None:
                continue
            after = bisect_left(ends, install.end())
            end = ends[after] if after < len(ends) else len(line[0])
            if end <= done:  # within a command that was looked at
                continue
            done = end
            for found in _REQUIREMENT.finditer(line[0], install.end(), end):
                yield from _found(found, line, states, choices, variables, conda=bool(install["conda"]))
    yield from requirement.urls(text)


def leftovers(text: str, known: list[Place], *, conda: bool = False) -> Iterator[Place]:
    """Report pins that stand where no reader expects them, in text whose comments are blanked."""
    taken = CoveredSpans(known)
    for found in _CONDA_REST.finditer(text) if conda else ():
        if not taken.has(*found.span(), beside=True):
            yield requirement.unknown(found[0], found.start())
    for found in _REST.finditer(text):
        if not taken.has(*found.span()):
            message = f"`{found[0]}` keeps MLflow 3 out; take a release of MLflow 3"
            yield Place(PIN, *found.span(), message)


def _found(
    found: re.Match[str],
    line: re.Match[str],
    states: list[str],
    choices: Choices,
    variables: Substitutions,
    *,
    conda: bool,
) -> Iterator[Place]:
    text, base = line[0], line.start()
    start, end = found.span()
    before, after = text[start - 1 : start], text[end : end + 1]
    is_quoted = before in ("'", '"', "`") and (after == before or after in ("\\", ";", " "))
    if not is_quoted and _REDIRECTION.match(found["specifier"]):
        return
    if not is_quoted and " " in found["space"] + found["specifier"].partition("${{")[0]:
        return  # `pip install mlflow > log.txt`
    whole = base + start, base + end
    specifier = found["specifier"]
    reader = versions.conda if conda else versions.pep_440
    if "$" in specifier:
        known = variables.resolved(specifier)
        try:
            if known is None:
                yield requirement.unknown(found[0], *_length(whole))
            elif not reader(known).admit_3:
                message = f"`{found['name']}{known}`, by a variable, keeps MLflow 3 out; give the variable a release of MLflow 3"
                yield Place(PIN, *whole, message)
        except UnknownSpecifierError:
            yield requirement.unknown(found[0], *_length(whole))
        return
    if not conda and specifier.startswith("=") and not specifier.startswith("=="):
        yield requirement.unknown(found[0], *_length(whole))
        return
    span = base + found.start("specifier"), base + found.end("specifier")
    for place in requirement.pin(specifier, span, whole, found[0], reader, choices):
        yield place if is_quoted or not place.edits else _with_quotes(place, base + start, text, states[start])


def _with_quotes(place: Place, start: int, text: str, outer: str) -> Place:
    """Quote the edited word, because the shell reads ``<`` and ``>`` as redirections."""
    _, end, new = place.edits[0]
    if not re.search(r"[<>*!\s]", new):
        return place
    quote = "'" if outer == '"' else '"'
    if outer and quote in text:
        return Place(place.code, place.start, place.end, place.message, Safety.MANUAL)
    cut = place.edits[0][0]
    return Place(
        place.code, place.start, place.end, place.message, place.safety,
        ((start, start, quote), (cut, end, new + quote)),
    )  # fmt: skip


def _quotes(text: str) -> list[str]:
    """Return for every character the quotes that it stands in, or ""."""
    states, state, escaped = [], "", False
    for character in text:
        states.append(state)
        if escaped:
            escaped = False
        elif character == "\\" and state != "'":
            escaped = True
        elif state:
            state = "" if character == state else state
        elif character in "\"'":
            state = character
    return [*states, state]


def _length(whole: tuple[int, int]) -> tuple[int, int]:
    return whole[0], whole[1] - whole[0]
