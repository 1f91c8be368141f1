"""The rules as a codemod of the real ``libcst.tool``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]

PROJECT = Path(__file__).parents[2]
OLD = b'import mlflow\r\nmlflow.xgboost.log_model(booster, "m")  # \xc3\xa4\r\n'
NEW = OLD.replace(b'"m"', b'name="m"')


@pytest.fixture
def libcst_tool(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "libcst.tool", "codemod", "--external", "--no-format", *arguments],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(PROJECT)}, capture_output=True,
        )  # fmt: skip

    return run


def test_rewrites_what_apply_rewrites(
    write: Write, libcst_tool: Callable[..., subprocess.CompletedProcess[bytes]]
) -> None:
    changed, same = write("src/a.py", OLD), write("src/b.py", b"import os\n")
    done = libcst_tool("codemod.command.MigrateToMlflow3", "src")
    assert done.returncode == 0, done.stderr.decode()
    assert changed.read_bytes() == NEW
    assert same.read_bytes() == b"import os\n"


def test_what_is_left_is_a_warning(
    write: Write, libcst_tool: Callable[..., subprocess.CompletedProcess[bytes]]
) -> None:
    content = b'import mlflow\ngetattr(mlflow, pick()).log_model(model, "m")\n'
    path = write("a.py", content)
    done = libcst_tool("codemod.command.MigrateToMlflow3", "a.py")
    assert done.returncode == 0
    assert b"a.py:2:1: MLF101 " in done.stderr
    assert path.read_bytes() == content


def test_options(write: Write, libcst_tool: Callable[..., subprocess.CompletedProcess[bytes]]) -> None:
    path = write("a.py", OLD)
    assert libcst_tool("codemod.command.MigrateToMlflow3", "--target", "both", "a.py").returncode == 0
    assert path.read_bytes() == OLD
    assert libcst_tool("codemod.command.MigrateToMlflow3", "--select", "MLF403", "a.py").returncode == 0
    assert path.read_bytes() == OLD
    done = libcst_tool("codemod.command.MigrateToMlflow3", "--select", "MLF4003", "a.py")
    assert done.returncode == 1
    assert b"no rule has the code 'MLF4003'; did you mean 'MLF403'?" in done.stderr


def test_one_file_that_fails_does_not_stop_the_others(
    write: Write, libcst_tool: Callable[..., subprocess.CompletedProcess[bytes]]
) -> None:
    write("src/bad.py", b"# coding: utf-8\nimport mlflow\nlog_model(\n")
    good = write("src/good.py", OLD)
    assert libcst_tool("codemod.command.MigrateToMlflow3", "src").returncode == 1
    assert good.read_bytes() == NEW
