"""Patterns mean what pathspec makes of them, and cost little whatever is written."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pathspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemod.disk.patterns import PatternError, Patterns, folder_patterns

_PARTS = st.sampled_from(["a", "b", "*", "*", "/", "**", "**/", "/**/", "?", "[ab]", "!"])
_NAMES = st.text("ab", min_size=1, max_size=4)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PARTS, min_size=1, max_size=9).map("".join), st.lists(_NAMES, min_size=1, max_size=5).map("/".join))
def test_a_pattern_means_what_it_means_to_pathspec(line: str, path: str) -> None:
    try:
        own = Patterns("/base", [line])
    except PatternError:
        return
    assert own.verdict(f"/base/{path}") == pathspec.GitIgnoreSpec.from_lines([line]).check_file(path).include


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("*a" * 20 + "b", "a" * 255),
        ("*a*a*a*a*a*a*a*a*a*a*b/c", "a" * 255 + "/c"),
        ("**/a/" * 8 + "b", "a/" * 2_000 + "c"),
        ("**/a*a/" * 8 + "b", "aa/" * 1_300 + "c"),
        ("*a" * 60 + "/*b*b*b/b", "a" * 4_000),
    ],
)
def test_wildcards_are_not_tried_over_and_over(line: str, path: str) -> None:
    patterns = Patterns("/base", [line])
    start = time.process_time()
    assert not patterns.match(f"/base/{path}")
    assert time.process_time() - start < 0.5


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_pipe_or_a_device_is_no_file_of_patterns(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".gitignore")
    assert folder_patterns(os.fspath(tmp_path)) is None
    (tmp_path / ".gitignore").unlink()
    (tmp_path / ".gitignore").symlink_to("/dev/zero")
    assert folder_patterns(os.fspath(tmp_path)) is None
    (tmp_path / ".gitignore").unlink()
    (tmp_path / ".gitignore").mkdir()
    assert folder_patterns(os.fspath(tmp_path)) is None
