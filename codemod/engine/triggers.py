"""Tells from a file's bytes, before anything parses them, whether rules can have something to say about it.

All of it is derived from the rules' selectors: a file is left out when every selector of every rule needs a string that is not there.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from codemod.documents import LFS_POINTER
from codemod.names.reads import words_of_file
from codemod.rules.base import Rule
from codemod.rules.selectors import Needs, Selector

# So many letters there are, and strings of this length are seldom found by chance.
_LETTERS, _TELLING = 26, 4


@dataclass(frozen=True, slots=True)
class Triggers:
    """What must stand in a file that some rules can find something in.

    Attributes:
        needles: One of these stands in every such file, in small letters or others. Looking for a fixed text is many times as
            fast as looking for one of several, so they are as few as the selectors allow.
        selectors: What the rules look for, each with its rule.
        allowed: For each needle, the indices of the selectors that a file with it may allow; a file without any of a
            selector's needles cannot allow it, so the selector's other strings are not looked for.
    """

    needles: tuple[bytes, ...]
    selectors: tuple[tuple[Rule, Selector], ...]
    allowed: tuple[frozenset[int], ...]

    def search(self, data: bytes) -> bool:
        """Return whether the rules must look at a file, or at a part of one."""
        return next(self.select(data), None) is not None

    def select(self, data: bytes) -> Iterator[tuple[Rule, Selector]]:
        """Return those selectors that can select something in a file, or in its code, each with its rule."""
        lowered = data.lower()
        pairs = zip(self.needles, self.allowed, strict=True)
        possible = frozenset[int]().union(*(allowed for needle, allowed in pairs if needle in lowered))
        text = _Text(data, lowered)
        return (self.selectors[index] for index in sorted(possible) if text.allows(self.selectors[index][1]))

    def concerns(self, data: bytes) -> bool:
        """Return whether rules could miss something because of a part that cannot be read.

        A part that only speaks of MLflow may give a name to what other parts use.
        """
        return names_mlflow(data) or self.search(data)


class _Text:
    """The bytes of a file, asked for many texts: each is looked for once.

    Args:
        data: The bytes.
        lowered: The same in small letters.
    """

    def __init__(self, data: bytes, lowered: bytes) -> None:
        self._data, self._lowered = data, lowered
        self._known: dict[str, bool] = {}
        self._words: frozenset[str] | None = None

    def allows(self, selector: Selector) -> bool:
        """Return whether everything is there that a selector needs."""
        if not all(any(map(self._holds, texts)) for texts in selector.needs):
            return False
        if selector.words is None:
            return True
        if self._words is None:
            self._words = words_of_file(self._data)
        return selector.words(self._words)

    def _holds(self, text: str) -> bool:
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = text.encode() in self._lowered
        return known


def names_mlflow(data: bytes) -> bool:
    """Return whether a file speaks of MLflow. One that does and cannot be read must not pass for one without findings.

    Nobody can tell of a file that is not there, where a Git LFS pointer is all there is.
    """
    if b"mlflow" in data or data.startswith(LFS_POINTER):
        return True
    return b"\0" in data and b"mlflow" in data.replace(b"\0", b"")  # UTF-16, as PowerShell writes it


@functools.lru_cache(maxsize=1)  # the same file is asked about before it is read and when it is looked at
def concerned(rules: tuple[Rule, ...], data: bytes) -> tuple[tuple[Rule, Selector], ...]:
    """Return those selectors of some rules that can select something in a file, or in its code."""
    return tuple(triggers(rules).select(data))


@functools.lru_cache(maxsize=256)
def triggers(rules: tuple[Rule, ...]) -> Triggers:
    """Put together what the rules ask for."""
    pairs = tuple((rule, selector) for rule in rules for selector in rule.on)
    selectors = [selector for _, selector in pairs]
    needles = _needles(selectors)
    guards = [_guards(selector.needs, needles) for selector in selectors]
    allowed = (frozenset(index for index, guard in enumerate(guards) if needle in guard) for needle in needles)
    return Triggers(tuple(needle.encode() for needle in needles), pairs, tuple(allowed))


def _guards(needs: Needs, needles: Iterable[str]) -> frozenset[str]:
    """Return needles of which one stands in every file that has some needs: those of the group that needs the fewest."""
    groups = [
        {needle for text in texts for needle in needles if needle in text}
        for texts in needs
        if _is_covered(texts, needles)
    ]
    fewest = min(groups, key=len, default=None)
    return frozenset(needles if fewest is None else fewest)


def _is_covered(texts: Set[str], needles: Iterable[str]) -> bool:
    """Return whether each of some strings has one of the needles in it."""
    return all(any(needle in text for needle in needles) for text in texts)


def _needles(selectors: Iterable[Selector]) -> list[str]:
    """Return few strings of which one stands in every file that allows one of the selectors."""
    left = {selector.needs for selector in selectors}
    if () in left:
        return [""]
    every = {text for needs in left for texts in needs for text in texts}
    holders = {needle: frozenset(text for text in every if needle in text) for needle in every}
    held = {texts: frozenset().union(*map(holders.__getitem__, texts)) for needs in left for texts in needs}
    ordered = sorted(held, key=sorted)
    chosen: set[str] = set()
    covered: frozenset[str] = frozenset()
    while left:
        wanted = {texts for needs in left for texts in needs}
        groups = [texts for texts in ordered if texts in wanted]
        best = max(groups, key=lambda texts: len(_covered(left, covered | held[texts])) / _cost(texts - chosen))
        chosen |= best
        covered |= held[best]
        left -= _covered(left, covered)
    return sorted(text for text in chosen if not any(other in text and other != text for other in chosen))


def _covered(every: Set[Needs], covered: Set[str]) -> set[Needs]:
    """Return those needs that a file can have only when it has one of some strings."""
    return {needs for needs in every if any(texts <= covered for texts in needs)}


def _cost(texts: Set[str]) -> float:
    """Say what looking for some strings costs: a search for each, and for a short one the files that hold it by chance."""
    return sum(1.0 + float(_LETTERS) ** (_TELLING - len(text)) for text in texts)
