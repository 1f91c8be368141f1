"""Which expressions are slow, and which of these may be."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from development.redos.automaton import Automaton, TooLargeError, Weakness
from development.redos.patterns import PatternUse

#: Expressions that see only short texts, with the reason why these are short.
BOUNDED = MappingProxyType(
    {
        "codemod.documents.kinds._KINDS": "a file's name, of which the system takes 255 bytes",
    }
)


def weaknesses(use: PatternUse) -> list[Weakness]:
    """Return what makes an expression slow, unless it may be: exponential time may not, on the shortest text."""
    automaton = Automaton(use.pattern.pattern, use.pattern.flags, searches=use.searches, whole=use.whole)
    found = list(automaton.weaknesses())
    return [each for each in found if each.kind == "exponential"] if use.name in BOUNDED else found


def complaints(uses: list[PatternUse]) -> Iterator[str]:
    """Say which expressions are slow, or too large to be told."""
    for use in uses:
        try:
            found = weaknesses(use)
        except TooLargeError:
            yield f"{use.name}: too large to be told; split it"
            continue
        for each in found:
            yield f"{use.name}: {each.kind} time, for instance on repeated {each.pump!r}: {use.pattern.pattern!r}"
