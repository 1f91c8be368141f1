"""What flows through the files of a project: each case does on MLflow 3, after the codemod, what it did on MLflow 2 as it was.

A folder below ``cases`` is a project whose ``main.py`` gives a ``result``. The codemod makes its safe fixes; those, too, that are not
safe where the folder's name ends in ``_unsafe``.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

import codemod
from compat_tests import on_mlflow_2
from compat_tests.environments import PROJECT
from compat_tests.programs import ProgramResult

FOLDER = PROJECT / "compat_tests" / "cases"
CASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def programs(folder: Path) -> dict[str, str]:
    """Return a program for each case of a folder: it writes the case's files and runs ``main.py``."""
    return {name: _program(folder / name) for name in CASES}


def _program(case: Path) -> str:
    files = {
        str(path.relative_to(case)): path.read_text(encoding="utf-8")
        for path in sorted(case.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    return (
        "import pathlib, runpy, sys\n"
        f"for name, text in {files!r}.items():\n"
        "    pathlib.Path(name).parent.mkdir(parents=True, exist_ok=True)\n"
        "    pathlib.Path(name).write_text(text, encoding='utf-8')\n"
        "sys.path.insert(0, '.')\n"
        "result = runpy.run_path('main.py', run_name='__main__')['result']\n"
    )


@pytest.fixture(scope="module")
def before_on_2(client_line: str) -> Mapping[str, ProgramResult]:
    """Outcomes of the cases as they are, on MLflow 2."""
    return on_mlflow_2.run("2", programs(FOLDER)) if client_line == "2" else on_mlflow_2.known(programs(FOLDER))


@pytest.fixture(scope="module")
def after_on_3(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, ProgramResult]:
    """Outcomes of what the codemod made of the cases, on MLflow 3."""
    folder = tmp_path_factory.mktemp("cases")
    for name in CASES:
        shutil.copytree(FOLDER / name, folder / name)
        codemod.apply(folder / name, codemod.Settings(unsafe=name.endswith("_unsafe")), isolated=True)
    return on_mlflow_2.run("3", programs(folder))


@pytest.mark.parametrize("name", CASES)
def test_a_case_works_on_mlflow_2(name: str, before_on_2: Mapping[str, ProgramResult]) -> None:
    assert before_on_2[name].error is None
    assert before_on_2[name].result is not None


@pytest.mark.parametrize("name", CASES)
def test_a_case_does_after_the_codemod_what_it_did_on_mlflow_2(
    name: str, before_on_2: Mapping[str, ProgramResult], after_on_3: Mapping[str, ProgramResult]
) -> None:
    after = after_on_3[name]
    assert after == ProgramResult(None, after.messages, before_on_2[name].result)
