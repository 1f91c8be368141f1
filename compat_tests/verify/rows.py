"""One line of a comparison: what it is about, what each world has, and what that means."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Status(enum.Enum):
    """What two worlds make of one thing."""

    EQUAL = "equal"
    WITHIN_TOLERANCE = "within tolerance"
    DIFFERENT = "different"
    ONLY_IN_FIRST = "only in 2"
    ONLY_IN_SECOND = "only in 3"
    NOT_COMPARABLE = "not comparable"


DIFFERING = frozenset({Status.DIFFERENT, Status.ONLY_IN_FIRST, Status.ONLY_IN_SECOND})


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that two worlds recorded, or one of them.

    Attributes:
        kind: What kind of thing, such as ``metric``.
        key: Which one: experiment, run and name.
        status: What came of the comparison.
        first: What the world of MLflow 2 has, in few words.
        second: What the other one has.
        reason: Why it cannot be compared, or how it is meant.
        rule: The rule of the codemod that explains it, or "".
        is_learned: Whether it differs in what a training learned or measured, where two trainings of one program may differ as well.
    """

    kind: str
    key: str
    status: Status
    first: str = ""
    second: str = ""
    reason: str = ""
    rule: str = ""
    is_learned: bool = False

    @property
    def owner(self) -> str:
        """The run that it belongs to, as keys name it."""
        return self.key.partition(" · ")[0]

    @property
    def differs(self) -> bool:
        """Whether it is held against the second world."""
        return self.status in DIFFERING

    @property
    def may_vary(self) -> bool:
        """Whether it differs in what two runs of one program may differ in: what was learned, or a value that the program wrote."""
        is_written = self.status is Status.DIFFERENT and self.kind.endswith(("param", "tag", "name"))
        return is_written or (self.differs and self.is_learned)


def same(kind: str, key: str, first: object, second: object, reason: str = "") -> Row:
    """Return the row of two values that must be equal."""
    status = Status.EQUAL if first == second else Status.DIFFERENT
    return Row(kind, key, status, shown(first), shown(second), reason)


def renamed(kind: str, key: str, first: str, second: str) -> list[Row]:
    """Return the row of a name that differs, if it does; `matching.matched_names` took it for the same thing."""
    reason = "the names differ in numbers alone; --repeat 2 tells whether they do so by themselves"
    return [same(f"{kind} name", key, first, second, reason)] if first != second else []


def only_first(kind: str, key: str, value: object = "", reason: str = "") -> Row:
    """Return the row of a thing that only the first world has."""
    return Row(kind, key, Status.ONLY_IN_FIRST, shown(value), "", reason)


def only_second(kind: str, key: str, value: object = "", reason: str = "") -> Row:
    """Return the row of a thing that only the second world has."""
    return Row(kind, key, Status.ONLY_IN_SECOND, "", shown(value), reason)


def mappings(kind: str, key: str, first: dict[str, str], second: dict[str, str]) -> list[Row]:
    """Return one row for each name that one of two mappings has."""
    rows = []
    for name in sorted({*first, *second}):
        label = f"{key} · {name}"
        if name not in second:
            rows.append(only_first(kind, label, first[name]))
        elif name not in first:
            rows.append(only_second(kind, label, second[name]))
        else:
            rows.append(same(kind, label, first[name], second[name]))
    return rows


def shown(value: object, limit: int = 160) -> str:
    """Return a value in one line that a table takes."""
    text = " ".join(str(value).split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def counted(number: int, one: str) -> str:
    """Return a number with its noun."""
    return f"{number} {one}{'' if number == 1 else 's'}"
