"""Which of the changed places ran: statements as a whole, heads of blocks, cells of notebooks by the kernel's name for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest

from compat_tests.environments import Environment
from compat_tests.verify import bisecting
from compat_tests.verify.copying import copy_project
from compat_tests.verify.failures import Frame, failure_of, project_frames
from compat_tests.verify.measuring import prepare_startup, what_ran
from compat_tests.verify.outputs import markdown
from compat_tests.verify.outputs import text as text_output
from compat_tests.verify.places import (
    MeasuredPlace,
    findings,
    lines_of_cells,
    mark,
    migrate,
    relative_place,
    sources_of_cells,
)
from compat_tests.verify.proof import Proof

LOGS = """

def log(model):
    with mlflow.start_run():
        mlflow.sklearn.log_model(model, "model")
"""

OLD = """\
import mlflow


def train(model):
    with mlflow.start_run():
        mlflow.sklearn.log_model(
            model,
            "model",
        )


def never(model):
    mlflow.sklearn.log_model(model, artifact_path="m")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "train.py").write_text(OLD, encoding="utf-8")
    return folder


def place(line: int, end_line: int | None = None, path: str = "train.py", cell: int | None = None) -> MeasuredPlace:
    return MeasuredPlace(path, line, end_line or line, "MLF101", "", True, cell)


def test_a_statement_of_several_lines_ran_if_any_of_them_did(project: Path) -> None:
    lines = {str(project / "train.py"): [8]}
    (seen,) = mark([place(6)], project, lines, {})
    assert seen.ran == "ran"


def test_the_head_of_a_block_is_not_its_body(project: Path) -> None:
    lines = {str(project / "train.py"): [12]}  # `def never` ran, its body did not
    marked = mark([place(13), place(12)], project, lines, {})
    assert [one.ran for one in marked] == ["did not run", "ran"]


def test_other_files_are_no_python(project: Path) -> None:
    (seen,) = mark([place(1, path="requirements.txt")], project, {}, {})
    assert seen.ran == "in a file that is not Python"


def test_cells_go_by_the_name_that_the_kernel_gives_them(project: Path) -> None:
    cells = [
        {"cell_type": "code", "source": ["%matplotlib inline\n", "f(\n", "  1)\n"]},
        {"cell_type": "code", "source": "g()"},
    ]
    notebook = {
        "cells": [{**cell, "metadata": {}, "outputs": [], "execution_count": None} for cell in cells],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (project / "a.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    places = [place(2, path="a.ipynb", cell=1), place(1, path="a.ipynb", cell=2)]
    names = {("a.ipynb", 1): "1.py", ("a.ipynb", 2): "2.py"}
    seen = mark(places, project, {}, lines_of_cells(names, [{"1.py": [3]}]))
    assert [one.ran for one in seen] == ["ran", "did not run"]
    without_kernel = mark(places, project, {}, lines_of_cells(dict.fromkeys(names), [{"1.py": [3]}]))
    assert {one.ran for one in without_kernel} == {"did not run"}


class TestKernels:
    """Notebooks `a` and `b` share the first cell; `c` is the beginning of `a`."""

    names: ClassVar[dict[tuple[str, int], str | None]] = {
        ("a", 1): "imports", ("a", 2): "train", ("a", 3): "register", ("b", 1): "imports", ("b", 2): "predict",
        ("c", 1): "imports", ("c", 2): "train",
    }  # fmt: skip

    @pytest.mark.parametrize(
        ("kernels", "ran"),
        [
            ([["imports", "train", "register"]], ["a1", "a2", "a3"]),
            ([["imports", "predict"]], ["b1", "b2"]),
            ([["imports", "train"]], ["c1", "c2"]),
            ([["imports", "predict"], ["imports", "train", "register"]], ["a1", "a2", "a3", "b1", "b2"]),
            ([["imports", "train", "register", "given by papermill"]], ["a1", "a2", "a3"]),
            ([["of another notebook"]], []),
            ([[]], []),
        ],
    )
    def test_a_cell_ran_where_its_own_notebook_did(self, kernels: list[list[str]], ran: list[str]) -> None:
        found = lines_of_cells(self.names, [{name: [1] for name in cells} for cells in kernels])
        assert sorted(f"{path}{number}" for path, number in found) == ran

    def test_all_notebooks_are_asked_and_what_is_none_is_passed_over(self, tmp_path: Path) -> None:
        for name in ("a.ipynb", "b.ipynb"):
            (tmp_path / name).write_text(
                '{"cells": [{"source": ["x = 1\\n", "y"]}, {"source": "z"}]}', encoding="utf-8"
            )
        (tmp_path / "c.ipynb").write_bytes(b"\xff[")
        (tmp_path / "d.ipynb").write_text('{"cells": [1]}', encoding="utf-8")
        sources = {("a.ipynb", 1): "x = 1\ny", ("a.ipynb", 2): "z", ("b.ipynb", 1): "x = 1\ny", ("b.ipynb", 2): "z"}
        assert sources_of_cells([place(1, path="a.ipynb", cell=1)], tmp_path) == sources
        assert sources_of_cells([place(1)], tmp_path) == {}

    def test_copies_of_a_notebook_cannot_be_told_apart(self) -> None:
        names = {("a", 1): "train", ("b", 1): "train"}
        assert lines_of_cells(names, [{"train": [1, 2]}]) == {("a", 1): {1, 2}, ("b", 1): {1, 2}}


def test_the_codemod_tells_its_places_as_they_are_afterwards(project: Path) -> None:
    (project / "train.py").write_text("import mlflow\nmlflow.set_tracking_uri('file:./x')\n" + OLD, encoding="utf-8")
    places = migrate(project, ("--unsafe",), project).places
    text = (project / "train.py").read_text(encoding="utf-8").splitlines()
    logged = [one for one in places if one.code == "MLF101"]
    assert len(logged) == 2
    for one in logged:
        assert "log_model(" in text[one.line - 1]
        assert any("name=" in line for line in text[one.line - 1 : one.end_line])
        assert one.changed


def test_what_is_ignored_stays_and_is_found_when_it_fails(project: Path) -> None:
    migrate(project, ("--unsafe", "--ignore", "MLF101"), project)
    assert "MLF101" in {one.code for one in findings(project)}


def test_coverage_reaches_processes_that_the_command_starts(project: Path, tmp_path: Path) -> None:
    pytest.importorskip("coverage")
    import coverage

    (project / "child.py").write_text("import os\nx = 1\nos._exit(0)\n", encoding="utf-8")
    (project / "main.py").write_text(
        "import subprocess, sys\nsubprocess.run([sys.executable, 'child.py'])\n", encoding="utf-8"
    )
    library = tmp_path / "library"
    library.mkdir()
    (library / "coverage").symlink_to(Path(coverage.__file__).parent)
    startup = prepare_startup(tmp_path / "startup", project, None, library)
    subprocess.run([sys.executable, "main.py"], cwd=project, env={**os.environ, **startup.variables}, check=True)
    environment = Environment("here", Path(sys.executable))
    marked, broken = what_ran([place(2, path="child.py"), place(6)], project, startup, environment)
    assert [one.ran for one in marked] == ["ran", "did not run"]
    assert not broken


def test_the_startup_runs_the_sitecustomize_that_it_hides(project: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "sitecustomize.py").write_text("import builtins\nbuiltins.theirs = True\n", encoding="utf-8")
    startup = prepare_startup(tmp_path / "startup", project, None, None, str(theirs))
    shown = subprocess.run(
        [sys.executable, "-c", f"import sys; print(theirs, {str(tmp_path / 'startup')!r} in sys.path)"],
        env={**os.environ, **startup.variables}, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert shown.split() == ["True", "False"]


TRACEBACK = """\
Traceback (most recent call last):
  File "{copy}/old.py", line 1, in <module>
ValueError: caught and printed
Traceback (most recent call last):
  File "{copy}/train.py", line 20, in <module>
    train(1)
  File "{copy}/train.py", line 6, in train
    mlflow.sklearn.log_model(
  File "/env/lib/python3.11/site-packages/mlflow/sklearn/__init__.py", line 400, in log_model
    raise MlflowException("no")
mlflow.exceptions.MlflowException: no
"""


class TestFailures:
    def test_the_last_traceback_counts_and_its_deepest_line_of_the_project(self, project: Path) -> None:
        tail = TRACEBACK.format(copy=project).splitlines()
        assert project_frames(tail, project) == [Frame("train.py", 20), Frame("train.py", 6)]
        failure = failure_of("3", "it fails", tail, project, migrated=True)
        assert failure.place == "train.py:6: mlflow.sklearn.log_model("
        assert [finding.code for finding in failure.findings][:1] == ["MLF101"]

    def test_pytest_and_its_short_frames(self, project: Path) -> None:
        tail = ["train.py:6: in train", "E   KeyError", "train.py:13: MlflowException"]
        assert project_frames(tail, project)[-1] == Frame("train.py", 13)

    def test_what_is_called_from_there_is_looked_at_too(self, project: Path) -> None:
        (project / "main.py").write_text("from train import never\nnever(1)\n", encoding="utf-8")
        tail = [
            "Traceback (most recent call last):",
            f'  File "{project}/main.py", line 2, in <module>',
            "KilledWorker",
        ]
        failure = failure_of("3", "it fails", tail, project, migrated=True)
        assert {(finding.code, finding.line) for finding in failure.findings} >= {("MLF101", 13)}

    def test_a_store_that_is_named_above_is_looked_at_too(self, project: Path) -> None:
        text = "import mlflow\n\nmlflow.set_tracking_uri('./mlruns')\nmlflow.set_experiment('x')\n"
        (project / "train.py").write_text(text, encoding="utf-8")
        tail = [
            "Traceback (most recent call last):",
            f'  File "{project / "train.py"}", line 4, in <module>',
            "MlflowException",
        ]
        failure = failure_of("3", "it fails", tail, project, migrated=True)
        assert [(finding.code, finding.line) for finding in failure.findings] == [("MLF501", 3)]
        assert failure.place == "train.py:4: mlflow.set_experiment('x')"

    def test_the_rule_is_named_that_mlflows_words_are_about_where_the_line_is_not(self, project: Path) -> None:
        """A reader of the default store, which another program has made of files."""
        text = "import mlflow\n\nmodel = mlflow.sklearn.load_model('models:/iris/Production')\n"
        (project / "batch.py").write_text(text, encoding="utf-8")
        tail = [
            "Traceback (most recent call last):",
            f'  File "{project / "batch.py"}", line 3, in <module>',
            "mlflow.exceptions.MlflowException: The filesystem tracking backend (e.g., './mlruns') is in maintenance mode",
        ]
        failure = failure_of("3", "it fails", tail, project, migrated=True)
        assert [finding.code for finding in failure.findings] == ["MLF302"]
        assert failure.rule == "MLF501"
        proof = Proof("p", ("x",), (), failure=failure)
        assert "what MLF501 is about" in text_output.render(proof)
        assert "what MLF501 is about" in markdown.render(proof)
        assert bisecting._why(proof).endswith("(MLF501)")

    def test_the_rule_is_not_named_where_the_line_itself_says_it(self, project: Path) -> None:
        (project / "train.py").write_text("import mlflow\n\nmlflow.set_tracking_uri('./mlruns')\n", encoding="utf-8")
        tail = ["Traceback (most recent call last):", f'  File "{project / "train.py"}", line 3, in <module>']
        said = "MlflowException: The filesystem tracking backend (e.g., './mlruns') is in maintenance mode"
        failure = failure_of("3", "it fails", [*tail, said], project, migrated=True)
        assert ([finding.code for finding in failure.findings], failure.rule) == (["MLF501"], "")
        assert failure_of("2", "it fails", [*tail, said], project, migrated=False).rule == ""

    def test_what_still_works_is_not_named_for_what_breaks_above(self, project: Path) -> None:
        text = (
            "import mlflow\n\n\ndef score(run, data):\n"
            '    uri = f"{run.info.artifact_uri}/model"\n'
            '    return mlflow.evaluate(uri, data, model_type="regressor")\n'
        )
        (project / "batch.py").write_text(text + LOGS, encoding="utf-8")
        tail = [
            "Traceback (most recent call last):",
            f'  File "{project / "batch.py"}", line 6, in score',
            "MlflowException",
        ]
        failure = failure_of("3", "it fails", tail, project, migrated=True)
        assert [(finding.code, finding.line) for finding in failure.findings] == [("MLF201", 5)]

    def test_no_traceback_is_no_place(self, project: Path) -> None:
        failure = failure_of("3", "it fails", ["Killed"], project, migrated=True)
        assert (failure.place, failure.findings) == ("", ())
        assert failure.output == ("Killed",)

    def test_a_cell_of_a_notebook_goes_by_when_it_ran(self, project: Path) -> None:
        sources = ["# words", "", "import mlflow", "x = 1\nmlflow.sklearn.log_model(x, artifact_path='m')"]
        kinds = ["markdown", "code", "code", "code"]
        cells = [
            {"cell_type": kind, "source": [text], "metadata": {}} for kind, text in zip(kinds, sources, strict=True)
        ]
        cells = [
            cell | ({"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}) for cell in cells
        ]
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (project / "a.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        tail = ["Traceback (most recent call last)", "Cell In[2], line 2", "MlflowException: no"]
        failure = failure_of("3", "it fails", tail, project, migrated=True, command=("jupyter", "execute", "a.ipynb"))
        assert failure.place == "a.ipynb cell 4:2: mlflow.sklearn.log_model(x, artifact_path='m')"
        assert "MLF101" in {finding.code for finding in failure.findings}


def test_what_is_not_python_is_never_said_to_have_not_run(tmp_path: Path) -> None:
    """Also where no world came as far as being measured."""
    (tmp_path / "requirements.txt").write_text("mlflow<3\n", encoding="utf-8")
    (tmp_path / "train.py").write_text("import mlflow\n\nmlflow.set_tracking_uri('mlruns')\n", encoding="utf-8")
    migrated = migrate(tmp_path, ["--unsafe"], tmp_path)
    assert {(place.path, place.ran) for place in migrated.places} == {
        ("requirements.txt", "in a file that is not Python"),
        ("train.py", "did not run"),
    }


def test_a_configuration_above_the_project_holds_in_its_copy(tmp_path: Path) -> None:
    """Its patterns count from its own folder."""
    project = tmp_path / "repository" / "services" / "train"
    (project / "examples").mkdir(parents=True)
    code = "import mlflow\n\nmlflow.onnx.log_model(model, artifact_path='m')\n"
    (project / "train.py").write_text(code, encoding="utf-8")
    (project / "examples" / "old.py").write_text(code, encoding="utf-8")
    table = '[tool.mlflow-codemod]\nexclude = ["services/train/examples"]\n'
    (tmp_path / "repository" / "pyproject.toml").write_text(table, encoding="utf-8")
    copy = tmp_path / "worlds" / "0" / relative_place(project)
    copy_project(project, copy)
    assert {place.path for place in migrate(copy, [], project).places} == {"train.py"}
    assert (copy / "examples" / "old.py").read_text(encoding="utf-8") == code


def test_a_configuration_above_the_copy_is_nobodys(tmp_path: Path) -> None:
    """The folder for the worlds may lie in another project."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "train.py").write_text(
        "import mlflow\n\nmlflow.onnx.log_model(model, artifact_path='m')\n", encoding="utf-8"
    )
    worlds = tmp_path / "other" / "worlds"
    copy_project(project, worlds / relative_place(project))
    (tmp_path / "other" / "pyproject.toml").write_text('[tool.mlflow-codemod]\nignore = ["MLF101"]\n', encoding="utf-8")
    assert [place.path for place in migrate(worlds / relative_place(project), [], project).places] == ["train.py"]
