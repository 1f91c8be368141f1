"""A tree of what no project should have, kills at random moments, and two runs at once."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.codemod.conftest import _compiled_modules, clean_environment

__all__ = ["_compiled_modules"]

CODE = 'import mlflow\n\nmlflow.xgboost.log_model(booster, artifact_path="model")\n'
NEW = CODE.replace("artifact_path", "name")


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "codemod", "apply", "--format", "json", *arguments],
        cwd=folder, env=clean_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.fixture
def nasty(tmp_path: Path) -> Path:
    folder = tmp_path / "nasty"
    folder.mkdir()
    (folder / "good.py").write_text(CODE)
    os.mkfifo(folder / "pipe.py")
    os.mkfifo(folder / ".gitignore")
    os.mkfifo(folder / "requirements.txt")
    with socket.socket(socket.AF_UNIX) as listener:
        before = Path.cwd()
        os.chdir(folder)
        listener.bind("socket.py")
        os.chdir(before)
    (folder / "device.py").symlink_to("/dev/zero")
    (folder / "loop.py").symlink_to("loop.py")
    (folder / "gone.py").symlink_to("nowhere.py")
    (folder / "up").symlink_to("..")
    (folder / "folder.py").mkdir()
    (folder / "binary.py").write_bytes(b"mlflow log_model artifact_path " + bytes(range(256)) * 100)
    (folder / "empty.py").write_bytes(b"")
    (folder / "huge.py").write_text(CODE + "# x\n" * 200_000)
    (folder / "line.py").write_text(CODE + f'x = "{"y" * 900_000}"\n')
    (folder / "larger.py").write_text(CODE + "# x\n" * 800_000)
    (folder / "deep.py").write_text("import mlflow; mlflow.log_model(" + "(" * 5000 + ")" * 5001)
    (folder / "sum.py").write_text("import mlflow; mlflow.log_model(" + "1 + " * 20_000 + "1)")
    (folder / "book.ipynb").write_text('{"mlflow": "log_model artifact_path", "cells": ' + "[" * 50_000)
    for name in (b"\xff\xfe.py", b"a\nb.py", b"-rf.py", b"--help.py", b" .py", b"*.py", b"x" * 250 + b".py"):
        Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_text(CODE)
    return folder


def test_a_run_ends_and_says_what_became_of_each(nasty: Path) -> None:
    process = start(nasty, ".", "--timeout-per-file", "60")
    out, err = process.communicate(timeout=240)
    assert process.returncode == 3, err.decode()
    assert b"Traceback" not in err
    document = json.loads(out)
    states = {file["path"]: file["state"] for file in document["files"]}
    assert sum(document["summary"]["states"].values()) == document["summary"]["inputs"]
    for name in ("pipe.py", "socket.py", "device.py", "loop.py", "gone.py", "up"):
        assert states[name] == "skipped", name
    for name in ("good.py", "huge.py", "line.py", "-rf.py", "--help.py", " .py", "*.py", "a\nb.py"):
        assert states[name] == "changed", name
    for name in ("deep.py", "book.ipynb", "larger.py"):
        assert states[name] == "failed", name
    assert (nasty / "good.py").read_text() == NEW
    assert not any("internal error" in file["reason"] for file in document["files"])


@pytest.mark.parametrize("seed", range(4))
def test_a_kill_at_any_moment_leaves_whole_files(tmp_path: Path, seed: int) -> None:
    for number in range(100):
        (tmp_path / f"f{number:03}.py").write_text(CODE)
    process = start(tmp_path, ".", "-j2", "--save-patch", "undo.patch")
    time.sleep(random.Random(seed).uniform(0.2, 4))
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    changed = [path for path in tmp_path.glob("f*.py") if path.read_text() == NEW]
    assert all(path.read_text() in (CODE, NEW) for path in tmp_path.glob("f*.py"))
    patch = (tmp_path / "undo.patch").read_text() if changed else ""
    assert all(f"--- a/{path.name}" in patch for path in changed)


def test_two_runs_at_once(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"f{number:03}.py").write_text(CODE)
    runs = [start(tmp_path, ".", "-j1") for _ in range(2)]
    written: list[str] = []
    for process in runs:
        out, err = process.communicate(timeout=240)
        assert process.returncode in (0, 3), err.decode()
        files = json.loads(out)["files"]
        written += [file["path"] for file in files if file["state"] == "changed"]
        failed = [file["reason"] for file in files if file["state"] == "failed"]
        assert all("changed while it was being migrated" in reason for reason in failed)
    assert {path.read_text() for path in tmp_path.glob("f*.py")} == {NEW}
    assert set(written) == {path.name for path in tmp_path.glob("f*.py")}
    assert not list(tmp_path.glob(".mlflow-codemod-*"))
