"""Releases are halved until the first that goes wrong is known; fixes are left out one by one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codemod.mlflow_api.releases import RELEASES
from compat_tests.verify.bisecting import Attempt, by_fix, by_release
from compat_tests.verify.places import Place
from compat_tests.verify.proof import Cell, Failure, Proof, WorldResult
from compat_tests.verify.request import Request
from compat_tests.verify.rows import Row, Status

STORE = Place("train.py", 3, 3, "MLF501", "the tracking store made of files", False)
RIGHT = Proof("p", ("x",), (), cells=(Cell("3", (Row("param", "C", Status.EQUAL),)),))
FAILED = Proof("p", ("x",), (), failure=Failure("3", "it fails", findings=(STORE,)))
DIFFERENT = Proof(
    "p", ("x",), (), cells=(Cell("3", (Row("metric", "loss", Status.DIFFERENT, "0.5", "0.6", rule="MLF103"),)),)
)
THREES = [release for release in RELEASES if release.startswith("3.")]
NEWEST = (WorldResult("2", "2.22.5", "2.22.5"), WorldResult("3", THREES[-1], THREES[-1]))


def order(release: str) -> list[int]:
    return [int(part) for part in release.split(".")]


def prober(first_wrong: str, missing: tuple[str, ...] = ()) -> tuple[Callable[[Request], Attempt], list[str]]:
    asked: list[str] = []

    def probe(request: Request) -> Attempt:
        release = request.requirements.mlflow["3"].removeprefix("==")
        asked.append(release)
        if release in missing:
            return Attempt(None, "cannot be installed")
        return Attempt(FAILED if order(release) >= order(first_wrong) else RIGHT)

    return probe, asked


def search(first_wrong: str, missing: tuple[str, ...] = ()) -> tuple[str, list[str]]:
    probe, asked = prober(first_wrong, missing)
    proof = Proof("p", ("x",), (), NEWEST, failure=FAILED.failure)
    return by_release(Request(Path("p"), ("x",)), proof, probe, lambda line: None), asked


@pytest.mark.parametrize("position", range(1, len(THREES)))
def test_the_first_release_that_goes_wrong_is_found_in_few_steps(position: int) -> None:
    sentence, asked = search(THREES[position])
    assert sentence == (
        f"runs on {THREES[position - 1]}, fails on {THREES[position]}: the tracking store made of files (MLF501, train.py:3)"
    )
    assert len(asked) == len(set(asked)) <= 5


def test_all_releases_go_wrong() -> None:
    sentence, _ = search(THREES[0])
    assert sentence.startswith(f"fails on {THREES[0]}, the first release that was tried: ")


def test_releases_that_cannot_be_installed_are_passed_over_and_named() -> None:
    missing = ("3.13.0", "3.12.0")
    sentence, _ = search("3.13.0", missing)
    assert sentence.startswith("runs on 3.11.1, fails on 3.14.0: ")
    assert sentence.endswith("cannot be installed here)")


def test_each_fix_is_left_out_once() -> None:
    places = (
        Place("a.py", 1, 1, "MLF103", "", True, ran="ran"),
        Place("a.py", 1, 1, "MLF101", "", True, ran="ran"),
        Place("b.py", 2, 2, "MLF103", "", True, ran="ran"),
        Place("requirements.txt", 1, 1, "MLF502", "", True, ran="in a file that is not Python"),
        STORE,
    )
    asked: list[str] = []

    def probe(request: Request) -> Attempt:
        assert request.apply_options[:2] == ("--unsafe", "--ignore")
        asked.append(request.apply_options[2])
        return Attempt(DIFFERENT if asked[-1] == "MLF103" else RIGHT)

    proof = Proof("p", ("x",), (), NEWEST, RIGHT.cells, places)
    sentences = by_fix(Request(Path("p"), ("x",)), proof, probe, lambda line: None)
    assert asked == ["MLF101", "MLF103"]
    assert sentences == [
        "without MLF101: it is right as well, as far as this command goes",
        "without MLF103: differs: metric loss, 0.5 and 0.6 (MLF103)",
    ]
