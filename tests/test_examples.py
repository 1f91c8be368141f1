"""What becomes of ``examples/``, the project of a newcomer's first run."""

from __future__ import annotations

import ast
import difflib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]


def codemod(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "codemod", *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )


def states(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Return the state of every file that a JSON report names."""
    return {file["path"]: file["state"] for file in json.loads(done.stdout)["files"]}


def copied(folder: Path) -> Path:
    """Return a copy of the examples that may be rewritten."""
    return Path(shutil.copytree(ROOT / "examples", folder))


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `applied` rewrites."""
    return copied(tmp_path_factory.mktemp("project") / "examples")


@pytest.fixture(scope="module")
def applied(examples: Path) -> subprocess.CompletedProcess[str]:
    """The report of one ``apply``."""
    return codemod(examples, "apply", "--format", "json")


def sources(notebook: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(notebook.read_bytes())["cells"]]


def test_every_file_ends_as_the_readme_says(applied: subprocess.CompletedProcess[str]) -> None:
    assert applied.returncode == 1, applied.stderr
    assert states(applied) == {
        "databricks_job.py": "changed",  # but for its %pip line: a pin is raised only with --unsafe
        "explore.ipynb": "changed",
        "log_any_flavor.py": "by hand",
        "requirements.txt": "not fixed",
        "train_pytorch.py": "changed",
        "train_sklearn.py": "changed",
    }


def test_look_alikes_and_what_needs_a_person_are_not_touched(
    examples: Path, applied: subprocess.CompletedProcess[str]
) -> None:
    for name in ("lookalikes.py", "log_any_flavor.py", "databricks_setup.py", "requirements.txt"):
        assert (examples / name).read_bytes() == (ROOT / "examples" / name).read_bytes()
    assert 'store.log_model(model=model, artifact_path="model"' in (examples / "databricks_job.py").read_text("utf-8")


def test_what_needs_a_person_is_named_with_line_and_reason(applied: subprocess.CompletedProcess[str]) -> None:
    (file,) = (file for file in json.loads(applied.stdout)["files"] if file["path"] == "log_any_flavor.py")
    assert {finding["code"] for finding in file["findings"]} == {"MLF101", "MLF103"}
    for finding in file["findings"]:
        assert "getattr(mlflow, flavor).log_model(model" in finding["source_line"]
        assert finding["remedy"] == "by hand"
        assert finding["message"]


def log_model_calls(source: str) -> list[dict[str, Any]]:
    """Return the keyword arguments of every ``….log_model`` call, literals evaluated."""
    calls = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "log_model":
            literals = {k.arg: k.value.value for k in node.keywords if k.arg and isinstance(k.value, ast.Constant)}
            calls.append({"positional": len(node.args), **literals})
    return calls


def test_the_scripts_name_their_models_and_keep_their_format(
    examples: Path, applied: subprocess.CompletedProcess[str]
) -> None:
    (sklearn,) = log_model_calls((examples / "train_sklearn.py").read_text("utf-8"))
    assert sklearn == {"positional": 1, "name": "model", "serialization_format": "cloudpickle"}
    (pytorch,) = log_model_calls((examples / "train_pytorch.py").read_text("utf-8"))
    assert pytorch == {"positional": 1, "name": "model", "serialization_format": "pickle"}
    assert "run.info.run_uuid" not in (examples / "train_sklearn.py").read_text("utf-8")
    assert '"model",  # read again below' in (examples / "train_sklearn.py").read_text("utf-8")


def test_the_notebook_changes_in_its_source_and_nowhere_else(
    examples: Path, applied: subprocess.CompletedProcess[str]
) -> None:
    old = (ROOT / "examples" / "explore.ipynb").read_text("utf-8").splitlines()
    new = (examples / "explore.ipynb").read_text("utf-8").splitlines()
    kinds = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    gone = [line for kind, first, last, _, _ in kinds if kind != "equal" for line in old[first:last]]
    come = [line for kind, _, _, first, last in kinds if kind != "equal" for line in new[first:last]]
    assert len(gone) == 3
    assert {line[:5] for line in (*gone, *come)} == {'    "'}, "only lines of sources are"
    written = next(cell for cell in sources(examples / "explore.ipynb") if cell.startswith("%%writefile"))
    assert log_model_calls(written.partition("\n")[2])[0]["name"] == "model"
    assert "run.info.run_id)" in written


def test_a_second_run_finds_nothing_more_to_change(examples: Path, applied: subprocess.CompletedProcess[str]) -> None:
    before = {path: path.read_bytes() for path in examples.iterdir()}
    again = codemod(examples, "apply", "--format", "json")
    assert {file["path"] for file in json.loads(again.stdout)["files"] if file["state"] == "changed"} == set()
    assert {path: path.read_bytes() for path in examples.iterdir()} == before


def test_the_pins_go_up_when_asked_for(tmp_path: Path) -> None:
    folder = copied(tmp_path / "examples")
    assert set(states(codemod(folder, "apply", "--unsafe", "--format", "json")).values()) == {
        "changed",
        "by hand",
    }
    assert (folder / "requirements.txt").read_text("utf-8").splitlines()[0] == "mlflow>=3.11,<4"
    assert '# MAGIC %pip install "mlflow>=3.11,<4" scikit-learn' in (folder / "databricks_job.py").read_text("utf-8")
    assert states(codemod(folder, "check", "--format", "json")) == {"log_any_flavor.py": "by hand"}


def test_the_diff_of_the_first_run_is_what_apply_does(examples: Path, applied: object, tmp_path: Path) -> None:
    folder = copied(tmp_path / "examples")
    diff = codemod(folder, "apply", "--diff").stdout
    subprocess.run(["git", "apply", "-"], cwd=folder, input=diff, text=True, check=True)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {p.name: p.read_bytes() for p in examples.iterdir()}
