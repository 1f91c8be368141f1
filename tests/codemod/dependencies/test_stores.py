"""The folder of runs that MLflow takes when no URI is set."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from codemod.dependencies.stores import folder_of_store, names_uri, store_in
from codemod.findings import Outcome, State
from codemod.running.discovery import discover
from codemod.running.runner import RunOptions, run
from codemod.settings import Settings

META = "artifact_location: file:///x/mlruns/0\nexperiment_id: '0'\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for number in ("0", "12", "2"):
        (tmp_path / "mlruns" / number).mkdir(parents=True)
        (tmp_path / "mlruns" / number / "meta.yaml").write_text(META)
    (tmp_path / "train.py").write_text("import mlflow\nmlflow.start_run()\n")
    return tmp_path


def outcomes(*paths: str, settings: Settings | None = None) -> dict[str, Outcome]:
    done: list[Outcome] = []
    run(discover(paths or ["."]).targets, RunOptions(settings or Settings(), jobs=1), done.append)
    return {outcome.path: outcome for outcome in done}


def test_one_finding_for_the_folder(project: Path) -> None:
    found = outcomes()
    assert set(found) == {"train.py", os.path.join("mlruns", "0", "meta.yaml")}
    outcome = found[os.path.join("mlruns", "0", "meta.yaml")]
    assert [finding.code for finding in outcome.findings] == ["MLF501"]
    assert "mlflow migrate-filestore --source mlruns" in outcome.findings[0].message
    assert outcome.new == outcome.old


def test_git_does_not_hide_it(project: Path) -> None:
    subprocess.run(["git", "init", "-q"], check=True, cwd=project)
    (project / ".gitignore").write_text("mlruns\n")
    assert os.path.join("mlruns", "0", "meta.yaml") in outcomes()


def test_experiments_that_git_tracks_are_no_further_findings(project: Path) -> None:
    subprocess.run(["git", "init", "-q"], check=True, cwd=project)
    subprocess.run(["git", "add", "."], check=True, cwd=project)
    assert len(outcomes()) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("run.py", "import mlflow\nmlflow.set_tracking_uri('sqlite:///mlflow.db')\n"),
        ("app.env", "MLFLOW_TRACKING_URI=http://tracking:5000\n"),
        ("Dockerfile", "ENV MLFLOW_ALLOW_FILE_STORE=true\n"),
        ("aaa.py", "from mlflow import MlflowClient\nMlflowClient(tracking_uri=uri)\n"),
    ],
)
def test_a_project_that_says_where_its_runs_are_is_left_alone(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text)
    assert outcomes()[os.path.join("mlruns", "0", "meta.yaml")].state is State.UNCHANGED


def test_what_another_project_says_does_not_count(project: Path, tmp_path: Path) -> None:
    inner = project / "inner"
    (inner / "mlruns" / "0").mkdir(parents=True)
    (inner / "mlruns" / "0" / "meta.yaml").write_text(META)
    other = project / "other"
    other.mkdir()
    (other / "run.py").write_text("import mlflow\nmlflow.set_tracking_uri('http://tracking')\n")
    found = outcomes("inner", "other")
    assert found[os.path.join("inner", "mlruns", "0", "meta.yaml")].state is State.BY_HAND


@pytest.mark.parametrize(
    "settings", [Settings(target="3.12"), Settings(select=("MLF101",)), Settings(ignore=("MLF501",))]
)
def test_other_targets_and_rules(project: Path, settings: Settings) -> None:
    assert outcomes(settings=settings)[os.path.join("mlruns", "0", "meta.yaml")].state is State.UNCHANGED


def test_folders_that_mlflow_does_not_take(tmp_path: Path) -> None:
    assert store_in(str(tmp_path)) is None
    (tmp_path / "mlruns" / "models" / "net").mkdir(parents=True)
    (tmp_path / "mlruns" / "models" / "net" / "meta.yaml").write_text(META)
    (tmp_path / "mlruns" / "0").mkdir()
    assert store_in(str(tmp_path)) is None


def test_the_root(tmp_path: Path) -> None:
    path = os.path.join(str(tmp_path), "mlruns", "0", "meta.yaml")
    assert folder_of_store(path) == os.path.join(str(tmp_path), "")


def test_words() -> None:
    assert names_uri(b"export MLFLOW_TRACKING_URI=x")
    assert not names_uri(b"print(mlflow.get_tracking_uri())")
