"""What is too large to be analysed fails with the reason, before it takes memory; what others would get from it is told, too."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Container
from pathlib import Path

import pytest

from codemod.documents import sizes
from codemod.engine import migrate
from codemod.findings import Outcome, State
from codemod.names.modules import Modules
from codemod.running import limits, neighbours
from codemod.running.discovery import discover
from codemod.running.pools import FEW
from codemod.running.runner import RunOptions, run
from codemod.settings import Settings

Write = Callable[..., Path]

CALL = 'mlflow.sklearn.log_model(m, artifact_path="model")\n'
CODE = f"import mlflow\n{CALL}"
LARGE = CODE + "a;" * (sizes.CODE // 2) + "\n"


def book(code: str, output: str = "") -> str:
    outputs = [{"output_type": "stream", "name": "stdout", "text": output}]
    cell = {"cell_type": "code", "source": code, "metadata": {}, "outputs": outputs, "execution_count": None}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def outcomes_of(folder: Path, **more: object) -> dict[str, Outcome]:
    found: list[Outcome] = []
    run(discover([str(folder)]).targets, RunOptions(Settings(), **more), found.append)  # type: ignore[arg-type]
    return {Path(outcome.path).name: outcome for outcome in found}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", LARGE),
        ("notebook.py", f"# Databricks notebook source\n{LARGE}"),
        ("a.ipynb", book(LARGE)),
        ("requirements.txt", "mlflow==2.9\n" + "# x\n" * (sizes.OTHER // 4)),
        ("compose.yml", "mlflow: [" + "[]," * (sizes.OTHER // 3) + "1]\n"),
    ],
)
def test_a_large_file_fails_before_it_takes_memory(name: str, text: str) -> None:
    data = text.encode()
    migrate(name, b"import mlflow\n", Settings())  # loads what the first file loads
    tracemalloc.start()
    outcome = migrate(name, data, Settings())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.state is State.FAILED
    assert "are not analysed, because of the memory that it takes" in outcome.reason
    assert most < 20 * len(data)  # read, it takes up to 1,400 times as much


def test_the_outputs_of_a_notebook_are_no_code() -> None:
    assert migrate("a.ipynb", book(CODE, "x" * 2 * sizes.CODE).encode(), Settings()).state is State.CHANGED


@pytest.mark.parametrize("files", [2, FEW + 5])
def test_the_others_go_on(write: Write, tmp_path: Path, files: int) -> None:
    write("large.py", LARGE)
    for number in range(files):
        write(f"f{number}.py", CODE)
    found = outcomes_of(tmp_path, jobs=2)
    assert found.pop("large.py").state is State.FAILED
    assert {outcome.state for outcome in found.values()} == {State.CHANGED}


HELPER = "def save(logger, model):\n    logger.log_model(model)\n"


class TestModules:
    """What a file imports may be given up; its importers cannot tell then, and that is said once, of the module."""

    def test_one_that_takes_too_long(self, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        real = neighbours.summarise

        def slow(path: str, data: bytes, modules: Modules, whole: Container[str] = ()) -> object:
            while path.endswith("helper.py"):
                pass
            return real(path, data, modules, whole)

        monkeypatch.setattr(neighbours, "summarise", slow)
        write("helper.py", HELPER)
        for name in ("one", "two"):
            write(f"{name}.py", f"import helper\n{CODE}helper.save(mlflow.sklearn, m)\n")
        found = outcomes_of(tmp_path, timeout=2.0)
        assert (found["helper.py"].state, found["helper.py"].reason) == (State.FAILED, limits.timeout_reason(2.0))
        assert [name for name, outcome in found.items() if outcome.state is State.FAILED] == ["helper.py"]

    def test_one_that_is_too_large(self, write: Write, tmp_path: Path) -> None:
        write("helper.py", f"{HELPER}{'a;' * (sizes.CODE // 2)}\n")
        write("one.py", f"import helper\n{CODE}helper.save(mlflow.sklearn, m)\n")
        found = outcomes_of(tmp_path)
        assert found["helper.py"].state is State.FAILED
        assert "are not analysed" in found["helper.py"].reason
        assert found["one.py"].state is State.CHANGED

    def test_one_that_is_too_large_and_imports_what_logs(self, write: Write, tmp_path: Path) -> None:
        """It names MLflow nowhere, but would be looked at if it were smaller."""
        write(
            "helper.py",
            f"import mlflow\ndef save(model, where):\n    {CALL.replace(chr(34) + 'model' + chr(34), 'where')}",
        )
        write("main.py", f"from helper import save\nsave(m, 'model')\n{'a;' * (sizes.CODE // 2)}\n")
        found = outcomes_of(tmp_path)
        assert found["main.py"].state is State.FAILED
        assert "are not analysed" in found["main.py"].reason

    def test_a_table_of_data_is_none_of_our_concern(self, write: Write, tmp_path: Path) -> None:
        """What it holds is not known where it is asked for; nothing else is said of a file that has nothing of MLflow."""
        write("table.py", f'NAME = "model"\nROWS = [{"1," * sizes.CODE}]\n')
        write("one.py", "import mlflow\nfrom table import NAME\nmlflow.pyfunc.load_model(NAME)\n")
        assert outcomes_of(tmp_path)["table.py"].state is State.UNCHANGED
