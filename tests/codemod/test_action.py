"""The GitHub action: its script is run as the runner runs it, with the same variables and shell options."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((PROJECT / "action.yml").read_text(encoding="utf-8"))

Write = Callable[..., Path]
Run = Callable[..., tuple[int, str, dict[str, str], str]]

OLD = 'import mlflow\nmlflow.xgboost.log_model(booster, "m")\n'


@pytest.fixture
def run(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the step; give its exit code, what it printed, its outputs and its summary."""
    (step,) = (step for step in ACTION["runs"]["steps"] if step.get("id") == "check")
    temporary = tmp_path_factory.mktemp("runner")

    def at(**inputs: str) -> tuple[int, str, dict[str, str], str]:
        values = {name: str(told["default"]) for name, told in ACTION["inputs"].items()} | inputs
        variables = {
            name: values[name[6:].lower().replace("_", "-")] for name in step["env"] if name.startswith("INPUT_")
        }
        output, summary = temporary / "output", temporary / "summary"
        environment = {
            **os.environ, **variables, "PYTHONPATH": str(PROJECT), "MLFLOW_CODEMOD_PYTHON": sys.executable,
            "RUNNER_TEMP": str(temporary), "GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary),
        }  # fmt: skip
        script = temporary / "script.sh"
        script.write_text(step["run"])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        lines = output.read_text().splitlines()
        outputs = dict(line.split("=", 1) for line in lines)
        return done.returncode, done.stdout + done.stderr, outputs, summary.read_text() if summary.exists() else ""

    return at


def test_findings_fail_the_step_and_are_counted(run: Run, write: Write) -> None:
    write("a b.py", OLD)
    write("c.py", OLD)
    write("not named.py", OLD)
    code, printed, outputs, summary = run(paths="a b.py\nc.py\n", select="MLF101", target="3")
    assert code == 1, printed
    assert printed.count("::warning ") + printed.count("::error ") + printed.count("::notice ") == 2
    sarif = json.loads(Path(outputs.pop("sarif")).read_text())
    assert len(sarif["runs"][0]["results"]) == 2
    assert outputs == {
        "exit-code": "1",
        "findings": "2",
        "safe": "2",
        "unsafe": "0",
        "by-hand": "0",
        "breaks": "0",
        "failed": "0",
    }
    assert "MLF101" in summary


def test_nothing_left(run: Run, write: Write) -> None:
    write("a.py", "import mlflow\n")
    code, printed, outputs, _ = run()
    assert code == 0, printed
    assert outputs["findings"] == "0"


def test_inputs_are_no_code(run: Run, write: Write, tmp_path: Path) -> None:
    write("a.py", OLD)
    code, _, outputs, _ = run(paths="$(touch hacked)", since="; touch hacked")
    assert code == 2
    assert outputs == {"exit-code": "2"}
    assert not (tmp_path / "hacked").exists()


def test_every_output_is_one_that_the_step_gives(run: Run, write: Write) -> None:
    write("a.py", OLD)
    given = {name for name, told in ACTION["outputs"].items() if "steps.check." in told["value"]}
    assert set(run()[2]) == given
    assert set(ACTION["outputs"]) - given == {"verdict"}


# Stands in for the program: notes how it was called, and writes what `verify` would.
STAND_IN = """#!/bin/bash
if [ "$1" = -m ]; then
  printf '%s\\0' "$@" > called
  for part in "$@"; do
    case "$part" in
      json=*) echo '{"verdict": "not proved"}' > "${part#json=}";;
      markdown=*) echo '## shown' > "${part#markdown=}";;
    esac
  done
  exit 4
fi
exec @PYTHON@ "$@"
"""


def test_verify_gets_its_command_and_options_as_a_shell_would_split_them(tmp_path: Path) -> None:
    (step,) = (step for step in ACTION["runs"]["steps"] if step.get("id") == "verify")
    assert "inputs.verify != ''" in step["if"], "off unless it is asked for"
    python = tmp_path / "python"
    python.write_text(STAND_IN.replace("@PYTHON@", sys.executable))
    python.chmod(0o755)
    (tmp_path / "script.sh").write_text(step["run"])
    environment = {
        **os.environ, "MLFLOW_CODEMOD_PYTHON": str(python), "RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"), "INPUT_VERIFY": "python 'my train.py' $(touch hacked)",
        "INPUT_OPTIONS": "--include 'my data'", "INPUT_PROJECT": "sub; touch hacked",
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(tmp_path / "script.sh")],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 4, done.stderr
    called = (tmp_path / "called").read_text().split("\0")[:-1]
    assert called[:6] == ["-m", "codemod", "verify", "sub; touch hacked", "--include", "my data"]
    assert called[called.index("--") + 1 :] == ["python", "my train.py", "$(touch", "hacked)"]
    assert (tmp_path / "output").read_text() == "verdict=not proved\n"
    assert (tmp_path / "summary").read_text() == "## shown\n"
    assert not (tmp_path / "hacked").exists()


def test_a_baseline(run: Run, write: Write) -> None:
    write("a.py", OLD)
    write("known.json", '[{"mlflow-codemod-baseline": 1}\n]\n')
    assert run(baseline="known.json")[2]["findings"] == "1"


def test_a_baseline_on_touched_lines(run: Run, write: Write, git: Callable[..., str]) -> None:
    write("known.json", '[{"mlflow-codemod-baseline": 1}\n]\n')
    write("old.py", OLD)
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "old")
    write("new.py", OLD)
    code, printed, outputs, _ = run(baseline="known.json", since="main")
    assert (code, outputs["findings"]) == (1, "1"), printed
    assert "file=new.py" in printed


def test_the_examples_are_gated_as_ci_gates_them(tmp_path: Path) -> None:
    workflow = yaml.safe_load((PROJECT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    inputs = next(step["with"] for step in workflow["jobs"]["gate"]["steps"] if "baseline" in step.get("with", {}))
    shutil.copytree(PROJECT / "examples", tmp_path / "examples")
    command = [sys.executable, "-m", "codemod", "baseline", "check", "--baseline", inputs["baseline"], inputs["paths"]]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "examples/more.py").write_text(OLD)
    assert subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True).returncode == 1


def test_an_advisory_step_shows_and_passes(run: Run, write: Write) -> None:
    write("a.py", OLD)
    code, printed, outputs, _ = run(paths="a.py", advisory="true")
    assert (code, outputs["findings"]) == (0, "1")
    assert "::notice file=a.py" in printed


def test_what_only_warns_may_pass(run: Run, write: Write) -> None:
    write("a.py", OLD)
    assert run(paths="a.py", **{"fail-on": "changes"})[0] == 0


def test_wrong_use_and_broken_files_are_errors_of_the_run(run: Run, write: Write) -> None:
    code, printed, _, _ = run(paths="nowhere.py", advisory="true")
    assert (code, printed.count("::error title=mlflow-codemod::")) == (2, 1)
    write("b.py", "import mlflow\nmlflow.log_model(\n")
    code, printed, _, _ = run(paths="b.py", advisory="true")
    assert (code, printed.count("::error title=mlflow-codemod::")) == (3, 1)
