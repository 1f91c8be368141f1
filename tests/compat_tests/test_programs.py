"""Programs run each for itself, and their ends are told apart."""

from __future__ import annotations

import functools
import logging
import os
from pathlib import Path

from compat_tests.programs import ProgramResult, run_forked, run_program


def run(text: str, folder: Path, limit: float = 30) -> ProgramResult:
    return run_forked({"it": functools.partial(run_program, text, folder)}, limit)["it"]


def test_a_program_that_ends_normally_gives_its_result(tmp_path: Path) -> None:
    here = Path.cwd()
    outcome = run("assert __name__ == '__main__'\nresult = {'a': [1, 2.5]}\nopen('made', 'w').close()\n", tmp_path)
    assert outcome == ProgramResult(result={"a": [1, 2.5]})
    assert (tmp_path / "made").exists()
    assert Path.cwd() == here


def test_an_error_is_told_by_class_and_text(tmp_path: Path) -> None:
    assert run("{}['missing']", tmp_path).error == "KeyError: 'missing'"
    assert run("import sys; sys.exit(3)", tmp_path).error == "SystemExit: 3"
    assert run("def f(:\n", tmp_path).error.startswith("SyntaxError: ")  # type: ignore[union-attr]


def test_log_records_of_mlflow_and_warnings_are_heard(tmp_path: Path) -> None:
    program = """
import logging, warnings
logging.getLogger("mlflow.models.model").warning("`%s` is deprecated", "artifact_path")
logging.getLogger("other").warning("not ours")
warnings.warn("stages go", FutureWarning)
"""
    expected = ("mlflow.models.model: `artifact_path` is deprecated", "FutureWarning: stages go")
    assert run(program, tmp_path).messages == expected
    assert not logging.getLogger("mlflow").handlers


def test_a_program_that_dies_or_hangs_does_not_take_the_others_along(tmp_path: Path) -> None:
    assert run("import os; os._exit(7)", tmp_path).error == "Died: status 7, limit 30 s"
    hung = run("import time, os; open('pid', 'w').write(str(os.getpid())); time.sleep(600)", tmp_path, limit=1)
    assert hung.error == "Died: status -9, limit 1 s"
    pid = int((tmp_path / "pid").read_text())
    assert not Path(f"/proc/{pid}").exists()
    assert os.getpid() != pid


def test_programs_run_side_by_side_and_are_told_in_their_order(tmp_path: Path) -> None:
    """Each of the first two waits for the other; the third dies, the fourth is fine."""
    meet = "import time, pathlib\npathlib.Path({own!r}).touch()\nwhile not pathlib.Path({other!r}).exists(): time.sleep(0.01)\n"
    first, second = str(tmp_path / "1"), str(tmp_path / "2")
    texts = {
        "a": meet.format(own=first, other=second),
        "b": meet.format(own=second, other=first),
        "c": "import os; os._exit(3)",
        "d": "result = 4",
    }
    actions = {}
    for key, text in texts.items():
        (tmp_path / f"folder-{key}").mkdir()
        actions[key] = functools.partial(run_program, text, tmp_path / f"folder-{key}")
    outcomes = run_forked(actions, limit=30, at_a_time=2)
    assert list(outcomes) == ["a", "b", "c", "d"]
    assert [outcome.error for outcome in outcomes.values()] == [None, None, "Died: status 3, limit 30 s", None]
    assert outcomes["d"].result == 4
