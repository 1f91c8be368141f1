"""New releases are added without the older wheels, and what a person must decide is told."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from codemod.mlflow_api import RELEASES
from codemod.mlflow_api.generate import wheels
from codemod.mlflow_api.generate.packing import pack
from codemod.mlflow_api.generate.unpacking import unpack
from codemod.mlflow_api.generate.wheels import WheelError, read_wheel
from codemod.mlflow_api.store import DATA_FILE, Store
from codemod.mlflow_api.update import __main__ as command
from codemod.mlflow_api.update import derived, examples, plan, report
from tests.codemod.mlflow_api.conftest import BuildWheel

NEWER = {
    "mlflow/sklearn/__init__.py": """
        from mlflow.utils.annotations import deprecated

        def log_model(sk_model, artifact_path=None, conda_env="x", *, serialization_format="skops"): ...

        @deprecated(since="3.1.0", alternative="load_model")
        def load(path): ...
    """
}


def test_packed_data_comes_apart_into_what_it_was_made_of(tmp_path: Path, build_wheel: BuildWheel) -> None:
    surfaces = {
        "2.0.0": read_wheel(build_wheel(tmp_path, "2.0.0")),
        "3.0.0": read_wheel(build_wheel(tmp_path, "3.0.0", {"mlflow/gateway/fluent.py": None, **NEWER})),
    }
    apart = unpack(pack(surfaces))
    assert list(apart) == list(surfaces)
    for release, surface in surfaces.items():
        assert apart[release].modules == surface.modules
        assert apart[release].names == surface.names
        assert apart[release].exports == surface.exports
        assert apart[release].alternatives == surface.alternatives


def test_a_release_that_is_added_gives_what_reading_all_wheels_gives(tmp_path: Path, build_wheel: BuildWheel) -> None:
    old, new = (
        read_wheel(build_wheel(tmp_path, "2.0.0")),
        read_wheel(build_wheel(tmp_path, "3.0.0", NEWER)),
    )
    assert pack({**unpack(pack({"2.0.0": old})), "3.0.0": new}) == pack({"2.0.0": old, "3.0.0": new})


def test_the_data_that_ships_comes_apart_and_together_again() -> None:
    data = DATA_FILE.read_bytes()
    assert Store(pack(unpack(data))).packages == Store(data).packages


class TestPlan:
    def test_a_new_minor_and_a_newer_patch(self) -> None:
        step = plan.of(["2.22.5", "3.0.0", "3.1.2"], ["3.1.3", "3.1.1", "3.2.0", "2.22.5"])
        assert step == plan.Step(("2.22.5", "3.0.0", "3.1.3", "3.2.0"), ("3.1.3", "3.2.0"), {"3.1.2": "3.1.3"})

    def test_nothing_new(self) -> None:
        assert plan.of(RELEASES, RELEASES) == plan.Step(RELEASES, (), {})

    def test_what_is_no_release(self) -> None:
        with pytest.raises(ValueError, match="not a release of MLflow: .*three"):
            plan.of(RELEASES, ["three"])

    releases = st.lists(st.tuples(st.integers(2, 3), st.integers(0, 30), st.integers(0, 9)), max_size=12).map(
        lambda triples: [f"{major}.{minor}.{patch}" for major, minor, patch in triples]
    )

    @given(releases)
    def test_no_minor_is_lost_and_none_goes_back(self, offered: list[str]) -> None:
        step = plan.of(RELEASES, offered)
        minors = [tuple(map(int, release.split(".")[:2])) for release in step.releases]
        assert minors == sorted(set(minors))
        assert {release.rpartition(".")[0] for release in (*RELEASES, *offered)} == {f"{a}.{b}" for a, b in minors}
        patches = dict(zip(minors, (int(release.split(".")[2]) for release in step.releases), strict=True))
        for release in (*RELEASES, *offered):
            major, minor, patch = map(int, release.split("."))
            assert patches[major, minor] >= patch
        assert set(step.added) <= set(offered) - set(RELEASES)


class TestCommand:
    @pytest.fixture
    def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, build_wheel: BuildWheel) -> Path:
        """A folder with packed data of two releases, the wheel of a third, and an index that offers it."""
        made = {release: read_wheel(build_wheel(tmp_path, release)) for release in ("2.22.5", "3.0.1")}
        (tmp_path / "api.bin").write_bytes(pack(made))
        releases = tmp_path / "releases.py"
        releases.write_text('"""Docstring."""\n\nRELEASES: tuple[str, ...] = (\n)\n', encoding="utf-8")
        build_wheel(tmp_path, "3.1.0", NEWER)
        monkeypatch.setattr(command, "DATA_FILE", tmp_path / "api.bin")
        monkeypatch.setattr(command, "RELEASES_FILE", releases)

        def answer(*arguments: str) -> str:
            offered = {"mlflow": "3.1.0, 3.0.1, 2.22.5", "mlflow-skinny": "3.0.1, 2.22.5"}
            return f"Available versions: {offered[arguments[2]]}\n"

        monkeypatch.setattr(wheels, "_pip", answer)
        # What is derived from the real data, and real environments, are no part of this test.
        monkeypatch.setattr(derived, "refresh", lambda: report.Section("Derived files", ("- all: refreshed",)))
        monkeypatch.setattr(derived, "unexamined", lambda: report.Section("Defaults", ("- one",), is_open=True))
        monkeypatch.setattr(examples, "run_examples", lambda files: report.Section("Examples", tuple(files)))
        return tmp_path

    def run(self, *arguments: str | Path) -> Result:
        return CliRunner().invoke(command.main, [str(argument) for argument in arguments])

    def test_it_adds_what_is_new_and_tells_what_to_look_at(self, place: Path) -> None:
        done = self.run("--wheels", place, "--report", place / "report.md")
        assert done.exit_code == 1  # a default is unexamined
        assert Store((place / "api.bin").read_bytes()).releases == ("2.22.5", "3.0.1", "3.1.0")
        assert '    "3.1.0",\n' in (place / "releases.py").read_text()
        told = (place / "report.md").read_text(encoding="utf-8")
        assert told in done.output
        assert "- 3.1.0: added\n" in told
        assert "- 3.1.0: read from its full wheel: its mlflow-skinny is not published" in told
        assert "## MLflow 3.1.0 against 3.0.1" in told
        assert "conda_env='x', was None" in told
        assert "- `mlflow.sklearn.load`: deprecated (since='3.1.0', alternative='load_model')" in told
        assert "## Examples\n\n3.1.0\n" in told

    def test_a_second_time_nothing_is_new(self, place: Path) -> None:
        self.run("--wheels", place)
        before = (place / "api.bin").read_bytes()
        done = self.run("--wheels", place)
        assert "Nothing new." in done.output
        assert "## Examples" not in done.output
        assert (place / "api.bin").read_bytes() == before

    def test_a_dry_run_writes_nothing(self, place: Path) -> None:
        before = {file.name: file.read_bytes() for file in place.iterdir()}
        done = self.run("--wheels", place, "--dry-run")
        assert done.exit_code == 0
        assert "- 3.1.0: added\n" in done.output
        assert {file.name: file.read_bytes() for file in place.iterdir()} == before

    def test_a_release_that_is_asked_for_by_name(self, place: Path, build_wheel: BuildWheel) -> None:
        build_wheel(place, "3.0.2")
        done = self.run("3.0.2", "--wheels", place)
        assert "- 3.0.2: takes the place of 3.0.1\n" in done.output
        assert Store((place / "api.bin").read_bytes()).releases == ("2.22.5", "3.0.2")

    def test_a_wheel_that_cannot_be_had(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*arguments: str) -> str:
            raise WheelError("pip download mlflow==3.9.9: no matching distribution")

        monkeypatch.setattr(wheels, "_pip", refuse)
        before = (place / "api.bin").read_bytes()
        done = self.run("3.9.9", "--wheels", place)
        assert (done.exit_code, done.output) == (2, "error: pip download mlflow==3.9.9: no matching distribution\n")
        assert (place / "api.bin").read_bytes() == before

    def test_what_is_no_release(self, place: Path) -> None:
        done = self.run("newest", "--wheels", place)
        assert (done.exit_code, "not a release of MLflow" in done.output) == (2, True)


def test_texts_that_name_an_older_release_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "ROOT", tmp_path)
    (tmp_path / "README.md").write_text("Run on 2.22.5 and 3.17.2.\nSince 3.14; 3.18.0 too.\nNot 13.17.2.1.\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("3.17.2\n\n3.9.0 and 3.17.2\n")
    (tmp_path / "docs" / "rules.md").write_text("3.17.2\n")
    (tmp_path / "codemod").mkdir()
    (tmp_path / "codemod" / "rule_examples.py").write_text('"mlflow==3.17.2"\n')
    assert report.older_texts("3.18.0").lines == (
        "- README.md: line 1 (3.17.2)",
        "- docs/a.md: line 1 (3.17.2), 3 (3.17.2, 3.9.0)",
    )
    assert report.older_texts("3.18.0").is_open is False


# Where a string means that very release for ever: an example of an option, an output that is shown, since when MLflow needs another Python.
MEANT = {
    ("codemod/dependencies/pythons.py", "3.1.4"),
    ("codemod/dependencies/pythons.py", "3.2.0"),
    ("compat_tests/tracking.py", "3.5.1"),
    ("compat_tests/verify/options.py", "3.5.1"),
    ("docs/verify.md", "3.12.0"),
    ("docs/verify.md", "3.13.0"),
    ("docs/verify.md", "3.17.2"),
}


def test_texts_name_no_release_that_grows_old() -> None:
    """Which releases were tried says the README's table, which comes from a run; a string that names one is true for a week.

    "MLflow 3" is right for ever, and "since 3.14" is, too.
    """
    found = {
        (line.split(":")[0].removeprefix("- "), name)
        for line in report.older_texts("99.0.0").lines
        for names in re.findall(r"\(([\d., ]+)\)", line)
        for name in names.split(", ")
        if name in RELEASES
    }
    assert found - MEANT == set()
    assert MEANT - found == set(), "no longer named"


def test_a_derived_file_that_cannot_be_made_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(derived, "ROOT", tmp_path)
    monkeypatch.setattr(derived, "DERIVED", {"a.md": "no_such_module_at_all"})
    section = derived.refresh()
    assert section.is_open
    assert "a.md: **not refreshed**: `python -m no_such_module_at_all` failed" in section.lines[0]
    assert not (tmp_path / "a.md").exists()


@pytest.mark.parametrize(
    ("code", "output", "error", "told"),
    [
        (0, "- 3.1.0: 90 claims, 0 that do not hold\n", "", "- 3.1.0: 90 claims, 0 that do not hold"),
        (1, "- 3.1.0: 90 claims, 1 that do not hold\n", "", "- 3.1.0: 90 claims, 1 that do not hold"),
        (2, "", "error: no space left\n", "- 3.1.0: **not run**: error: no space left"),
        (
            1, "", "Traceback\nModuleNotFoundError: No module named 'filelock'\n",
            "- 3.1.0: **not run**: ModuleNotFoundError: No module named 'filelock'; the extra `compat` brings what is missing",
        ),
    ],
)  # fmt: skip
def test_examples_that_could_not_run_are_said(
    monkeypatch: pytest.MonkeyPatch, code: int, output: str, error: str, told: str
) -> None:
    """Also where the test bench ends as Python does when a library is missing: with the exit code of a finding."""
    monkeypatch.setattr(examples, "python", lambda *_: subprocess.CompletedProcess([], code, output, error))
    assert examples.run_examples({"3.1.0": Path("a.whl")}).lines == (told,)
    assert examples.run_examples({"3.1.0": Path("a.whl")}).is_open == bool(code)


def test_defaults_that_could_not_be_listed_are_not_told_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        derived, "python", lambda *_: subprocess.CompletedProcess([], 1, "", "Traceback\nKeyError: 'a'\n")
    )
    assert derived.unexamined().lines == ("Could not be listed: KeyError: 'a'",)
