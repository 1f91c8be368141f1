"""The nearest of many names is what comparing them one by one gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from codemod.names.nearest import Nearest

PARTS = st.lists(st.sampled_from("abc"), max_size=4).map(tuple)


def common(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


@given(st.lists(PARTS, max_size=6), PARTS)
def test_the_one_with_most_parts_in_common_and_the_shortest_name(
    names: list[tuple[str, ...]], folder: tuple[str, ...]
) -> None:
    items = list(enumerate(names))
    ranks = [(common(name, folder), -len(name)) for name in names]
    best = [number for number, _ in items if ranks[number] == max(ranks)]
    assert Nearest((name, number) for number, name in items).to(folder) == (best[0] if len(best) == 1 else None)
