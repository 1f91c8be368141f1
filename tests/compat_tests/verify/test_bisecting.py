"""Releases are halved until the first that goes wrong is known; fixes are left out one by one."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from codemod.disk.interrupts import Interrupted
from codemod.mlflow_api.releases import RELEASES
from compat_tests.verify import bisecting
from compat_tests.verify.bisecting import Attempt, by_fix, by_release
from compat_tests.verify.places import MeasuredPlace
from compat_tests.verify.proof import ComparedWorld, Failure, Proof, WorldResult
from compat_tests.verify.prove import First, Listener, UnfinishedError
from compat_tests.verify.request import Request
from compat_tests.verify.rows import Row, Status

STORE = MeasuredPlace("train.py", 3, 3, "MLF501", "the tracking store made of files", False)
RIGHT = Proof("p", ("x",), (), cells=(ComparedWorld("3", (Row("param", "C", Status.EQUAL),)),))
FAILED = Proof("p", ("x",), (), failure=Failure("3", "it fails", findings=(STORE,)))
DIFFERENT = Proof(
    "p",
    ("x",),
    (),
    cells=(ComparedWorld("3", (Row("metric", "loss", Status.DIFFERENT, "0.5", "0.6", rule="MLF103"),)),),
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
        MeasuredPlace("a.py", 1, 1, "MLF103", "", True, ran="ran"),
        MeasuredPlace("a.py", 1, 1, "MLF101", "", True, ran="ran"),
        MeasuredPlace("b.py", 2, 2, "MLF103", "", True, ran="ran"),
        MeasuredPlace("requirements.txt", 1, 1, "MLF502", "", True, ran="in a file that is not Python"),
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


class TestAttempts:
    """What an attempt is: another proof against the same first world, which leaves nothing behind."""

    FIRST = cast("First", SimpleNamespace(world=SimpleNamespace(label="2")))
    REQUEST = Request(Path("p"), ("x",), repeat=2)
    SILENT = Listener(lambda line: None, lambda world, seconds, line: None)

    def test_the_first_world_is_handed_on_and_the_folder_goes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        handed: list[tuple[object, Path]] = []

        def prove(
            request: Request, folder: Path, listener: Listener, first: First | None
        ) -> tuple[Proof, First | None]:
            folder.mkdir()
            handed.append((first, folder))
            assert request.repeat == 2, "what varies by itself is excused in an attempt too"
            return DIFFERENT, first

        monkeypatch.setattr(bisecting, "prove", prove)
        proof = Proof("p", ("x",), (), NEWEST, failure=FAILED.failure)
        found = bisecting.bisect(self.REQUEST, proof, self.FIRST, tmp_path, self.SILENT)
        assert found.bisection[0].startswith(f"differs on {THREES[0]}, the first release that was tried: metric loss")
        assert {id(first) for first, _ in handed} == {id(self.FIRST)}
        assert not [folder for _, folder in handed if folder.exists()]

    def test_what_was_proved_before_an_interruption_is_kept(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        interrupted = Interrupted(signal.SIGINT)

        def prove(*_: object) -> tuple[Proof, First | None]:
            raise UnfinishedError(Proof("p", ("x",), ()), interrupted)

        monkeypatch.setattr(bisecting, "prove", prove)
        with pytest.raises(UnfinishedError) as caught:
            bisecting.bisect(self.REQUEST, replace(DIFFERENT, worlds=NEWEST), self.FIRST, tmp_path, self.SILENT)
        assert caught.value.proof.cells == DIFFERENT.cells
        assert caught.value.proof.interrupted
        assert caught.value.interrupted is interrupted

    def test_one_interpreter_has_one_release(self, tmp_path: Path) -> None:
        request = replace(self.REQUEST, pythons={"3": "python"})
        proof = Proof("p", ("x",), (), NEWEST, failure=FAILED.failure)
        (sentence,) = bisecting.bisect(request, proof, self.FIRST, tmp_path, self.SILENT).bisection
        assert "--python3" in sentence

    @pytest.mark.parametrize(("first", "world"), [(None, "3"), (FIRST, "2"), (FIRST, "")])
    def test_nothing_is_searched_where_mlflow_3_was_not_reached(
        self, tmp_path: Path, first: First | None, world: str
    ) -> None:
        proof = Proof("p", ("x",), (), NEWEST, failure=Failure(world, "it fails"))
        found = bisecting.bisect(self.REQUEST, proof, first, tmp_path, self.SILENT)
        assert found.bisection == ("there is nothing to search: MLflow 3 was not reached",)
