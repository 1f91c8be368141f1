"""docs/editors.md is true: what it tells editors to look for is what the program prints."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "editors.md").read_text(encoding="utf-8")
CODE = (
    'import mlflow\nmlflow.search_runs()\nrun = mlflow.active_run()\nprint(run.info.run_uuid)\n'
    'mlflow.onnx.log_model(model, artifact_path="model")\nmlflow.log_artifact("f", "model")\n'
)  # fmt: skip
BESIDE = "%%writefile nightly.py\nimport mlflow\nmlflow.onnx.log_model(model, artifact_path='model')\n"

Program = Callable[..., subprocess.CompletedProcess[bytes]]


def notebook(*cells: str) -> str:
    made = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": cell} for cell in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


@pytest.fixture
def printed(tmp_path: Path, program: Program) -> list[str]:
    """Return what the command on the page prints, of a script, two notebooks and a requirements file."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "train model.py").write_text(CODE)
    (tmp_path / "src" / "requirements.txt").write_text("mlflow<3\n")
    (tmp_path / "src" / "explore.ipynb").write_text(notebook("import mlflow", CODE))
    (tmp_path / "src" / "job.py").write_text(
        "# Databricks notebook source\n# MAGIC %pip install 'mlflow<3'\n\n# COMMAND ----------\n\n" + CODE
    )
    (tmp_path / "src" / "write.ipynb").write_text(notebook(BESIDE))
    (command,) = re.findall(r"^mlflow-codemod (check --output-format .*)$", PAGE, re.MULTILINE)
    done = program(*command.split())
    assert done.returncode == 1
    lines = done.stdout.decode().splitlines()
    assert {"breaks", "deprecated"} <= {word for line in lines for word in line.split()}
    assert sum("cell " in line for line in lines) >= 3
    return lines


def test_the_matchers_of_visual_studio_code_take_each_line_of_a_file_once(printed: list[str]) -> None:
    (block,) = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    matchers = json.loads(block)["tasks"][0]["problemMatcher"]
    assert {matcher["severity"] for matcher in matchers} == {"error", "warning", "info"}
    seen: Counter[str] = Counter()
    for line in printed:
        found = [(matcher, match) for matcher in matchers if (match := re.search(matcher["pattern"]["regexp"], line))]
        if ".ipynb: cell" in line:
            assert not found
            continue
        ((matcher, match),) = found
        pattern = matcher["pattern"]
        assert match[pattern["file"]] in ("src/train model.py", "src/requirements.txt", "src/job.py")
        assert int(match[pattern["line"]]) >= 1
        assert int(match[pattern["column"]]) >= 1
        assert re.fullmatch(r"MLF\d{3}", match[pattern["code"]])
        assert line.endswith(match[pattern["message"]])
        expected = {"breaks": "error", "changes": "warning", "deprecated": "info", "advice": "info"}
        (word,) = re.findall(rf": (\w+) {match[pattern['code']]} ", line)
        assert matcher["severity"] == expected[word]
        seen[word] += 1
    assert seen["breaks"] >= 2
    assert seen["deprecated"] >= 2


@pytest.mark.skipif(shutil.which("vim") is None, reason="needs Vim")
def test_vim_makes_a_list_of_every_line(printed: list[str], tmp_path: Path) -> None:
    (errorformat,) = re.findall(r"^CompilerSet errorformat=(.*)$", PAGE, re.MULTILINE)
    (tmp_path / "printed").write_text("\n".join(printed) + "\n")
    (tmp_path / "list.vim").write_text(
        f"set errorformat={errorformat}\ncgetfile printed\n"
        "call writefile([json_encode(map(getqflist(), '[bufname(v:val.bufnr), v:val.lnum, v:val.col, v:val.text, v:val.valid]'))],"
        " 'list.json')\nquitall!\n"
    )
    subprocess.run(["vim", "-Nu", "NONE", "-i", "NONE", "-es", "-S", "list.vim"], cwd=tmp_path, check=True, timeout=60)
    rows = json.loads((tmp_path / "list.json").read_text())
    assert len(rows) == len(printed)
    for line, (name, number, column, text, is_valid) in zip(printed, rows, strict=True):
        assert is_valid, line
        assert re.match(r"(?:breaks|changes|deprecated|advice) MLF\d{3} ", text), text
        assert line.startswith(name)
        assert line.endswith(text)
        if ".ipynb: cell" not in line:
            assert line.startswith(f"{name}:{number}:{column}")
