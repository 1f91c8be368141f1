"""What other modules have under names of their own is told from the bytes of a file, of few names as of many."""

from __future__ import annotations

import pytest

from codemod.names.modules import Modules

NAMES = {
    "save": frozenset({"save_model"}),
    "Settings.path": frozenset({"artifact_uri"}),
    "größe": frozenset({"model_uri"}),
}
MANY = {f"name_{number}": frozenset({"log_model"}) for number in range(200)}


@pytest.mark.parametrize("others", [{}, MANY], ids=["few", "many"])
@pytest.mark.parametrize(
    ("data", "behind"),
    [
        (b"save(model)\n", {"save_model"}),
        (b"where = Settings.path\n", {"artifact_uri"}),
        ("x = größe\n".encode(), {"model_uri"}),
        (b'"source": ["x = 1\\nsave(model)"]', {"save_model"}),
        (b"nothing = 1\n", set()),
    ],
)
def test_what_is_behind_the_names_of_a_file(others: dict[str, frozenset[str]], data: bytes, behind: set[str]) -> None:
    assert Modules(brings={**NAMES, **others}).behind_names(data) == behind


@pytest.mark.parametrize("others", [{}, MANY], ids=["few", "many"])
def test_only_whole_words_count(others: dict[str, frozenset[str]]) -> None:
    assert Modules(brings={**NAMES, **others}).behind_names(b"saved = name_1_more\n") == set()
