"""Where the strings of a TOML document stand. Its meaning is the affair of the library that also reads it."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")
_KEY = re.compile(r"""[ \t]*(?:"([^"\\\r\n]*)"|'([^'\r\n]*)'|([A-Za-z0-9_-]+))[ \t]*""")
_STRING = re.compile(
    r'"""(?P<a>(?:[^"\\]|\\.|"(?!""))*"{0,2})"""'
    r"|'''(?P<b>(?:[^']|'(?!''))*'{0,2})'''"
    r'|"(?P<c>(?:[^"\\\r\n]|\\.)*)"'
    r"|'(?P<d>[^'\r\n]*)'",
    re.DOTALL,
)
_BARE = re.compile(r"[^\s,\]}#]+(?: [0-9][^\s,\]}#]*)?")

KeyPath = tuple[str, ...]


class TomlError(Exception):
    """Text that is no TOML as far as this reader knows it."""


@dataclass(frozen=True, slots=True)
class Literal:
    """One string of the document.

    Attributes:
        path: The keys that lead to it; the elements of an array share the array's.
        start: First character of the content, after the quotes.
        content: What stands between the quotes.
        plain: Whether the content is the value: no escapes, one line.
        listed: Whether it is, or lies in, an element of an array.
    """

    path: KeyPath
    start: int
    content: str
    plain: bool
    listed: bool


def toml_strings(text: str) -> list[Literal]:
    """Return every string in order.

    Raises:
        TomlError: If the text is not understood.
    """
    return list(_document(text))


def _document(text: str) -> Iterator[Literal]:
    at = 0
    table: KeyPath = ()
    while (at := _blank(text, at)) < len(text):
        if text[at] == "[":
            width = 2 if text.startswith("[[", at) else 1
            table, at = _dotted(text, at + width)
            if text[at : at + width] != "]" * width:
                raise TomlError
            at += width
        else:
            at = yield from _pair(text, at, table, listed=False)


def _pair(text: str, at: int, table: KeyPath, *, listed: bool) -> Generator[Literal, None, int]:
    key, at = _dotted(text, at)
    if text[at : at + 1] != "=":
        raise TomlError
    return (yield from _value(text, at + 1, table + key, listed=listed))


def _value(text: str, at: int, path: KeyPath, *, listed: bool) -> Generator[Literal, None, int]:
    at = _blank(text, at)
    opening = text[at : at + 1]
    if opening in ("'", '"'):
        found = _STRING.match(text, at)
        if found is None:
            raise TomlError
        kind = found.lastgroup or ""
        content = found[kind]
        is_plain = "\n" not in content and (kind in "bd" or "\\" not in content)
        yield Literal(path, found.start(kind), content, is_plain, listed)
        return found.end()
    if opening in ("[", "{"):
        closing = "]" if opening == "[" else "}"
        at = _blank(text, at + 1)
        while text[at : at + 1] != closing:
            if opening == "[":
                at = yield from _value(text, at, path, listed=True)
            else:
                at = yield from _pair(text, at, path, listed=listed)
            at = _blank(text, at)
            if text[at : at + 1] == ",":
                at = _blank(text, at + 1)
            elif text[at : at + 1] != closing:
                raise TomlError
        return at + 1
    found = _BARE.match(text, at)
    if found is None:
        raise TomlError
    return found.end()


def _dotted(text: str, at: int) -> tuple[KeyPath, int]:
    keys = []
    while True:
        found = _KEY.match(text, at)
        if found is None:
            raise TomlError
        keys.append(next(group for group in found.groups() if group is not None))
        at = found.end()
        if text[at : at + 1] != ".":
            return tuple(keys), at
        at += 1


def _blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at
