"""The pins of a project follow its code, fixed in this run or in an earlier one, and not that of other projects beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from codemod.running.discovery import Input
from codemod.running.runner import RunOptions, run
from codemod.settings import Settings

NEW = 'import mlflow\nmlflow.pytorch.log_model(model, name="m", serialization_format="pickle")\n'


def found(root: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    monkeypatch.chdir(root)
    outcomes = []
    run([Input(name, str(root / name)) for name in files], RunOptions(Settings(), jobs=1), outcomes.append)
    return {each.path: [finding.message for finding in each.findings] for each in outcomes}


@pytest.mark.parametrize("pin", ["requirements.txt", "requirements/base.txt"])
def test_code_that_was_fixed_before_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pin: str) -> None:
    messages = found(tmp_path, {"src/train.py": NEW, pin: "mlflow>=2.17.2\n"}, monkeypatch)
    assert messages[pin] == [
        "`mlflow>=2.17.2` lets in releases that the code does not run on; it needs 3.11 or a later one"
    ]


def test_code_of_another_folder_does_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"new/train.py": NEW, "new/requirements.txt": "mlflow>=3.11\n", "old/requirements.txt": "mlflow>=2.17.2\n"}
    assert found(tmp_path, files, monkeypatch) == {name: [] for name in files}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("setup.py", 'from setuptools import setup\nsetup(install_requires=["mlflow>=3"])\n'),
        ("new.py", f'# /// script\n# dependencies = ["mlflow>=3"]\n# ///\n{NEW}'),
        ("book.py", f"# Databricks notebook source\n# MAGIC %pip install mlflow>=3\n# COMMAND ----------\n{NEW}"),
    ],
)
def test_code_that_installs_by_itself_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    messages = found(tmp_path, {"train.py": NEW, name: text}, monkeypatch)
    assert messages[name] == [
        "`mlflow>=3` lets in releases that the code does not run on; it needs 3.11 or a later one"
    ]


def test_the_requirements_of_a_model_do_not_run_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = NEW.replace(")\n", ', pip_requirements=["mlflow==3.2.0"])\n')
    assert found(tmp_path, {"train.py": text}, monkeypatch) == {"train.py": []}


def test_an_upper_bound_below_the_new_lower_one_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "train.py").write_text(NEW)
    (tmp_path / "requirements.txt").write_text("mlflow>=3.2,<3.9\n")
    monkeypatch.chdir(tmp_path)
    targets = [Input(name, str(tmp_path / name)) for name in ("train.py", "requirements.txt")]
    run(targets, RunOptions(Settings(unsafe=True), write=True, jobs=1), lambda outcome: None)
    assert (tmp_path / "requirements.txt").read_text() == "mlflow>=3.11,<4\n"


OLD = 'import mlflow\nmlflow.pytorch.log_model(model, "m")\n'


@pytest.mark.parametrize(
    ("pin", "told"),
    [
        ("requirements.txt", True),
        ("train/requirements.txt", True),
        ("serve/requirements.txt", False),  # a program of its own lies there
        ("ci/requirements.txt", True),  # nothing there says what it is for
    ],
)
def test_fixes_count_for_the_pins_of_their_own_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pin: str, told: bool
) -> None:
    files = {
        "train/train.py": OLD,
        "serve/app.py": "import mlflow\nmodel = mlflow.pyfunc.load_model('models:/m/1')\n",
        "serve/log.py": "import mlflow\nmlflow.pyfunc.log_model('m', python_model=model)\n",
        pin: "mlflow>=3\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    outcomes = []
    targets = [Input(name, str(tmp_path / name)) for name in files]
    run(targets, RunOptions(Settings(), jobs=1, write=True), outcomes.append)
    messages = {each.path: [finding.message for finding in each.findings] for each in outcomes}
    assert bool(messages[pin]) is told
