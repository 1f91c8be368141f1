"""Copies, requirements, the work folder, the child and its secrets: what happens before and around a world."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from codemod.errors import WrongUseError
from compat_tests import environments
from compat_tests.environments import Environment, UvError
from compat_tests.verify import clients, requirement_files
from compat_tests.verify.building import in_copy
from compat_tests.verify.children import Redactor, run
from compat_tests.verify.copying import copy_project, files_of
from compat_tests.verify.request import WorldError
from compat_tests.verify.stores import stores_in
from compat_tests.verify.workplace import work_folder
from compat_tests.verify.world import RunningScript


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class TestCopies:
    def test_what_git_tracks_or_would_track_is_copied(self, tmp_path: Path) -> None:
        project = write(tmp_path / "p", a_dot_py="1", data__x_dot_csv="2", new_dot_txt="3", _dot_gitignore="data/\n")
        for command in (["init", "-q"], ["add", "a.py", ".gitignore"]):
            subprocess.run(["git", *command], cwd=project, check=True)
        assert files_of(project) == [".gitignore", "a.py", "new.txt"]
        copy_project(project, tmp_path / "c", ["data"])
        assert sorted(path.relative_to(tmp_path / "c").as_posix() for path in (tmp_path / "c").rglob("*") if path.is_file()) == [
            ".gitignore", "a.py", "data/x.csv", "new.txt",
        ]  # fmt: skip

    def test_without_git_the_ignored_and_what_can_be_made_again_stay(self, tmp_path: Path) -> None:
        project = write(
            tmp_path / "p", a_dot_py="1", _dot_venv__x="", big__x="2", mlruns__0__meta="3", _dot_gitignore="big/\n"
        )
        assert files_of(project) == [".gitignore", "a.py"]

    def test_a_read_only_original_stays_as_it_is(self, tmp_path: Path) -> None:
        project = write(tmp_path / "p", a_dot_py="1", b__c_dot_py="2")
        for path in [*project.rglob("*"), project]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        before = {path: path.stat() for path in project.rglob("*")}
        copy_project(project, tmp_path / "c")
        (tmp_path / "c" / "a.py").write_text("changed", encoding="utf-8")
        (tmp_path / "c" / "b" / "new.py").write_text("", encoding="utf-8")
        after = {path: path.stat() for path in project.rglob("*")}
        assert {path: (s.st_mtime_ns, s.st_mode) for path, s in after.items()} == {
            path: (s.st_mtime_ns, s.st_mode) for path, s in before.items()
        }
        for path in [project, *project.rglob("*")]:
            path.chmod(0o755)

    def test_a_link_into_the_project_becomes_a_copy(self, tmp_path: Path) -> None:
        project = write(tmp_path / "p", data__x="1")
        (project / "link").symlink_to(project / "data" / "x")
        copy_project(project, tmp_path / "c")
        (tmp_path / "c" / "link").write_text("2", encoding="utf-8")
        assert (project / "data" / "x").read_text() == "1"

    @pytest.mark.parametrize("name", ["nothing", "../outside"])
    def test_what_cannot_be_included_is_said(self, tmp_path: Path, name: str) -> None:
        project = write(tmp_path / "p", a="1")
        write(tmp_path, outside="x")
        with pytest.raises(WrongUseError, match=f"--include {name}"):
            copy_project(project, tmp_path / "c", [name])


@pytest.mark.parametrize(
    ("value", "expected"),
    [("/p/x/data", "/c/x/data"), ("/p/x", "/c/x"), ("src:/p/x/src", "src:/c/x/src"), ("/p/xy/data", "/p/xy/data")],
)
def test_a_variable_that_leads_to_the_project_leads_to_its_copy(value: str, expected: str) -> None:
    assert in_copy(value, Path("/p/x"), Path("/c/x")) == expected


class TestRequirements:
    @pytest.mark.parametrize(
        ("files", "expected"),
        [
            ({"requirements_dot_txt": "mlflow\n"}, ("requirements.txt",)),
            ({"pyproject_dot_toml": '[project]\nname="x"\nversion="1"\ndependencies=["mlflow"]\n', "requirements_dot_txt": "x"}, ("pyproject.toml",)),
            ({"pyproject_dot_toml": "[tool.ruff]\n", "requirements_dot_txt": "x"}, ("requirements.txt",)),
            ({"pyproject_dot_toml": '[tool.poetry.dependencies]\nmlflow="^2"\n'}, ("pyproject.toml",)),
            ({"setup_dot_py": "setup()"}, ("setup.py",)),
        ],
    )  # fmt: skip
    def test_where_they_are_found(self, tmp_path: Path, files: dict[str, str], expected: tuple[str, ...]) -> None:
        assert requirement_files.requirement_sources(write(tmp_path, **files)).files == expected

    def test_none_is_said_with_what_to_do(self, tmp_path: Path) -> None:
        write(tmp_path, environment_dot_yml="dependencies: []\n")
        with pytest.raises(WrongUseError, match=r"no requirements in .*--requirements.*environment.yml is conda's"):
            requirement_files.requirement_sources(tmp_path)

    def test_a_pipfile_and_what_a_lock_chose(self, tmp_path: Path) -> None:
        write(tmp_path, Pipfile='[packages]\nmlflow = "==2.9"\npandas = {version = "*", extras = ["x"]}\n')
        write(tmp_path, Pipfile_dot_lock='{"default": {"pandas": {"version": "==2.1.0"}}, "develop": {}}')
        found = requirement_files.requirement_sources(tmp_path)
        assert (found.lines, found.preferences) == (("mlflow==2.9", "pandas[x]"), {"pandas": "2.1.0"})

    def test_mlflow_is_known_with_its_extras(self, tmp_path: Path) -> None:
        write(tmp_path, requirements_dot_txt="mlflow[extras]>=2\nmlflow-skinny==2.9\nmlflow_other\n")
        names = requirement_files.mlflow_names(tmp_path, requirement_files.requirement_sources(tmp_path))
        assert names == {"mlflow": {"extras"}, "mlflow-skinny": set()}

    def test_a_conflict_is_told_in_the_resolvers_words_with_its_holder(self, tmp_path: Path) -> None:
        said = "Because mlflow==3.17.2 depends on numpy>=1.26 and you require numpy==1.20, we can conclude that your requirements are unsatisfiable."
        error = clients._conflict("3", tmp_path, said, {})
        assert str(error) == "the project's requirements do not go together with MLflow 3; held by numpy==1.20"
        assert "unsatisfiable" in error.details

    def test_requirements_that_contradict_each_other_are_not_mlflows_fault(self, tmp_path: Path) -> None:
        said = "Because a==1 depends on b<1 and you require b==2, we can conclude that your requirements and a==1 are incompatible."
        error = clients._conflict("2", tmp_path, said, environments.reasons("2"))
        assert str(error) == "the project's requirements do not go together; held by b==2"

    def test_a_conflict_with_a_constraint_of_mlflow_2_gives_its_reason(self, tmp_path: Path) -> None:
        said = "Because you require sqlalchemy==2.1.3 and sqlalchemy<2.1, we can conclude that your requirements are unsatisfiable."
        error = clients._conflict("2", tmp_path, said, environments.reasons("2"))
        assert str(error) == "the project's requirements do not go together with MLflow 2; held by sqlalchemy==2.1.3"
        assert "sqlalchemy<2.1 is a constraint of MLflow 2: 2.1 dropped" in error.details

    def test_another_python_that_is_needed_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        said = "Because the current Python version (3.11.7) does not satisfy Python>=3.12 and churn==1.0.0 depends on Python>=3.12,"
        advice = "; Python 3.11.7 is not >=3.12: --python names another"
        assert str(clients._conflict("2", tmp_path, said, {})).endswith(advice)

        def refuse(*_: str) -> str:
            raise UvError(said.replace(" ", "\n  "))

        monkeypatch.setattr(environments, "uv", refuse)
        with pytest.raises(WorldError, match="cannot be installed") as caught:
            clients.install_project(tmp_path, Environment("e", Path("python")), tmp_path / "site")
        assert str(caught.value).endswith(advice)

    def test_a_requirement_file_may_lie_outside_of_the_project(self, tmp_path: Path) -> None:
        copy, file = tmp_path / "copy", tmp_path / "other.txt"
        copy.mkdir()
        file.write_text("mlflow<3\n", encoding="utf-8")
        found = requirement_files.requirement_sources(copy, (str(file),))
        (digest,) = clients._inputs(copy, found)
        assert digest.startswith("other.txt ")

    def test_packages_by_option_are_enough_where_the_project_names_none(self, tmp_path: Path) -> None:
        write(tmp_path, train_dot_py="import mlflow\n")
        found = requirement_files.requirement_sources(tmp_path, more=("mlflow<3", "scikit-learn"))
        assert (found.files, found.lines) == ((), ("mlflow<3", "scikit-learn"))

    def test_an_interpreter_that_exists_must_have_the_line(self, tmp_path: Path) -> None:
        with pytest.raises(WrongUseError, match="--python3 .*: does not run"):
            clients.existing("3", str(tmp_path / "python"))


class TestWorkFolder:
    def test_it_goes_at_the_end_and_when_a_killed_run_left_it(self, tmp_path: Path) -> None:
        left = tmp_path / "work" / "mlflow-verify-dead"
        left.mkdir(parents=True)
        (left / ".lock").touch()
        (left / "big").write_text("x")
        with work_folder(tmp_path / "project", tmp_path / "work", keep=False) as folder:
            assert not left.exists()
            (folder / "read-only").mkdir()
            (folder / "read-only" / "file").touch()
            (folder / "read-only").chmod(0o555)
        assert list((tmp_path / "work").iterdir()) == []

    def test_that_of_a_run_that_goes_on_stays(self, tmp_path: Path) -> None:
        other = tmp_path / "mlflow-verify-alive"
        other.mkdir()
        with FileLock(other / ".lock"), work_folder(tmp_path / "project", tmp_path, keep=False):
            assert other.exists()

    def test_it_never_lies_in_the_project(self, tmp_path: Path) -> None:
        with (
            pytest.raises(WrongUseError, match="lies in the project"),
            work_folder(tmp_path, tmp_path / "w", keep=False),
        ):
            pass


class TestChildren:
    @staticmethod
    def go(
        tmp_path: Path, program: str, limit: float = 60.0, redact: Redactor | None = None
    ) -> tuple[object, list[str]]:
        said: list[str] = []
        ended = run(
            [sys.executable, "-c", program], tmp_path, dict(os.environ), limit,
            log=tmp_path / "log", redact=redact or Redactor({}), tick=lambda _, line: said.append(line),
        )  # fmt: skip
        return ended, said

    def test_status_and_the_end_of_the_output(self, tmp_path: Path) -> None:
        ended, said = self.go(tmp_path, "import sys; print('a\\rb'); sys.stderr.write('c'); sys.exit(7)")
        assert (ended.status, ended.tail) == (7, ("a", "b", "c"))  # type: ignore[attr-defined]
        assert said[-1] == "c"

    def test_a_run_that_hangs_is_stopped_with_all_that_it_started(self, tmp_path: Path) -> None:
        program = "import subprocess, sys; p = subprocess.Popen(['sleep', '1000']); print(p.pid, flush=True); p.wait()"
        began = time.monotonic()
        ended, _ = self.go(tmp_path, program, limit=3.0)
        assert ended.status is None  # type: ignore[attr-defined]
        assert time.monotonic() - began < 30
        assert not is_alive(int(ended.tail[0]))  # type: ignore[attr-defined]

    def test_no_value_is_shown_logged_or_handed_on(self, tmp_path: Path) -> None:
        redact = Redactor({"TOKEN": "s3cr3t-value", "SHORT": "no", "SWITCH": "true"})
        ended, said = self.go(tmp_path, "print('token is s3cr3t-value, no, true')", redact=redact)
        assert ended.tail == ("token is <TOKEN>, no, true",)  # type: ignore[attr-defined]
        assert "s3cr3t" not in (tmp_path / "log").read_text() + "".join(said)

    def test_colours_are_left_out(self, tmp_path: Path) -> None:
        ended, _ = self.go(tmp_path, r"print('\x1b[31mred\x1b[0m')")
        assert ended.tail == ("red",)  # type: ignore[attr-defined]

    def test_every_line_of_a_long_value_is_hidden(self) -> None:
        redact = Redactor({"KEY": "first line\nsecond line"})
        assert redact("x first line\ny second line") == "x <KEY>\ny <KEY>"


def test_a_reader_that_hangs_is_stopped_and_what_it_said_is_kept(tmp_path: Path) -> None:
    (tmp_path / "errors.log").write_text("begins\n", encoding="utf-8")
    (tmp_path / "answer.json").write_text('{"a": 1}', encoding="utf-8")
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    assert RunningScript(process, tmp_path).wait(0.2) == (None, {"a": 1}, "begins")
    assert process.returncode


def test_stores_that_a_command_left_are_found(tmp_path: Path) -> None:
    import sqlite3

    write(
        tmp_path,
        mlruns__0__meta_dot_yaml="experiment_id: '0'\n",
        mlruns__0__abc__meta_dot_yaml="run_id: abc\n",
        data__0__meta_dot_yaml="x: 1\n",
    )
    write(tmp_path, empty__0__meta_dot_yaml="experiment_id: '0'\n")
    for name, rows in (("mlflow.db", 1), ("none.db", 0)):
        with sqlite3.connect(tmp_path / name) as database:
            database.executescript(
                "CREATE TABLE runs (a); CREATE TABLE registered_models (a);" + "INSERT INTO runs VALUES (1);" * rows
            )
    assert stores_in(tmp_path) == [(tmp_path / "mlruns").as_uri(), f"sqlite:///{tmp_path}/mlflow.db"]
