"""Tells from a file's bytes, before anything parses them, whether rules can have something to say about it."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Set
from dataclasses import dataclass

from codemod.documents import LFS_POINTER
from codemod.rules.base import Rule

_WORD = re.compile("[A-Za-z_][A-Za-z0-9_]*")
# In the JSON of a notebook, the letter of such an escape would become part of the word behind it.
_ESCAPES = (rb"\n", rb"\t", rb"\r")


@dataclass(frozen=True, slots=True)
class Triggers:
    """What must stand in a file that some rules can find something in.

    One search for each word and pattern: looking for a fixed text, or a pattern that begins with one, is many times as fast as
    looking for one of several.

    Attributes:
        texts: Each enough by itself.
        patterns: Each enough by itself.
        vocabularies: Of those rules that ask for it: whether the words of a file allow a finding.
    """

    texts: tuple[bytes, ...]
    patterns: tuple[re.Pattern[bytes], ...]
    vocabularies: tuple[Callable[[Set[str]], bool], ...]

    def search(self, data: bytes) -> bool:
        """Whether the rules must look at a file, or at a part of one."""
        if any(text in data for text in self.texts) or any(pattern.search(data) for pattern in self.patterns):
            return True
        if not self.vocabularies:
            return False
        words = words_of(data)
        return any(allows(words) for allows in self.vocabularies)

    def concerns(self, data: bytes) -> bool:
        """Whether rules could miss something because of a part that cannot be read.

        A part that only speaks of MLflow may give a name to what other parts use.
        """
        return names_mlflow(data) or self.search(data)


def names_mlflow(data: bytes) -> bool:
    """Whether a file speaks of MLflow. One that does and cannot be read must not pass for one without findings.

    Nobody can tell of a file that is not there, where a Git LFS pointer is all there is.
    """
    if b"mlflow" in data or data.startswith(LFS_POINTER):
        return True
    return b"\0" in data and b"mlflow" in data.replace(b"\0", b"")  # UTF-16, as PowerShell writes it


def words_of(data: bytes) -> frozenset[str]:
    """Return the words of a file, in code or elsewhere, that could be names of MLflow."""
    for escape in _ESCAPES:
        data = data.replace(escape, b" ")
    return frozenset(_WORD.findall(data.decode("latin-1")))


def concerned(rules: tuple[Rule, ...], data: bytes) -> tuple[Rule, ...]:
    """Return those of the rules that can find something in a file, or in its code."""
    wanted = triggers(rules)
    found: set[bytes | re.Pattern[bytes]] = {text for text in wanted.texts if text in data}
    found.update(pattern for pattern in wanted.patterns if pattern.search(data))
    words = words_of(data) if wanted.vocabularies else frozenset[str]()
    return tuple(
        rule for rule in rules if not found.isdisjoint(rule.triggers) or (rule.words is not None and rule.words(words))
    )


@functools.lru_cache(maxsize=256)
def triggers(rules: tuple[Rule, ...]) -> Triggers:
    """Put together what the rules ask for."""
    every = Counter(trigger for rule in rules for trigger in rule.triggers)  # what many rules look for comes first
    texts = [trigger for trigger, _ in every.most_common() if isinstance(trigger, bytes)]
    patterns = [trigger for trigger in every if isinstance(trigger, re.Pattern)]
    return Triggers(tuple(texts), tuple(patterns), tuple(rule.words for rule in rules if rule.words is not None))
