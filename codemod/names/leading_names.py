"""Tells from a file's bytes which names of its top level lead to something: most files that import one take others from it."""

from __future__ import annotations

import keyword
import re
from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass

# Where a statement of the top level begins: at the beginning of a line, with what opens one.
_STATEMENT = re.compile(rb"^(?=[^\s#)\]}])", re.MULTILINE)
_WORD = re.compile(rb"[A-Za-z_]\w*")
# Words that are no names of a top level.
_NEVER = frozenset(word.encode() for word in (*keyword.kwlist, "self", "cls", "_"))
_QUOTES = re.compile(rb"\"\"\"|'''")
_DEFINITION = re.compile(rb"(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)")
_GLOBAL = re.compile(rb"^[ \t]+global[ \t]+([\w, \t]+)", re.MULTILINE)
_IMPORT = re.compile(rb"(?:from[ \t]+([.\w]+)[ \t]+)?import\b")
# `@pytest.fixture(name="tracker")`
_NAMED = re.compile(rb"\bname[ \t]*=[ \t]*[\"'](\w+)[\"']")
# What stands in front of `=`, of the `:` of an annotation, behind `for`, `as`, `def`, `class` and `import`, and in front of `:=`.
_TARGETS = re.compile(
    rb"^([\w \t,.*\[\]\"']{1,300})(?::[^=\r\n]{0,300})?[-+/|&]?=(?!=)"
    rb"|\bfor[ \t]((?:(?![ \t]in\b)[\w,*() \t]){1,300})|\b(?:as|def|class)[ \t]+(\w{1,80})|(?<!\w)(\w{1,80})[ \t]{0,4}:="
    rb"|\bimport[ \t]([\w.,() \t]{1,300})",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement of the top level.

    Attributes:
        text: Its bytes.
        words: All words in it.
        bound: The names that it may bind; those of an import are told one by one.
    """

    text: bytes
    words: frozenset[bytes]
    bound: frozenset[bytes]


def leading_names(data: bytes, seeds: Collection[bytes], words: Collection[bytes], brought: Set[bytes]) -> Set[bytes]:
    """Return the names of a file's top level that may lead to something, directly or through others of the file; more rather than fewer.

    Args:
        data: The code.
        seeds: Strings, in small letters; what has one of them leads there.
        words: The same of whole words.
        brought: The names that lead there in the files that this one imports.
    """
    left = list(_statements(data))
    leading = {*brought, *words}
    # What is named anywhere may be offered under its name: by `__all__`, `__getattr__` or a table of what is imported late.
    found = {word for each in left for word in each.words & brought}
    while True:
        new, rest = set[bytes](), []
        for each in left:
            names = _leading(each, seeds, leading, brought)
            if names is None:
                rest.append(each)
            else:
                new |= names
        if len(rest) == len(left):
            return found
        left = rest
        found |= new
        leading |= new


def words_in(data: bytes) -> frozenset[bytes]:
    """Return the words of a file, as they stand in the names that lead somewhere."""
    return frozenset(_WORD.findall(data)) - _NEVER


def _leading(
    statement: _Statement, seeds: Collection[bytes], leading: Set[bytes], brought: Set[bytes]
) -> Set[bytes] | None:
    """Return the names that a statement makes lead there; None when it has nothing to do with it."""
    match = _IMPORT.match(statement.text)
    items = statement.text[match.end() :] if match is not None else b""
    if b"*" in items:
        return brought
    if leading.isdisjoint(statement.words) and not _has(statement.text, seeds):
        return None
    if match is None or _has(match[1] or b"", seeds):
        return statement.bound
    chosen = (item for item in items.split(b",") if _has(item, seeds) or not leading.isdisjoint(_WORD.findall(item)))
    return frozenset(word for item in chosen for word in words_in(item))


def _has(text: bytes, seeds: Collection[bytes]) -> bool:
    lowered = text.lower()
    return any(seed in lowered for seed in seeds)


def _statements(data: bytes) -> Iterator[_Statement]:
    for text in _joined(data.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n")):
        yield _Statement(text, words_in(text), frozenset(_bound(text)) - _NEVER)


def _joined(data: bytes) -> Iterator[bytes]:
    """Return the statements; a decorator goes with what it decorates, and a line within a long string with what that stands in."""
    starts = [match.start() for match in _STATEMENT.finditer(data)]
    begun, is_open = 0, False
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        is_open ^= len(_QUOTES.findall(data, start, end)) % 2 == 1
        if not is_open and not (data.startswith(b"@", start) and end < len(data)):
            yield data[begun:end]
            begun = end
    if begun < len(data):
        yield data[begun:]


def _bound(text: bytes) -> Iterator[bytes]:
    decorated, is_decorated = text, text.startswith(b"@")
    if is_decorated:
        match = re.search(rb"^(?!@)(?=\S)(?![)\]}#])", text, re.MULTILINE)
        decorated = text[match.start() :] if match is not None else text
        yield from _NAMED.findall(text[: len(text) - len(decorated)])
    definition = _DEFINITION.match(decorated)
    # Where quotes do not tell how long it is, other definitions may stand behind it.
    if definition is not None and len(_QUOTES.findall(text)) % 2 == 0:
        yield definition[1]
        for names in _GLOBAL.findall(decorated):
            yield from _WORD.findall(names)
        return
    if _IMPORT.match(text):
        yield from _WORD.findall(text)
        return
    for groups in _TARGETS.findall(text):
        for group in groups:
            yield from _WORD.findall(group)
