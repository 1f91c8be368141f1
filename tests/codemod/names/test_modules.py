"""What other modules have under names of their own is told from the bytes of a file, of few names as of many."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codemod.names.modules import Modules, Summary

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


def test_each_module_is_asked_once_whether_it_names_mlflow() -> None:
    """A package whose modules import each other's names by the hundred is no reason to ask for a module twice."""
    names = [f"package.part_{number}" for number in range(20)]
    imports = tuple(f"{name}.thing_{number}" for name in names for number in range(20))
    asked: list[str] = []

    def summarise(path: str, _data: bytes, _modules: Modules) -> Summary:
        asked.append(path)
        return Summary(path, imports=imports)

    paths = [f"{name.replace('.', '/')}.py" for name in names]
    modules = replace(
        Modules.of([Summary(path) for path in paths]), unread=dict.fromkeys(paths, b"mlflow"), summarise=summarise
    )
    assert not modules.speaks("main.py", imports)
    assert not modules.speaks("other.py", imports)
    assert sorted(asked) == sorted(paths)


def test_a_module_that_does_not_say_the_word_is_not_parsed_for_it() -> None:
    unread = {"a.py": b"from b import x\n", "b.py": b"import c\n", "c.py": b"import mlflow\n"}
    asked: list[str] = []

    def summarise(path: str, _data: bytes, _modules: Modules) -> Summary:
        asked.append(path)
        return Summary(path, speaks=True)

    modules = replace(Modules.of([Summary(path) for path in unread]), unread=unread, summarise=summarise)
    assert modules.speaks("main.py", ["a"])
    assert asked == ["c.py"]


@pytest.mark.parametrize(("steps", "found"), [(1, True), (3, True), (4, False)])
def test_mlflow_is_named_as_far_as_the_third_import(steps: int, found: bool) -> None:
    chain = [
        Summary(f"m{number}.py", imports=(f"m{number + 1}", "m1"), speaks=number == steps) for number in range(1, 6)
    ]
    assert Modules.of(chain).speaks("main.py", ["m1"]) is found
