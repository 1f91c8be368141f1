"""What the readers of the formats give: places in the text, and what they need to know to judge them."""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate

from codemod.findings import Safety

PIN, SERVER, CONSTRAINTS, FILE_STORE, STAGE_URI, SETTINGS = "MLF502", "MLF503", "MLF504", "MLF501", "MLF302", "MLF506"
HOSTED, MODEL_NAME, ARTIFACTS, RUN_FILES, ARGUMENTS = "MLF509", "MLF102", "MLF204", "MLF507", "MLF106"
LOGGED_NAME = "MLF101"


@dataclass(frozen=True, slots=True)
class Place:
    """One stretch of a string that a rule has something to say about.

    Attributes:
        code: The rule.
        start: First character.
        end: One past the last.
        message: One line: what is here and what to do.
        safety: The verdict.
        edits: Stretches with their new text; empty when a person must decide.
    """

    code: str
    start: int
    end: int
    message: str
    safety: Safety = Safety.MANUAL
    edits: tuple[tuple[int, int, str], ...] = ()

    def by_hand(self, reason: str = "") -> Place:
        """Return the place without its fix, which a person must make, and why."""
        message = self.message.replace("; the fix writes", "; write")
        return replace(self, message=f"{message}; {reason}" if reason else message, safety=Safety.MANUAL, edits=())


class CoveredSpans:
    """Which stretches of a string some places cover, to be asked of many others."""

    def __init__(self, places: Iterable[Place]) -> None:
        spans = sorted((place.start, place.end) for place in places)
        self._starts = [start for start, _ in spans]
        self._furthest = [*accumulate((end for _, end in spans), max)]

    def has(self, start: int, end: int, *, beside: bool = False) -> bool:
        """Return whether one of them has a character in common with a stretch, or ends or starts where it starts or ends (``beside``)."""
        count = bisect_right(self._starts, end if beside else end - 1)
        return count > 0 and (self._furthest[count - 1] >= start if beside else self._furthest[count - 1] > start)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a run wants.

    Attributes:
        target: ``"3"``, a release such as ``"3.5"``, or ``"both"``.
        release: The newest known release that counts as the target.
        version: The specifier that a person asked for, or "".
        stages: Registry stages all of whose uses can become aliases together.
        floor: The oldest MLflow that the code needs once it is fixed, such as ``"3.11"``; "" where that is not known.
        renamed: Old and new names of models that get another one in this run.
        logged: The paths at which the code of the project logs models, as far as they are known.
        logs_computed: Whether it logs some at paths that only the running program knows.
        plain: The paths at which it logs files that are no models.
        name_keys: The keys by which it reads names of models from outside, each behind that of its section where that is known.
        names_store: Whether the code of the project says where its runs are kept; None where that is not known.
    """

    target: str
    release: str
    version: str = ""
    stages: frozenset[str] = frozenset()
    floor: str = ""
    names_store: bool | None = None
    renamed: tuple[tuple[str, str], ...] = ()
    logged: frozenset[str] = frozenset()
    logs_computed: bool = False
    plain: frozenset[str] = frozenset()
    name_keys: frozenset[tuple[str, ...]] = frozenset()
    takes_default_store: bool = False

    def at_least(self, release: str) -> bool:
        """Return whether the target is this release or a later one, by major and minor."""
        return _minor(self.release) >= _minor(release)


def _minor(release: str) -> tuple[int, int]:
    major, minor = release.split(".")[:2]
    return int(major), int(minor)


_COMMENT = re.compile(r"(?m)(?:^|(?<=[ \t]))#[^\r\n]*")


@functools.lru_cache(
    maxsize=4
)  # several readers ask for the same file, and a file of code once for each of its requirements
def without_comments(text: str) -> str:
    """Blank out comments, so that every offset stays. A ``#`` inside a word or right after a quote is none."""
    return _COMMENT.sub(lambda found: " " * len(found[0]), text)
