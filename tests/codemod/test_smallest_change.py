"""The smallest change that some edits make of a string."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from codemod.documents.placement import replace_spans
from codemod.sources import smallest_change

few = st.text(alphabet="ab\n", max_size=12)


def by_comparing(old: str, new: str) -> tuple[int, int, str] | None:
    """Compare the whole texts: what they share at the start, and then at the end."""
    if old == new:
        return None
    start = tail = 0
    shortest = min(len(old), len(new))
    while start < shortest and old[start] == new[start]:
        start += 1
    while tail < shortest - start and old[len(old) - 1 - tail] == new[len(new) - 1 - tail]:
        tail += 1
    return start, len(old) - tail, new[start : len(new) - tail]


@given(few, st.lists(st.tuples(few, few, few), min_size=1, max_size=3), st.sampled_from(["", "a" * 300, "ab" * 200]))
@example("", [("a", "aa", "")], "a" * 300)
@example("b", [("a", "", "a")], "a" * 300)
def test_it_is_what_a_comparison_of_the_whole_texts_gives(
    head: str, parts: list[tuple[str, str, str]], rest: str
) -> None:
    text, spans = head, []
    for before, old, new in parts:
        text += before
        spans.append((len(text), len(text) + len(old), new))
        text += old
    text += rest
    assert smallest_change(text, spans) == by_comparing(text, replace_spans(text, spans))
