"""Which reports a run gives and where they go."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.codemod.conftest import Program

CODE = 'import mlflow\nmlflow.sklearn.log_model(model, "model")\n'


@pytest.fixture(autouse=True)
def _code(write: Callable[..., Path]) -> None:
    write("a.py", CODE)


def test_several_reports_of_one_run(program: Program, tmp_path: Path) -> None:
    done = program(
        "check", "a.py", "--isolated", "--output", "sarif=out.sarif", "--output", "junit=out.xml", "--output", "github"
    )
    assert done.returncode == 1
    assert done.stdout.startswith(b"::error file=a.py,line=2,")
    assert len(json.loads((tmp_path / "out.sarif").read_text())["runs"][0]["results"]) == 2
    assert ElementTree.parse(tmp_path / "out.xml").getroot().attrib["failures"] == "1"


def test_people_get_their_report_beside_files(program: Program, tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text("old")
    done = program("check", "a.py", "--isolated", "--output", "json=out.json", "--statistics")
    assert b"\n      a.py:2:1  mlflow.sklearn.log_model(" in done.stdout
    assert b"\nrule    findings  safe" in done.stdout
    assert json.loads((tmp_path / "out.json").read_text())["exit_code"] == 1
    assert not list(tmp_path.glob(".mlflow-codemod*"))


@pytest.mark.parametrize("place", ["-", "/dev/stdout"])
def test_standard_output_by_the_names_that_it_has_elsewhere(program: Program, tmp_path: Path, place: str) -> None:
    done = program("check", "a.py", "--isolated", "--output", f"jsonl={place}")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line.get("code", line["type"]) for line in lines] == ["MLF101", "MLF103", "summary"]
    assert not (tmp_path / "-").exists()


def test_standard_input(program: Program) -> None:
    done = program("check", "-", "--isolated", "--format", "gitlab", data=CODE.encode())
    assert [issue["check_name"] for issue in json.loads(done.stdout)] == ["MLF101", "MLF103"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--output", "pdf"], b"'pdf' is not a format"),
        (["--output", "sarif="], b"no file is named"),
        (["--format", "json", "--output", "github"], b"only one report can go to standard output"),
        (["--output", "sarif=a", "--output", "json=./a"], b"two reports cannot go to the same file"),
        (["--output", "sarif=missing/out"], b"missing/out: cannot be written"),
        (["--output", "sarif=."], b".: cannot be written"),
    ],
)
def test_wrong_use_is_told_before_anything_is_done(program: Program, arguments: list[str], message: bytes) -> None:
    done = program("check", "a.py", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == b""
