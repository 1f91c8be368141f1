"""What of one world is what of the other: by name, order and parameters, children below their parents."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from compat_tests.verify.snapshots import Model, RecordedRun

T = TypeVar("T")
Pair = tuple[T, T]

# mlflow/utils/name_utils.py: an adjective, an animal and a number, where the code gives a run no name.
_GENERATED = re.compile(r"[a-z]+-[a-z]+-\d{1,4}")
# Programs put times, counts and random ids into names.
_NUMBERS = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}|\d+")


def is_generated(name: str) -> bool:
    """Return whether a run's name looks like one that MLflow made up."""
    return not name or _GENERATED.fullmatch(name) is not None


def matched_names(
    first: Mapping[str, T], second: Mapping[str, T]
) -> Iterator[tuple[str | None, str | None, T | None, T | None]]:
    """Yield things with their names in both worlds; None where there is none.

    Of what has no namesake, those are the same, in order, whose names differ in numbers alone: a program may name them by the time.
    """
    left, right = [name for name in first if name not in second], [name for name in second if name not in first]
    pairs, _, _ = _stages(left, right, (_shape,))
    partner = {**dict(pairs), **{name: name for name in first if name in second}}
    for name in first:
        other = partner.get(name)
        yield name, other, first[name], second[other] if other is not None else None
    taken = set(partner.values())
    for name in right:
        if name not in taken:
            yield None, name, None, second[name]


def _shape(name: str) -> str | None:
    """Return a name without its numbers; None if it has none."""
    shape = _NUMBERS.sub("#", name)
    return shape if shape != name else None


def matched_runs(
    first: Sequence[RecordedRun], second: Sequence[RecordedRun]
) -> tuple[list[Pair[RecordedRun]], list[RecordedRun], list[RecordedRun]]:
    """Match the runs of an experiment.

    Runs that the code names are the same if their names are, or else if these differ in numbers alone; among equal names, and among runs
    without a name of their own, equal parameters decide, and then the order in which they began. Children are matched below each pair
    of parents.

    Args:
        first: The runs of one world, in the order in which they began.
        second: Those of the other.

    Returns:
        The pairs, parents before their children; runs that only the first world has; and those of the second.
    """
    ids = {run.id for run in first}, {run.id for run in second}
    pairs, left, right = _level(
        [run for run in first if run.parent not in ids[0]], [run for run in second if run.parent not in ids[1]]
    )
    position = 0
    while position < len(pairs):
        one, other = pairs[position]
        position += 1
        children, more_left, more_right = _level(
            [run for run in first if run.parent == one.id], [run for run in second if run.parent == other.id]
        )
        pairs += children
        left += more_left
        right += more_right
    return pairs, [*left, *_below(left, first)], [*right, *_below(right, second)]


def matched_models(
    first: Sequence[Model], second: Sequence[Model]
) -> tuple[list[Pair[Model]], list[Model], list[Model]]:
    """Match the models of a run: by name, then by order, as a name may have changed."""
    return _stages(first, second, (lambda model: model.path or model.name, lambda model: model.name, lambda model: ""))


def _level(
    first: Sequence[RecordedRun], second: Sequence[RecordedRun]
) -> tuple[list[Pair[RecordedRun]], list[RecordedRun], list[RecordedRun]]:
    def named(run: RecordedRun) -> Hashable | None:
        return None if is_generated(run.name) else run.name

    def shape(run: RecordedRun) -> Hashable | None:
        return None if is_generated(run.name) else _shape(run.name)

    def params(run: RecordedRun) -> Hashable:
        return tuple(sorted(run.params.items()))

    return _stages(
        first,
        second,
        (
            lambda run: (named(run), params(run)) if named(run) else None,
            named,
            lambda run: (shape(run), params(run)) if shape(run) else None,
            shape,
            lambda run: params(run) if is_generated(run.name) else None,
            lambda run: "" if is_generated(run.name) else None,
        ),
    )


def _stages(
    first: Iterable[T], second: Iterable[T], keys: Sequence[Callable[[T], Hashable | None]]
) -> tuple[list[Pair[T]], list[T], list[T]]:
    """Pair what has the same key, in order; what is left goes on to the next key. None is no key."""
    left, right = list(first), list(second)
    pairs: list[Pair[T]] = []
    for key in keys:
        waiting: dict[Hashable, list[T]] = {}
        for item in right:
            if (value := key(item)) is not None:
                waiting.setdefault(value, []).append(item)
        rest = []
        for item in left:
            value = key(item)
            if value is not None and waiting.get(value):
                partner = waiting[value].pop(0)
                pairs.append((item, partner))
                right = [each for each in right if each is not partner]
            else:
                rest.append(item)
        left = rest
    return pairs, left, right


def _below(runs: Iterable[RecordedRun], all_of: Sequence[RecordedRun]) -> list[RecordedRun]:
    found, parents = [], {run.id for run in runs}
    while children := [run for run in all_of if run.parent in parents and run not in found]:
        found += children
        parents = {run.id for run in children}
    return found
