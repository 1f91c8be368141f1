import sys
from pathlib import Path

import pytest

from benchmarks.programs import execution
from benchmarks.programs.environments import Installation
from benchmarks.programs.manifest import Program
from benchmarks.programs.notebooks import to_script

HERE = Installation(Path(sys.executable), "0", ())
REPOSITORY = ("owner/name", "0" * 40)


@pytest.fixture
def tree(tmp_path, monkeypatch):
    # The stand-in data needs NumPy, which the environment of these tests may lack.
    monkeypatch.setattr(execution, "_write_stand_ins", lambda *_: None)
    tree = tmp_path / "repository"
    tree.mkdir()
    return tree


def run(program: Program, tree: Path, limit: float = 60.0) -> execution.Ending:
    return execution.run(program, tree, HERE, tree.parent / "scratch", limit)


def test_a_program_runs_in_its_own_folder(tree) -> None:
    (tree / "a").mkdir()
    (tree / "a" / "b.py").write_text("import pathlib, sys; pathlib.Path('made').write_text(sys.argv[1])")
    ending = run(Program(*REPOSITORY, "a/b.py", arguments=("x",)), tree)
    assert ending.runs
    assert (tree / "a" / "made").read_text() == "x"


def test_a_failure_names_the_program_s_own_line(tree) -> None:
    (tree / "a.py").write_text("import json\n\ndef f():\n    json.loads('{')\n\nf()\n")
    ending = run(Program(*REPOSITORY, "a.py"), tree)
    assert ending.status == "fails"
    assert ending.error.startswith("json.decoder.JSONDecodeError: ")
    assert [(place.path, place.line, place.text) for place in ending.places] == [
        ("a.py", 4, "json.loads('{')"),
        ("a.py", 6, "f()"),
    ]


def test_a_failure_in_a_notebook_names_the_cell(tree) -> None:
    (tree / "a.ipynb").write_text(
        '{"cells": [{"cell_type": "markdown", "source": ""}, {"cell_type": "code", "source": "x = 1\\n1 / 0"}]}'
    )
    (place,) = run(Program(*REPOSITORY, "a.ipynb"), tree).places
    assert (place.path, place.cell, place.line, place.text) == ("a.ipynb", 2, 2, "1 / 0")


def test_what_comes_before_runs_first_and_its_failure_counts(tree) -> None:
    (tree / "first.py").write_text("import sys, pathlib; pathlib.Path('made').touch(); sys.exit(len(sys.argv) - 1)")
    (tree / "second.py").write_text("import pathlib; assert pathlib.Path('made').exists()")
    assert run(Program(*REPOSITORY, "second.py", before=(("first.py",),)), tree).runs
    ending = run(Program(*REPOSITORY, "second.py", before=(("first.py", "fail"),)), tree)
    assert (ending.status, ending.command) == ("fails", "first.py fail")


def test_a_function_of_a_module_can_be_called(tree) -> None:
    (tree / "pack").mkdir()
    (tree / "pack" / "a.py").write_text("def main():\n    raise ValueError('called')\n")
    ending = run(Program(*REPOSITORY, "pack/a.py::main", directory="", python_path=("",)), tree)
    assert ending.error == "ValueError: called"


def test_a_program_that_hangs_is_ended(tree) -> None:
    (tree / "a.py").write_text("import time; time.sleep(60)")
    assert run(Program(*REPOSITORY, "a.py"), tree, limit=1.0).status == "times out"


def test_there_is_no_network(tree) -> None:
    (tree / "a.py").write_text("import urllib.request; urllib.request.urlopen('http://example.org/data.csv')")
    assert "without a network: example.org" in run(Program(*REPOSITORY, "a.py"), tree).error


def test_the_traceback_with_own_lines_counts(tmp_path) -> None:
    (tmp_path / "a.py").write_text("x\n")
    own = f'Traceback (most recent call last):\n  File "{tmp_path}/a.py", line 1, in <module>\nNameError: x\n'
    other = 'Traceback (most recent call last):\n  File "/usr/lib/z.py", line 9, in z\nExecutionException: failed\n'
    error, (place,) = execution.read_failure(own + other, tmp_path, {})
    assert (error, place.line) == ("NameError: x", 1)


def test_the_error_s_class_is_found_behind_a_long_text(tmp_path) -> None:
    text = 'Traceback (most recent call last):\n  File "x", line 1\nmlflow.exceptions.MlflowException: no\nmore\n'
    assert execution.read_failure(text, tmp_path, {}) == ("mlflow.exceptions.MlflowException: no", ())


def test_a_script_made_from_a_notebook_is_mapped_back(tmp_path) -> None:
    script = to_script(b'{"cells": [{"cell_type": "code", "source": "a\\nb"}]}')
    path = tmp_path / "a_as_script.py"
    path.write_text(script.text)
    text = f'Traceback (most recent call last):\n  File "{path}", line 2, in <module>\nNameError: b\n'
    _, (place,) = execution.read_failure(text, tmp_path, {str(path): ("a.ipynb", script)})
    assert (place.path, place.cell, place.line) == ("a.ipynb", 1, 2)


def test_stores_of_the_repository_are_removed(tmp_path) -> None:
    (tmp_path / "a" / "mlruns" / "0").mkdir(parents=True)
    (tmp_path / "mlflow.db").touch()
    (tmp_path / "a" / "kept.py").touch()
    execution.forget_stores(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "kept.py"]


def test_the_fingerprint_tells_files_apart(tmp_path) -> None:
    (tmp_path / "a").write_text("1")
    one = execution.fingerprint(tmp_path)
    (tmp_path / "a").write_text("2")
    assert execution.fingerprint(tmp_path) != one


def test_an_error_that_a_program_catches_is_seen(tree) -> None:
    (tree / "a.py").write_text(
        "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()\n"
    )
    ending = run(Program(*REPOSITORY, "a.py"), tree)
    assert ending.runs
    assert ending.swallowed == "ZeroDivisionError: division by zero"
