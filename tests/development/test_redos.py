"""The check itself, and what it must not be needed for: how the time of every expression grows."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterator

import pytest

from development.redos.automaton import Automaton
from development.redos.check import BOUNDED
from development.redos.patterns import PatternUse, rooms, uses

_NOTHING = 0.03
"""Seconds of which nobody need ask how they grow."""


def kinds(pattern: str, *, searches: bool = False, whole: bool = False) -> set[str]:
    return {each.kind for each in Automaton(pattern, 0, searches=searches, whole=whole).weaknesses()}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"(?:[ \t]*(?:\r\n|\r|\n))*x", {"exponential"}),
        (r"(?:[ \t]*(?:\r\n|\r(?!\n)|\n))*x", set()),
        (r"(?:a|a)*b", {"exponential"}),
        (r"(?:a*)*b", {"exponential"}),
        (r"(?:a|ab?)*c", {"exponential"}),
        (r"(?:a|ba)*c", set()),
        (r"\s*,?\s*x", {"polynomial"}),
        (r"\s*(?:,\s*)?x", set()),
        (r"(?:(?:=|)\s*\d+(?:\s*,\s*)?)*x", {"exponential"}),
        (r"(?:(?:b*)?a)*x", {"exponential"}),
        (r"(?:a?)*x", set()),
        (r"a+", set()),
        (r"\w+\b", set()),
    ],
)
def test_the_check_knows_slow_expressions(pattern: str, expected: set[str]) -> None:
    assert expected <= kinds(pattern)
    assert expected or not kinds(pattern)


@pytest.mark.parametrize(
    ("pattern", "is_slow"),
    [
        (r"[ \t]+x", True),
        (r"(?<![ \t])[ \t]+x", False),
        (r"\[[^\]]*\]", True),
        (r"\[[^\[\]]*\]", False),
        (r"#[^\n]*", False),
        (r"(?<!\w)\w+=", False),
        (r"\w+=", True),
        (r"echo(?!.*;)", True),
    ],
)
def test_a_search_tries_every_place(pattern: str, is_slow: bool) -> None:
    assert bool(kinds(pattern, searches=True)) == is_slow


def test_a_text_that_must_end_can_fail_late() -> None:
    assert not kinds(r"(?:a|a)*")
    assert kinds(r"(?:a|a)*", whole=True) == {"exponential"}
    assert not kinds(r"a.*", whole=True)


def test_expressions_of_the_project_are_found() -> None:
    names = {use.name for room in rooms() for use in uses(room)}
    assert "codemod.documents.databricks._SEPARATOR" in names
    assert any(":" in name for name in names), "those that stand in calls of re"
    assert set(BOUNDED) <= names, "what is excused must be there"
    assert len(names) > 100


def _cost(run: Callable[[str], object], text: str) -> float:
    """Return the seconds of one run, or the least of three where they would matter."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        run(text)
        best = min(best, time.process_time() - start)
        if best < _NOTHING:
            break
    return best


@pytest.mark.parametrize("room", rooms())
def test_time_grows_with_the_text(room: str) -> None:
    """Four times the text takes about four times the time, whatever is repeated that the expression tells apart."""
    slow = [fault for use in uses(room) for fault in _faults(use)]
    assert not slow, "\n".join(slow)


def _faults(use: PatternUse) -> Iterator[str]:
    automaton = Automaton(use.pattern.pattern, use.pattern.flags, searches=use.searches, whole=use.whole)
    words = sorted(set(re.findall(r"[a-z#%=/:.-]{3,}", str(use.pattern.pattern))), key=len)[-4:]
    pumps = [*automaton.alphabet, *map("".join, itertools.product("\r\n# a", repeat=2)), "\r\n", "\n\r\n#", *words]
    limit = 256 if use.name in BOUNDED else 8_000
    for pump in pumps:
        small, large = (pump * (size // len(pump)) for size in (limit // 4, limit))
        if isinstance(use.pattern.pattern, bytes):
            run = _runner(use, lambda text: text.encode("utf-8", "surrogatepass"))
        else:
            run = _runner(use, str)
        second = _cost(run, large)
        if second >= _NOTHING:
            first = _cost(run, small)
            if second >= 10 * first:
                yield f"{use.name}: {pump!r}: {first:.4f} s, then {second:.4f} s"


def _runner(use: PatternUse, convert: Callable[[str], str | bytes]) -> Callable[[str], object]:
    if use.whole:
        return lambda text: use.pattern.fullmatch(convert(text))
    if use.searches:
        return lambda text: sum(1 for _ in use.pattern.finditer(convert(text)))
    return lambda text: use.pattern.match(convert(text))
