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
from compat_tests import environments
from compat_tests.environments import PROJECT
from compat_tests.programs import Outcome, outcomes_of

CASES = sorted(path.name for path in (PROJECT / "compat_tests" / "cases").iterdir() if path.is_dir())


def outcomes(line: str, folder: Path) -> Mapping[str, Outcome]:
    """Run the ``main.py`` of each case of a folder with a client of MLflow 2 or 3."""
    client = environments.client(line)
    texts = {name: _program(folder / name) for name in CASES}
    return outcomes_of(texts, client.command(), client.variables({"PYTHONPATH": str(PROJECT)}))


def _program(case: Path) -> str:
    return (
        "import runpy, shutil, sys\n"
        f"shutil.copytree({str(case)!r}, '.', dirs_exist_ok=True)\n"
        "sys.path.insert(0, '.')\n"
        "result = runpy.run_path('main.py', run_name='__main__')['result']\n"
    )


@pytest.fixture(scope="module")
def before_on_2() -> Mapping[str, Outcome]:
    """Outcomes of the cases as they are, on MLflow 2."""
    return outcomes("2", PROJECT / "compat_tests" / "cases")


@pytest.fixture(scope="module")
def after_on_3(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Outcome]:
    """Outcomes of what the codemod made of the cases, on MLflow 3."""
    folder = tmp_path_factory.mktemp("cases")
    for name in CASES:
        shutil.copytree(PROJECT / "compat_tests" / "cases" / name, folder / name)
        codemod.apply(folder / name, codemod.Settings(unsafe=name.endswith("_unsafe")), isolated=True)
    return outcomes("3", folder)


@pytest.mark.parametrize("name", CASES)
def test_a_case_does_after_the_codemod_what_it_did_on_mlflow_2(
    name: str, before_on_2: Mapping[str, Outcome], after_on_3: Mapping[str, Outcome]
) -> None:
    assert before_on_2[name].error is None
    assert before_on_2[name].result is not None
    assert after_on_3[name] == Outcome(None, after_on_3[name].messages, before_on_2[name].result)
