"""``report`` on a real folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from codemod.reports import compatibility
from codemod.reports.base import Report
from codemod.reports.checklist import checklist
from codemod.settings import Settings
from tests.codemod.conftest import Program

WORLD = {"status": 0, "seconds": 1.0, "runs": 1, "models": 1, "replaced": []}
ROW = {
    "kind": "prediction",
    "key": "iris / r · model",
    "status": "equal",
    "first": "",
    "second": "",
    "reason": "",
    "rule": None,
}
PLACE = {
    "path": "batch.py",
    "line": 41,
    "end_line": 41,
    "cell": None,
    "code": "MLF201",
    "message": "",
    "changed": True,
    "ran": "ran",
}


def proof(**changed: Any) -> dict[str, Any]:
    """What `verify` writes, as far as a report reads it; its schema is held by the tests of `verify`."""
    worlds = [
        {"label": line, "client": release, "server": release, **WORLD}
        for line, release in (("2", "2.22.5"), ("3", "3.17.2"))
    ]
    whole = {
        "version": 1,
        "worlds": worlds,
        "cells": [{"world": "3", "rows": [ROW]}],
        "places": [PLACE],
        "failure": None,
    }
    return {**whole, **changed}


CODE = 'import mlflow\nmlflow.sklearn.log_model(model, "model")\n'


def test_both_forms_say_the_same(program: Program, write: Callable[..., Path], tmp_path: Path) -> None:
    write("src/a.py", CODE)
    write("proof.json", json.dumps(proof()))
    for name in ("r.html", "r.md"):
        done = program("report", "src", "--isolated", "-o", name, "--verify", "proof.json")
        assert done.returncode == 0, done.stderr
        page = (tmp_path / name).read_text(encoding="utf-8")
        assert "Training is tested on MLflow 3" in page
        assert "1 breaks and 1 still works and is deprecated." in page
        assert '+mlflow.sklearn.log_model(model, name="model")' in unescape(page)


def test_unread_files_and_wrong_use(program: Program, write: Callable[..., Path]) -> None:
    write("src/a.py", "import mlflow\nmlflow.log_model(\n")
    assert program("report", "src", "--isolated", "-o", "r.md").returncode == 3
    assert b"let it end in .html or .md" in program("report", "src", "-o", "r.pdf").stderr
    write("proof.json", "[1]")
    done = program("report", "src", "-o", "r.md", "--verify", "proof.json")
    assert done.returncode == 2
    assert b"proof.json: is not a result of `verify" in done.stderr


@pytest.mark.parametrize(
    ("changed", "states"),
    [
        ({}, ("done", "done", "done")),
        ({"places": [{**PLACE, "ran": "did not run"}]}, ("done", "done", "open: client 3.17.2, server 3.17.2: batch.py:41 (MLF201) never ran")),
        ({"unanalysed": ["old.py: line 2: invalid syntax"]},
         ("done", "done", "open: client 3.17.2, server 3.17.2: old.py could not be analysed")),
        ({"cells": [{"world": "3", "rows": [ROW, {**ROW, "kind": "metric", "status": "different"}]}]},
         ("open", "open: client 3.17.2, server 3.17.2: 1 of 2 rows differ", "open")),
        ({"failure": {"world": "3", "message": "it fails"}}, ("open", "open: client 3.17.2, server 3.17.2: it fails", "open")),
        ({"cells": [{"world": "3", "rows": [{**ROW, "kind": "param"}]}]}, ("done", "done", "open: client 3.17.2, server 3.17.2: no model was asked")),
    ],
)  # fmt: skip
def test_items_are_done_or_open_by_evidence(changed: dict[str, Any], states: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "proof.json").write_text(json.dumps(proof(**changed)), encoding="utf-8")
    worlds = compatibility.read_compatibility(str(tmp_path / "proof.json"))
    checks = {
        check.title: f"{check.status}: {check.evidence}"
        for check in checklist(Report("check", Settings(), ()), {}, worlds)
    }
    for title, state in zip(
        ("The server runs MLflow 3", "Training is tested on MLflow 3", "Inference is tested on MLflow 3"),
        states,
        strict=True,
    ):
        assert checks[title].startswith(state), checks[title]


def test_history_is_kept_and_drawn(program: Program, write: Callable[..., Path], tmp_path: Path) -> None:
    write("src/a.py", CODE)
    for epoch in ("1700000000", "1700100000"):
        done = program("report", "src", "--isolated", "-o", "r.html", "--history", "kept", SOURCE_DATE_EPOCH=epoch)
        assert done.returncode == 0, done.stderr
        write("src/a.py", "import mlflow\n")
    first, second = sorted((tmp_path / "kept").iterdir())
    assert json.loads(first.read_text())["severities"] == {"breaks": 1, "changes": 0, "deprecated": 1, "advice": 0}
    assert json.loads(second.read_text())["clean"] == 1
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "Findings that were left: 2 on 2023-11-14, 0 on 2023-11-16." in page
    assert "2023-11-16 02:00 UTC" in page
    write("kept/other.json", "{}")
    done = program("report", "src", "--isolated", "-o", "r.html", "--history", "kept")
    assert (done.returncode, b"holds no counts of this program" in done.stderr) == (2, True)
