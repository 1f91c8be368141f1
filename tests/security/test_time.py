"""What stands in a file takes a time that grows with its size, or is bounded: no file stops a run."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from codemod.cli.outputs import FORMATS, _rendered
from codemod.documents import toml
from codemod.engine import migrate
from codemod.findings import Outcome, State
from codemod.reports import text
from codemod.reports.base import Report
from codemod.running import limits
from codemod.running.discovery import Input, discover
from codemod.running.jobs import Job, Migrate, do_safely
from codemod.running.runner import RunOptions, run
from codemod.running.workers import Processes
from codemod.settings import Settings
from tests.counting import calls

Write = Callable[..., Path]
Program = Callable[..., subprocess.CompletedProcess[bytes]]

CALL = 'mlflow.sklearn.log_model(m, artifact_path="model")'


@pytest.fixture(autouse=True)
def _standins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "standins"))


def standin(name: str) -> Migrate:
    import slow_standin  # workers must find it by this name

    migrate_slowly: Migrate = getattr(slow_standin, name)
    return migrate_slowly


def job(name: str, data: bytes = b"x") -> Job:
    return Job(Input(name, f"/{name}"), data, Settings())


class TestLimit:
    def test_in_this_process(self) -> None:
        outcome = do_safely(standin("sleepy"), job("a.py", b"sleep"), 0.2)
        assert (outcome.state, outcome.reason) == (State.FAILED, limits.timeout_reason(0.2))
        assert do_safely(standin("sleepy"), job("a.py"), 0.2).state is State.UNCHANGED

    @pytest.mark.parametrize("engine", ["sleepy", "deaf"])
    def test_in_workers(self, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
        from codemod.running import worker

        monkeypatch.setattr(worker, "_GRACE", 0.5)
        jobs = [job(f"f{number}.py", b"sleep" if number == 3 else b"x") for number in range(20)]
        with closing(Processes(2)) as processes:
            done = {one.target.path: outcome for one, outcome in processes.results(iter(jobs), standin(engine), 1.0)}
        assert len(done) == 20
        assert {path for path, outcome in done.items() if outcome.state is State.FAILED} == {"f3.py"}
        assert done["f3.py"].reason == limits.timeout_reason(1.0)

    def test_a_busy_machine_makes_no_file_fail(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from codemod.running import worker

        monkeypatch.setattr(worker, "_GRACE", 0.2)
        slow = job("slow.py", b"sleep")  # takes 1.5 s by the clock, and computes for less than 0.15 s
        assert do_safely(standin("held_up"), slow, 0.3).state is State.UNCHANGED
        jobs = [slow, *(job(f"f{number}.py") for number in range(5))]
        with closing(Processes(2)) as processes:
            states = {outcome.state for _, outcome in processes.results(iter(jobs), standin("held_up"), 0.3)}
        assert states == {State.UNCHANGED}

    def test_what_waits_without_end_fails_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "BY_THE_CLOCK", 2)
        assert do_safely(standin("held_up"), job("a.py", b"sleep"), 0.5).reason == limits.timeout_reason(0.5)

    def test_the_option(self, write: Write, program: Program) -> None:
        write("a.py", "import mlflow\n" + "x = 1\n" * 60_000 + f"{CALL}\n" * 6000)
        write("b.py", f"import mlflow\n{CALL}\n")
        done = program("check", "--timeout-per-file", "0.1", "--format", "json")
        files = {file["path"]: file for file in json.loads(done.stdout)["files"]}
        assert files["a.py"]["state"] == "failed"
        assert "--timeout-per-file" in files["a.py"]["reason"]
        assert done.returncode == 3

    @pytest.mark.parametrize("look", ["first_look", "summarise"])
    def test_the_first_look_at_all_files_is_limited_too(
        self, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: str
    ) -> None:
        from codemod.running import neighbours

        def slow(path: str, *given: object, **named: object) -> object:
            while path.endswith("slow.py"):
                pass
            return real(path, *given, **named)

        real = getattr(neighbours, look)
        monkeypatch.setattr(neighbours, look, slow)
        write("slow.py", f"import mlflow\n{CALL}\n")
        write("good.py", f"import mlflow, slow\n{CALL}\n")
        outcomes: list[Outcome] = []
        run(discover([str(tmp_path)]).targets, RunOptions(Settings(), timeout=1), outcomes.append)
        states = {Path(outcome.path).name: outcome.state for outcome in outcomes}
        assert len(outcomes) == 2
        assert states["slow.py"] is State.FAILED
        assert states["good.py"] is not State.FAILED

    def test_a_look_for_stand_ins_is_limited_too(
        self, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from codemod.running import neighbours

        asked = []

        def slow(path: str, *_: object) -> object:
            asked.append(Path(path).name)
            while True:
                pass

        monkeypatch.setattr(neighbours, "survey_of_doubles", slow)
        write("test_it.py", "class Fake:\n    def save_model(self, *given):\n        self.given = given\n")
        write("good.py", f"import mlflow\n{CALL}\n")
        outcomes: list[Outcome] = []
        run(discover([str(tmp_path)]).targets, RunOptions(Settings(), timeout=1), outcomes.append)
        assert asked == ["test_it.py"]
        assert {Path(outcome.path).name: outcome.state for outcome in outcomes} == {
            "good.py": State.CHANGED,
            "test_it.py": State.FAILED,
        }


class TestDepth:
    @pytest.fixture(params=["[" * 100_000, "[" * 3000 + "]" * 3000, "{a=" * 5000])
    def deep(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    def test_configuration(self, write: Write, program: Program, deep: str) -> None:
        write("pyproject.toml", f"[tool.mlflow-codemod]\nx = {deep}\n")
        write("a.py")
        done = program("check", "a.py")
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr
        assert done.stderr.count(b"\n") == 1

    def test_a_baseline(self, write: Write, program: Program, deep: str) -> None:
        write("known.json", deep.replace("{a=", '{"a":'))
        write("a.py")
        done = program("baseline", "check", "--baseline", "known.json")
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr
        assert done.stderr.count(b"\n") == 1

    def test_counts_of_earlier_runs(self, write: Write, program: Program, deep: str) -> None:
        write("history/2020-01-01T00-00-00.json", deep.replace("{a=", '{"a":'))
        write("a.py")
        done = program("report", "--history", "history", "--output", "page.md", "a.py")
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr
        assert done.stderr.count(b"\n") == 1

    def test_folders(self, write: Write, program: Program, tmp_path: Path) -> None:
        """Deeper than Python's stack."""
        write("a.py", f"import mlflow\n{CALL}\n")
        here = Path.cwd()
        os.chdir(tmp_path)
        try:
            for _ in range(1500):
                os.mkdir("d")
                os.chdir("d")
            Path("b.py").write_text(f"import mlflow\n{CALL}\n")
        finally:
            os.chdir(here)
        done = program("check", "--format", "json")
        assert b"Traceback" not in done.stderr
        assert [file["state"] for file in json.loads(done.stdout)["files"]] == ["would change"] * 2
        subprocess.run(["rm", "-r", tmp_path / "d"], check=True)  # what pytest has for this calls itself


class TestNamesWithManyParts:
    """`tomllib` takes 3.6 GB for 60 kB of them."""

    name = "a." * 30_000

    def test_configuration(self, write: Write, program: Program) -> None:
        write("pyproject.toml", f"[tool.mlflow-codemod]\n{self.name}b = 1\n")
        done = program("check")
        assert done.returncode == 2
        assert done.stderr.endswith(b"pyproject.toml: is not valid TOML: a name has more than 100 parts\n")

    @pytest.mark.parametrize("line", ["[{}b]", "{}b = 1", "x = {{{}b = 1}}", '"a".{}b = 1', "[[{}b]]", "[ a . {} b]"])
    def test_dependencies(self, line: str) -> None:
        text = f'[project]\ndependencies = ["mlflow==2.9"]\n{line.format(self.name)}\n'
        outcome = migrate("pyproject.toml", text.encode(), Settings())
        assert outcome.state is State.FAILED
        assert "a name has more than 100 parts" in outcome.reason

    def test_what_is_no_name(self) -> None:
        text = '[project]\nx = "' + "a, " * 500 + "a.b " * 500 + '"\n# ' + "." * 500 + "\n"
        assert toml.parse(text)["project"]


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_baseline_that_never_ends(write: Write, program: Program, tmp_path: Path, kind: str) -> None:
    write("a.py")
    if kind == "pipe":
        os.mkfifo(tmp_path / "known.json")
    else:
        (tmp_path / "known.json").symlink_to("/dev/zero")
    done = program("baseline", "check", "--baseline", "known.json")
    assert done.returncode == 2
    assert done.stderr == b"error: known.json: cannot be read: it is not a regular file\n"


def book(size: int) -> bytes:
    source = ["import mlflow\n", *[f"{CALL}\n"] * size]
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1).encode()


@pytest.mark.parametrize("name", ["a line", "lines", "a notebook"])
def test_the_work_of_telling_places_grows_with_the_file(name: str) -> None:
    """Reports ask for the places and edits of all findings, and no limit to the time of a file holds there."""
    work = []
    for size in (200, 800):
        data = {
            "a line": "import mlflow\n" + f"{CALL}; " * size + "\n",
            "lines": "import mlflow\n" + f"{CALL}\n" * size,
        }
        path = "a.ipynb" if name == "a notebook" else "a.py"
        outcome = migrate(path, book(size) if path == "a.ipynb" else data[name].encode(), Settings())
        assert len(outcome.findings) >= size
        assert len({id(finding.source_line) for finding in outcome.findings}) <= (1 if name == "a line" else size)
        report = Report("check", Settings(), (outcome,))
        work.append(calls(lambda report=report: _rendered(report, "sarif", text.Options(), statistics=False)))
    assert work[1] < 4.5 * work[0], work


def test_reports_do_not_repeat_a_long_line_for_each_finding() -> None:
    """Three times as many findings in a line that is three times as long make reports three times as long, not nine times."""
    sizes = []
    for number in (100, 300):
        outcome = migrate("a.py", ("import mlflow\n" + f"{CALL}; " * number + "\n").encode(), Settings())
        report = Report("check", Settings(), (outcome,))
        full = text.Options(layout="full")
        sizes.append({form: len(_rendered(report, form, full, statistics=False)) for form in FORMATS})
    for form in FORMATS:
        assert sizes[1][form] < 4 * sizes[0][form], form
