"""``report`` on a real folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.codemod.conftest import Program

CODE = 'import mlflow\nmlflow.sklearn.log_model(model, "model")\n'


def test_both_forms_say_the_same(program: Program, write: Callable[..., Path], tmp_path: Path) -> None:
    write("src/a.py", CODE)
    record = {
        "client": "3.17.2",
        "server": "3.17.2",
        "versions": {"1": "READY"},
        "predictions": {"pyfunc": {}},
        "failure": None,
    }
    write("record.json", json.dumps(record))
    for name in ("r.html", "r.md"):
        done = program("report", "src", "--isolated", "-o", name, "--compatibility", "record.json")
        assert done.returncode == 0, done.stderr
        page = (tmp_path / name).read_text(encoding="utf-8")
        assert "Training is tested on MLflow 3" in page
        assert "1 breaks and 1 still works and is deprecated." in page
        assert '+mlflow.sklearn.log_model(model, name="model")' in page.replace("&quot;", '"')


def test_unread_files_and_wrong_use(program: Program, write: Callable[..., Path]) -> None:
    write("src/a.py", "import mlflow\nmlflow.log_model(\n")
    assert program("report", "src", "--isolated", "-o", "r.md").returncode == 3
    assert b"end it in .html or .md" in program("report", "src", "-o", "r.pdf").stderr
    write("record.json", "[1]")
    done = program("report", "src", "-o", "r.md", "--compatibility", "record.json")
    assert done.returncode == 2
    assert b"record.json: holds no records of compat_tests" in done.stderr
