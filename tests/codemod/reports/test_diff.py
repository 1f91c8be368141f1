"""Diffs that the real Git takes, forwards and backwards, whatever bytes and names there are."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codemod.reports.diff import base_folder, unified

NAMES = [
    b"plain.py", b"with blank.py", b"end .py ", b'quo"te.py', b"back\\slash.py", b"line\nbreak.py", b"tab\t.py",
    "ümläut.py".encode(), b"latin\xe4.py", b"-dash.py", b"deep/folder/x.py", b"a b/c d.py", b"\x7f.py", "日本.py".encode(),
]  # fmt: skip

LINES = st.lists(
    st.sampled_from(
        [b"", b"x", b"  y", b"\ttab ", b"\xff\xfe", b"\r", b"x\r", b"-x", b"+x", b"@@ -1 +1 @@", b"\\ No", b"\x0c"]
    ),
    max_size=12,
)
TEXTS = st.builds(lambda lines, end: b"\n".join(lines) + end, LINES, st.sampled_from([b"", b"\n"]))


def git_apply(folder: Path, patch: bytes, *arguments: str) -> None:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    done = subprocess.run(["git", "apply", *arguments], cwd=folder, input=patch, env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def round_trip(folder: Path, name: bytes, old: bytes, new: bytes) -> None:
    path = folder / os.fsdecode(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(old)
    patch = unified(os.fsdecode(name), old, new)
    git_apply(folder, patch)
    assert path.read_bytes() == new
    git_apply(folder, patch, "-R")
    assert path.read_bytes() == old


@pytest.mark.parametrize("name", NAMES)
def test_names(tmp_path: Path, name: bytes) -> None:
    round_trip(tmp_path, name, b"old\n", b"new\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\nb\nc\n", b"a\nB\nc\n"),
        (b"a\r\nb\r\n", b"a\r\nB\r\n"),
        (b"a\rb\r", b"a\rB\r"),
        (b"a\nb", b"a\nB"),
        (b"a\nb", b"a\nb\n"),
        (b"a\nb\n", b"a\nb"),
        (b"\xe4\n", b"\xf6\n"),
        (b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfb\n"),
        (b"a\x0cb\n\x0c\n", b"a\x0cB\n\x0c\n"),
        (b"x\n" * 500 + b"a\n" + b"x\n" * 500, b"x\n" * 500 + b"b\n" + b"x\n" * 500),
        ("a\u2028b\n\x85c\n".encode(), "a\u2028B\n\x85c\n".encode()),
    ],
)
def test_contents(tmp_path: Path, old: bytes, new: bytes) -> None:
    round_trip(tmp_path, b"a.py", old, new)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, TEXTS)
def test_any_contents(old: bytes, new: bytes) -> None:
    # Git takes an empty file for a missing one; the program never empties a file.
    if old == new or not old or not new:
        return
    with tempfile.TemporaryDirectory() as folder:
        round_trip(Path(folder).resolve(), b"a.py", old, new)


def test_several_files_in_one_patch(tmp_path: Path) -> None:
    patch = b""
    for number in range(5):
        (tmp_path / f"{number}.py").write_bytes(b"old" if number % 2 else b"old\n")
        patch += unified(f"{number}.py", b"old" if number % 2 else b"old\n", b"new")
    git_apply(tmp_path, patch)
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"new"}


def test_no_difference_is_no_diff() -> None:
    assert unified("a.py", b"x", b"x") == b""


class TestBaseFolder:
    def test_is_the_root_of_the_work_tree(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / ".git").mkdir()
        (tmp_path / "sub").mkdir()
        monkeypatch.chdir(tmp_path / "sub")
        assert base_folder([str(tmp_path / "sub/a.py"), str(tmp_path / "b.py")]) == str(tmp_path)

    def test_is_the_current_folder_outside_of_one(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "sub").mkdir()
        monkeypatch.chdir(tmp_path / "sub")
        assert base_folder([str(tmp_path / "sub/deep/a.py")]) == str(tmp_path / "sub")

    def test_is_shared_by_files_that_lie_elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("here", "there/.git", "there/a", "there/b"):
            (tmp_path / name).mkdir(parents=True)
        monkeypatch.chdir(tmp_path / "here")
        assert base_folder([str(tmp_path / "there/a/x.py"), str(tmp_path / "there/b/y.py")]) == str(tmp_path / "there")
        assert base_folder([str(tmp_path / "here/x.py"), str(tmp_path / "there/b/y.py")]) == str(tmp_path)
