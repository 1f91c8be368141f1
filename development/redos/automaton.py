"""Finds the strings that make a regular expression slow, by its automaton.

A backtracking matcher needs exponential time where a loop can read one string in two ways, and polynomial time where one loop
can hand a string over to a later one at any place (exponential and infinite degree of ambiguity: Weber and Seidl, "On the degree
of ambiguity of finite automata", 1991; Weideman and others, "Analyzing matching time behavior of backtracking regular
expression matchers", 2016). A search adds a loop over everything in front of the expression.

The expression is read by the standard library's own parser. Look-ahead and look-behind of one character are exact; longer ones are
taken to hold, and what they read is looked at too. Counted repetitions are unrolled a few times.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from development.redos.graph import components, cut

if sys.version_info >= (3, 11):
    from re import _constants as sre
    from re import _parser as parser
else:
    import sre_constants as sre
    import sre_parse as parser

Test = Callable[[str], bool]
#: A character, or "" at either end of the text.
Guard = Callable[[str, str], bool]

_USUAL = "aAzZé0_ \t\n\r\f\v-.,:;/\\\"'#(){}[]<>=!?%$&|*+~@\x00\x85"
_UNROLLED = 3
_LIMIT = 400_000


class TooLargeError(Exception):
    """An automaton whose product is too large to be searched."""


@dataclass(slots=True)
class _State:
    """A state of the automaton: what it reads, and where it goes without reading."""

    reads: list[tuple[Test, int]] = field(default_factory=list)
    jumps: list[tuple[Guard | None, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Weakness:
    """A string that makes an expression slow.

    Attributes:
        kind: ``"exponential"`` or ``"polynomial"``.
        pump: The text that is repeated.
    """

    kind: str
    pump: str


class Automaton:
    """The automaton of one expression."""

    def __init__(self, pattern: str | bytes, flags: int, *, searches: bool, whole: bool) -> None:
        """Build it.

        Args:
            pattern: The expression.
            flags: Its flags.
            searches: Whether the match may start anywhere.
            whole: Whether the match must end where the text ends.
        """
        self._bytes = isinstance(pattern, bytes)
        parse: Any = parser.parse  # it takes bytes too
        tree = parse(pattern, flags)
        self._flags = tree.state.flags
        self._states: list[_State] = []
        self._tests: list[Test] = []
        self._groups: dict[int, Any] = {}
        start = self._new()
        self.end = self._sequence(tree, start, self._flags)
        self._lasts = {self.end} if whole else set[int]()
        if whole:
            last = self._new()
            self._states[self.end].jumps.append((lambda _, after: after == "", last))
            self.end = last
        self.start = start
        if searches:
            self.start = self._new()
            self._read(self.start, lambda _: True, self.start)
            self._states[self.start].jumps.append((None, start))
        self.alphabet = self._alphabet(pattern if isinstance(pattern, str) else pattern.decode("latin-1"))
        self._steps: dict[tuple[int, str, str], tuple[int, ...]] = {}
        self._following: dict[int, set[int]] = {}
        self._kind = self._kinds()
        self._befores = tuple(dict.fromkeys(self._kind[each] for each in self.alphabet))

    # --- building -------------------------------------------------------------------------------------------------

    def _new(self) -> int:
        self._states.append(_State())
        return len(self._states) - 1

    def _read(self, at: int, test: Test, to: int) -> int:
        self._states[at].reads.append((test, to))
        self._tests.append(test)
        return to

    def _sequence(self, items: Any, at: int, flags: int) -> int:
        for operation, argument in items:
            at = self._item(operation, argument, at, flags)
        return at

    def _item(self, operation: Any, argument: Any, at: int, flags: int) -> int:
        if operation in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            return self._read(at, self._test(operation, argument, flags), self._new())
        if operation is sre.SUBPATTERN:
            group, added, removed, body = argument
            if group is not None:
                self._groups[group] = body
            return self._sequence(body, at, (flags | added) & ~removed)
        if operation is sre.BRANCH:
            end = self._new()
            for branch in argument[1]:
                first = self._new()
                self._states[at].jumps.append((None, first))
                self._states[self._sequence(branch, first, flags)].jumps.append((None, end))
            return end
        if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            low, high, body = argument
            return self._repeat(low, high, body, at, flags)
        if operation is sre.AT:
            return self._jump(at, self._anchor(argument, flags))
        if operation in (sre.ASSERT, sre.ASSERT_NOT):
            direction, body = argument
            return self._look(operation is sre.ASSERT, direction, body, at, flags)
        if operation is sre.GROUPREF:
            return self._sequence(self._groups[argument], at, flags)
        raise NotImplementedError(f"{operation} is not known to this check")

    def _jump(self, at: int, guard: Guard | None) -> int:
        to = self._new()
        self._states[at].jumps.append((guard, to))
        return to

    def _repeat(self, low: int, high: int, body: Any, at: int, flags: int) -> int:
        for _ in range(min(low, _UNROLLED) if low != high else low if low < 40 else _UNROLLED):
            at = self._sequence(body, at, flags)
        if high == sre.MAXREPEAT:
            loop = self._jump(at, None)
            end = self._sequence(body, self._jump(loop, None), flags)
            self._states[end].jumps.append((None, loop))
            return self._jump(loop, None)
        out = self._new()
        for _ in range(min(high - low, _UNROLLED)):
            self._states[at].jumps.append((None, out))
            at = self._sequence(body, self._jump(at, None), flags)
        self._states[at].jumps.append((None, out))
        return out

    def _anchor(self, which: Any, flags: int) -> Guard:
        def is_word(character: str) -> bool:
            return re.match(r"\w", character) is not None

        if which in (sre.AT_BEGINNING_STRING, sre.AT_BEGINNING):
            lines = which is sre.AT_BEGINNING and flags & re.MULTILINE
            return lambda before, _: before == "" or (bool(lines) and before == "\n")
        if which in (sre.AT_END_STRING, sre.AT_END):
            lines = which is sre.AT_END and flags & re.MULTILINE
            return lambda _, after: after == "" or (bool(lines) and after == "\n")
        if which is sre.AT_BOUNDARY:
            return lambda before, after: is_word(before) != is_word(after)
        return lambda before, after: is_word(before) == is_word(after)

    def _look(self, positive: bool, direction: int, body: Any, at: int, flags: int) -> int:
        single = self._single(body, flags)
        if single is not None:
            test, takes_end = single
            self._tests.append(test)

            def guard(before: str, after: str) -> bool:
                character = before if direction < 0 else after
                return (test(character) if character else takes_end) == positive

            return self._jump(at, guard)
        if direction > 0:
            self._sequence(body, self._jump(at, None), flags)  # leads nowhere, but costs what it reads
        return self._jump(at, None)

    def _single(self, body: Any, flags: int) -> tuple[Test, bool] | None:
        """Return the test of a look-around that sees one character, and whether it holds at the text's end."""
        items = list(body)
        while len(items) == 1 and items[0][0] is sre.SUBPATTERN:
            items = list(items[0][1][3])
        if len(items) != 1:
            return None
        operation, argument = items[0]
        if operation in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            return self._test(operation, argument, flags), False
        if operation is sre.AT and argument in (sre.AT_END_STRING, sre.AT_BEGINNING_STRING):
            return (lambda _: False), True
        if operation is sre.BRANCH:
            parts = [self._single(branch, flags) for branch in argument[1]]
            known = [part for part in parts if part is not None]
            if len(known) == len(parts):
                return (lambda character: any(test(character) for test, _ in known)), any(end for _, end in known)
        return None

    def _test(self, operation: Any, argument: Any, flags: int) -> Test:
        if operation is sre.ANY:
            everything = flags & re.DOTALL
            return lambda character: bool(everything) or character != "\n"
        items = argument if operation is sre.IN else [(sre.LITERAL, argument)]
        negated = operation is sre.NOT_LITERAL or items[0][0] is sre.NEGATE
        tests = [self._one(kind, value, flags) for kind, value in items if kind is not sre.NEGATE]

        def test(character: str) -> bool:
            cases = {character, character.lower(), character.upper()} if flags & re.IGNORECASE else {character}
            found = any(one(case) for one in tests for case in cases if len(case) == 1)
            return found != negated

        return test

    def _one(self, operation: Any, argument: Any, flags: int) -> Test:
        if operation is sre.LITERAL:
            return lambda character: ord(character) == argument
        if operation is sre.RANGE:
            low, high = argument
            return lambda character: low <= ord(character) <= high
        letter = {
            sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_SPACE: r"\s",
            sre.CATEGORY_NOT_SPACE: r"\S", sre.CATEGORY_WORD: r"\w", sre.CATEGORY_NOT_WORD: r"\W",
        }[argument]  # fmt: skip
        compiled = re.compile(letter, re.ASCII if self._bytes or flags & re.ASCII else 0)
        return lambda character: compiled.match(character) is not None

    def _alphabet(self, pattern: str) -> tuple[str, ...]:
        """Return one character of each kind that the expression tells apart."""
        near = {chr(code) for each in pattern for code in (ord(each) - 1, ord(each) + 1) if 0 < code <= sys.maxunicode}
        kinds: dict[tuple[bool, ...], str] = {}
        for character in (*_USUAL, *sorted({*pattern, *near})):
            if self._bytes and ord(character) > 0xFF:
                continue
            word = re.match(r"\w", character) is not None
            kinds.setdefault((word, character == "\n", *(test(character) for test in self._tests)), character)
        return tuple(kinds.values())

    def _kinds(self) -> dict[str, str]:
        """Return for every character one that all guards take for the same when it stands in front."""
        guards = [guard for state in self._states for guard, _ in state.jumps if guard is not None]
        kinds: dict[tuple[bool, ...], str] = {}
        afters = (*self.alphabet, "")
        return {
            each: kinds.setdefault(tuple(guard(each, after) for guard in guards for after in afters), each)
            for each in ("", *self.alphabet)
        }

    # --- walking --------------------------------------------------------------------------------------------------

    def step(self, at: int, before: str, character: str) -> tuple[int, ...]:
        """Return the states after a character, one for each way that leads there."""
        key = (at, before, character)
        if key not in self._steps:
            self._steps[key] = tuple(self._ways(at, before, character))
        return self._steps[key]

    def _ways(self, at: int, before: str, character: str) -> Iterator[int]:
        # No jump twice: the matcher leaves a loop whose body read nothing.
        stack: list[tuple[int, frozenset[tuple[int, int]]]] = [(at, frozenset())]
        while stack:
            state, path = stack.pop()
            for test, to in self._states[state].reads:
                if test(character):
                    yield to
            for guard, to in self._states[state].jumps:
                if (state, to) not in path and (guard is None or guard(before, character)):
                    stack.append((to, path | {(state, to)}))

    def _ends(self, at: int) -> bool:
        """Return whether the match is found here, whatever follows: then nothing is tried again."""
        seen, stack = {at}, [at]
        while stack:
            state = stack.pop()
            if state == self.end or (state in self._lasts and self._takes_all(at)):
                return True
            for guard, to in self._states[state].jumps:
                if guard is None and to not in seen:
                    seen.add(to)
                    stack.append(to)
        return False

    def _takes_all(self, at: int) -> bool:
        """Return whether a state reads any string to its end."""
        return all(at in self.step(at, before, each) for before in self._befores for each in self.alphabet)

    def _next(self, at: int) -> set[int]:
        if at not in self._following:
            befores = dict.fromkeys(self._kind.values())
            self._following[at] = {
                to for before in befores for each in self.alphabet for to in self.step(at, before, each)
            }
        return self._following[at]

    def loops(self) -> list[frozenset[int]]:
        """Return the loops that the start leads to: the sets of states that lead to each other."""
        edges: dict[int, set[int]] = {}
        stack = [self.start]
        while stack:
            at = stack.pop()
            if at not in edges:
                edges[at] = self._next(at)
                stack += edges[at]
        return [part for part in components(edges) if any(part & edges[state] for state in part)]

    def weaknesses(self) -> Iterator[Weakness]:
        """Return what makes the expression slow: one string for each loop, or pair of loops."""
        loops = self.loops()
        for loop in loops:
            if not any(self._ends(state) for state in loop) and (pump := self._two_ways(loop)):
                yield Weakness("exponential", pump)
        for one, other in itertools.permutations(loops, 2):
            if not any(self._ends(state) for state in other) and (pump := self._handed_over(one, other)):
                yield Weakness("polynomial", pump)

    def _two_ways(self, loop: frozenset[int]) -> str:
        """Return a string that leads from a state of a loop back to it in two ways."""
        for state in loop:
            for before in self._befores:
                seen = {(state, state, False, before): ""}
                queue = deque(seen)
                while queue:
                    one, other, differs, last = key = queue.popleft()
                    for character in self.alphabet:
                        ways = [to for to in self.step(one, last, character) if to in loop]
                        others = [to for to in self.step(other, last, character) if to in loop]
                        for (i, first), (j, second) in itertools.product(enumerate(ways), enumerate(others)):
                            parted = differs or first != second or (one == other and i != j)
                            new = (first, second, parted, self._kind[character])
                            if new in seen:
                                continue
                            seen[new] = seen[key] + character
                            if new == (state, state, True, before):
                                return seen[new]
                            queue.append(new)
                    if len(seen) > _LIMIT:
                        raise TooLargeError
        return ""

    def _handed_over(self, one: frozenset[int], other: frozenset[int]) -> str:
        """Return a string that each loop reads round, and that also leads from the first to the second."""
        cuts = cut(one, self._next)
        for state, target in itertools.product(cuts, other):
            for before in self._befores:
                seen = {(state, state, target, before): ""}
                queue = deque(seen)
                while queue:
                    a, b, c, last = key = queue.popleft()
                    for character in self.alphabet:
                        rounds = [to for to in self.step(a, last, character) if to in one]
                        targets = [to for to in self.step(c, last, character) if to in other]
                        if not rounds or not targets:
                            continue
                        after = (self._kind[character],)
                        for new in itertools.product(rounds, self.step(b, last, character), targets, after):
                            if new in seen:
                                continue
                            seen[new] = seen[key] + character
                            if new == (state, target, target, before):
                                return seen[new]
                            queue.append(new)
                    if len(seen) > _LIMIT:
                        raise TooLargeError
        return ""
