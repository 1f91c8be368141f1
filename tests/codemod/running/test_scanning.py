"""Large trees are read by several processes, which find what one finds."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from codemod.findings import Outcome, State
from codemod.running import pools, scanning
from codemod.running.discovery import Input, discover
from codemod.running.pools import LocalPool
from codemod.running.runner import RunOptions, run
from codemod.settings import Settings
from tests.codemod.running.conftest import question

Write = Callable[..., Path]


@pytest.fixture
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "MANY", 20)
    monkeypatch.setattr(scanning, "FEW", 10)
    monkeypatch.setattr(scanning, "_AT_A_TIME", 7)


def files(count: int, write: Write) -> tuple[Input, ...]:
    for number in range(count):
        write(f"f{number:02}.py", f"# {number}\n")
    return discover(["."]).targets


def asked(targets: Sequence[Input], name: str, jobs: int = 2) -> dict[str, tuple[int, bytes]]:
    with closing(LocalPool(jobs)) as pool:
        answers: dict[str, tuple[int, bytes]] = pool.asked(targets, question(name))
    return answers


@pytest.mark.usefixtures("_large")
def test_what_files_say_is_asked_in_other_processes(write: Write) -> None:
    answers = asked(files(30, write), "process_and_bytes")
    assert {path: data for path, (_, data) in answers.items()} == {
        f"f{number:02}.py": f"# {number}\n".encode() for number in range(30)
    }
    assert os.getpid() not in {process for process, _ in answers.values()}


@pytest.mark.usefixtures("_large")
def test_few_files_are_left_to_who_asks_and_so_are_many_for_one_process(write: Write) -> None:
    targets = files(30, write)
    assert asked(targets[:19], "process_and_bytes") == {}
    assert asked(targets, "process_and_bytes", jobs=1) == {}


@pytest.mark.usefixtures("_large")
def test_what_nobody_could_read_is_left_out(write: Write) -> None:
    targets = files(30, write)
    Path("f03.py").unlink()
    Path("f04.py").unlink()
    os.mkfifo("f04.py")
    assert asked(targets, "process_and_bytes").keys() == {each.path for each in targets} - {"f03.py", "f04.py"}


@pytest.mark.usefixtures("_large")
@pytest.mark.parametrize("name", ["dies_of_11", "raises_at_11"])
def test_a_file_that_ends_its_process_costs_its_batch_an_answer(name: str, write: Write) -> None:
    answers = asked(files(30, write), name)
    assert answers.keys() == {f"f{number:02}.py" for number in range(30) if not 7 <= number < 14}


PROJECT = {
    "pkg/keeping.py": "import mlflow.sklearn\n\ndef keep(model, path):\n    mlflow.sklearn.log_model(model, path)\n",
    "pkg/__init__.py": "",
    "train.py": "from pkg import keeping\n\nkeeping.keep(1, 'a/b')\n",
    "deep/er/train.py": "from pkg.keeping import keep as put\n\nput(1, artifact_path='a:b')\n",
    "flow.py": "import subprocess\n\nsubprocess.run(['python', 'train.py'])\n",
    "options.py": "OPTIONS = {'artifact_path': 'model'}\n",
    "broken.py": "import mlflow\ndef (\n",
    "log.py": "import mlflow\nfrom options import OPTIONS\n\nmlflow.pyfunc.log_model(**OPTIONS, python_model=1)\n",
    "tests/test_train.py": (
        "from unittest import mock\n\nimport train\n\n\ndef test_it():\n    with mock.patch('pkg.keeping.mlflow') as fake:\n"
        "        train.keeping.keep(1, 'm')\n    fake.sklearn.log_model.assert_called_with(1, 'm')\n"
    ),
    "setup.py": "from setuptools import setup\n\nsetup(install_requires=['mlflow>=2,<3'])\n",
    ".env": "MLFLOW_TRACKING_URI=http://localhost:5000\n",
    "shown.ipynb": '{"cells": [{"cell_type": "code", "source": ["import train"]}], "metadata": {}, "nbformat": 4}',
}


@pytest.mark.usefixtures("_large")
def test_two_processes_say_what_one_says(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, text in PROJECT.items():
        write(path, text)
    for number in range(40):
        write(f"other/f{number}.py", f"import os\nfrom . import f{number // 2}\n")
    targets = discover(["."]).targets
    Path("other/f7.py").unlink()
    answered: list[int] = []
    real = pools.LocalPool.asked

    def counted(pool: LocalPool, targets: Sequence[Input], question: scanning.Question[object]) -> dict[str, object]:
        answers = real(pool, targets, question)
        answered.append(len(answers))
        return answers

    monkeypatch.setattr(pools.LocalPool, "asked", counted)
    said = []
    for jobs in (1, 2):
        recorded: list[Outcome] = []
        run(targets, RunOptions(Settings(), jobs=jobs), recorded.append)
        said.append(sorted(recorded, key=lambda outcome: outcome.path))
        if jobs == 1:
            assert set(answered) == {0}
    assert answered[-1] > 40
    assert said[0] == said[1]
    states = {outcome.path: outcome.state for outcome in said[0]}
    assert states["other/f7.py"] is states["broken.py"] is State.FAILED
    assert states["train.py"] is not State.FAILED
    assert len([outcome for outcome in said[0] if outcome.findings]) >= 5
