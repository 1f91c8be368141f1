"""Tells from a file's bytes which names of its top level lead to something: most files that import one take others from it."""

from __future__ import annotations

import keyword
import re
from collections import deque
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass

# Where a statement of the top level begins: at the beginning of a line, with what opens one.
_STATEMENT = re.compile(rb"^(?=[^\s#)\]}])", re.MULTILINE)
_WORD = re.compile(rb"[A-Za-z_]\w*")
# Words that are no names of a top level.
_NEVER = frozenset(word.encode() for word in (*keyword.kwlist, "self", "cls", "_"))
# A line that is a comment: its words name nothing.
_COMMENT = re.compile(rb"^[ \t]*#.*", re.MULTILINE)
# What strings say binds no names either.
_LONG_STRING = re.compile(rb"\"\"\"[^\"]*(?:\"{1,2}(?!\")[^\"]*)*\"\"\"|\'\'\'[^\']*(?:\'{1,2}(?!\')[^\']*)*\'\'\'")
_SHORT_STRING = re.compile(rb"\"[^\"\n]*\"|'[^'\n]*'")
_COMPOUND = re.compile(rb"(?:if|elif|else|try|except|finally|(?:async[ \t]+)?(?:with|for)|while)\b")
_HEADER_ENDS = re.compile(rb":[ \t]{0,20}(?:#.{0,300})?\n{1,20}")
# Blocks within blocks are told apart so deeply; deeper ones are one with what holds them.
_DEPTH = 12
_INDENTED = re.compile(rb"[ \t]+")
# `os.environ["NAME"] = ...` and `sys.modules[__name__] = ...` bind nothing that others take by these names.
_OF_PYTHON = re.compile(rb"^(?:os|sys|builtins|logging|warnings)\b")
_QUOTES = re.compile(rb"\"\"\"|'''")
_STRING = re.compile(rb"[rRuU]?[\"']")
_DEFINITION = re.compile(rb"(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)")
_GLOBAL = re.compile(rb"^[ \t]+global[ \t]+([\w, \t]+)", re.MULTILINE)
_IMPORT = re.compile(rb"(?:from[ \t]+([.\w]+)[ \t]+)?import\b")
# `@pytest.fixture(name="tracker")`
_NAMED = re.compile(rb"\bname[ \t]*=[ \t]*[\"'](\w+)[\"']")
# What stands in front of `=`, of the `:` of an annotation, behind `for`, `as`, `def`, `class` and `import`, and in front of `:=`.
_TARGETS = re.compile(
    rb"^([\w \t,.*\[\]\"']{1,300})(?::[^=\r\n]{0,300})?[-+/|&]?=(?!=)"
    rb"|\bfor[ \t]((?:(?![ \t]in\b)[\w,*() \t]){1,300})[ \t]in\b|\b(?:as|def|class)[ \t]+(\w{1,80})|(?<!\w)(\w{1,80})[ \t]{0,4}:="
    rb"|\bimport[ \t]([\w.,() \t]{1,300})",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, eq=False)
class _Statement:
    """A statement of the top level.

    Attributes:
        text: Its bytes.
        words: All words in it.
        starts: Whether it leads there by itself.
        bound: The names that it may bind; those of an import are told one by one.
    """

    text: bytes
    words: frozenset[bytes]
    starts: bool
    bound: frozenset[bytes]


def leading_names(data: bytes, starts: Callable[[bytes], bool], brought: Set[bytes]) -> Set[bytes]:
    """Return the names of a file's top level that may lead to something, directly or through others of the file; more rather than fewer.

    Args:
        data: The code.
        starts: Returns whether a part of the code leads there by itself.
        brought: The names that lead there in the files that this one imports.
    """
    statements = list(_statements(data, starts))
    # What is named anywhere may be offered under its name: by `__all__`, `__getattr__` or a table of what is imported late.
    found = {word for each in statements for word in each.words & brought}
    leading = set(brought)
    by_word: dict[bytes, list[_Statement]] = {}
    for each in statements:
        for word in each.words:
            by_word.setdefault(word, []).append(each)
    asked, done = deque(statements), set[_Statement]()
    while asked:
        each = asked.popleft()
        names = None if each in done else _leading(each, starts, leading, brought)
        if names is not None:
            done.add(each)
            found |= names
            for name in names - leading:
                asked += by_word.get(name, ())
            leading |= names
    return found


def words_in(data: bytes) -> frozenset[bytes]:
    """Return the words of a file, as they stand in the names that lead somewhere."""
    return frozenset(_WORD.findall(data)) - _NEVER


def _leading(
    statement: _Statement, starts: Callable[[bytes], bool], leading: Set[bytes], brought: Set[bytes]
) -> Set[bytes] | None:
    """Return the names that a statement makes lead there; None when it has nothing to do with it."""
    match = _IMPORT.match(statement.text)
    items = statement.text[match.end() :] if match is not None else b""
    if b"*" in items:
        return brought
    if not statement.starts and leading.isdisjoint(statement.words):
        return None
    if match is None:
        return statement.bound
    if match[1] is not None and starts(match[1]):
        return words_in(items)
    chosen = (item for item in items.split(b",") if starts(item) or not leading.isdisjoint(_WORD.findall(item)))
    return frozenset(word for item in chosen for word in words_in(item))


def _statements(data: bytes, starts: Callable[[bytes], bool]) -> Iterator[_Statement]:
    code = _COMMENT.sub(b"", data.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n"))
    waiting = [(text, _DEPTH) for text in _joined(code)]
    while waiting:
        text, depth = waiting.pop()
        header, body = _parted(text) if depth else (text, b"")
        # What stands under a condition depends on it, and not on what else stands there.
        yield _Statement(header, words_in(header), starts(header), _names_bound(text))
        waiting += [(each, depth - 1) for each in _joined(body)]


def _parted(text: bytes) -> tuple[bytes, bytes]:
    """Return the header of a compound statement and its block, without its indentation; of any other statement, all and nothing."""
    end = _HEADER_ENDS.search(text) if _COMPOUND.match(text) else None
    indented = _INDENTED.match(text, end.end()) if end is not None else None
    if end is None or indented is None:
        return text, b""
    return text[: end.end()], re.sub(rb"^" + indented[0], b"", text[end.end() :], flags=re.MULTILINE)


def _names_bound(text: bytes) -> frozenset[bytes]:
    return frozenset(name for name in _bound(text) if not name.startswith(b"__")) - _NEVER


def _joined(data: bytes) -> Iterator[bytes]:
    """Return the statements; a decorator goes with what it decorates, and a line within a long string with what that stands in."""
    starts = [match.start() for match in _STATEMENT.finditer(data)]
    begun, is_open = 0, False
    for start, end in zip(starts, [*starts[1:], len(data)], strict=False):  # a file may have comments alone
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
    is_whole = len(_QUOTES.findall(text)) % 2 == 0
    if is_whole and _STRING.match(text):
        return  # what documents the module
    if definition is not None and is_whole:
        yield definition[1]
        for names in _GLOBAL.findall(decorated):
            yield from _WORD.findall(names)
        return
    imported = _IMPORT.match(text)
    if imported is not None:
        yield from _WORD.findall(text, imported.end())
        return
    if _COMPOUND.match(text) and b"\n" not in text.rstrip():
        yield from _WORD.findall(text)  # what stands behind the colon is a statement of its own
        return
    for groups in _TARGETS.findall(_SHORT_STRING.sub(b'""', _LONG_STRING.sub(b'""', text))):
        for group in groups:
            if not _OF_PYTHON.match(group):
                yield from _WORD.findall(group)
