"""Files are replaced wholly or not at all, and keep everything but their content."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from codemod.disk import writing
from codemod.disk.writing import WriteError, check_new, is_leftover, replace, write_new

Write = Callable[..., Path]

as_root = os.geteuid() == 0


def test_replaces_the_content_and_keeps_mode_and_owner(write: Write) -> None:
    path = write("a.py", b"old")
    path.chmod(0o751)
    if as_root:
        os.chown(path, 1234, 5678)
    os.utime(path, (1, 1))
    before = path.stat()
    replace(str(path), b"old", b"new")
    after = path.stat()
    assert path.read_bytes() == b"new"
    assert (stat.S_IMODE(after.st_mode), after.st_uid, after.st_gid) == (0o751, before.st_uid, before.st_gid)
    assert after.st_mtime > 1, "compiled modules would be taken for current"


def test_leaves_no_temporary_file(write: Write) -> None:
    path = write("folder/a.py", b"old")
    replace(str(path), b"old", b"new")
    assert os.listdir(path.parent) == ["a.py"]


def test_keeps_extended_attributes(write: Write) -> None:
    path = write("a.py", b"old")
    with contextlib.suppress(OSError):  # the file system has none: then there is nothing to keep
        os.setxattr(path, "user.note", b"kept")
    expected = os.listxattr(path)
    replace(str(path), b"old", b"new")
    assert os.listxattr(path) == expected


def test_does_not_overwrite_what_somebody_wrote_meanwhile(write: Write) -> None:
    path = write("a.py", b"theirs")
    with pytest.raises(WriteError, match="changed while it was being migrated"):
        replace(str(path), b"old", b"new")
    assert path.read_bytes() == b"theirs"
    assert os.listdir(path.parent) == ["a.py"]


def test_does_not_bring_back_what_somebody_removed(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="vanished"):
        replace(str(tmp_path / "gone.py"), b"old", b"new")
    with pytest.raises(WriteError, match="vanished"):
        replace(str(tmp_path / "no/folder/gone.py"), b"old", b"new")
    assert os.listdir(tmp_path) == []


def test_a_read_only_file_stays(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("a.py", b"old")
    path.chmod(0o444)
    if as_root:  # who may write everything; ask for the answer that others get
        monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(WriteError, match="read-only"):
        replace(str(path), b"old", b"new")
    assert path.read_bytes() == b"old"


def test_a_full_disk_leaves_the_old_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("a.py", b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(WriteError, match=r"^cannot be written: No space left on device$"):
        replace(str(path), b"old", b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(path.parent) == ["a.py"]


def test_the_longest_name_can_be_written(write: Write) -> None:
    path = write("n" * 252 + ".py", b"old")
    replace(str(path), b"old", b"new")
    assert path.read_bytes() == b"new"


def test_a_new_file_gets_the_mode_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "other").touch()
    write_new(str(tmp_path / "new"), b"data")
    assert (tmp_path / "new").read_bytes() == b"data"
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_file_that_is_written_anew_keeps_its_mode(write: Write) -> None:
    path = write("report.json", b"old")
    path.chmod(0o600)
    write_new(str(path), b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)


def test_a_link_to_a_new_file_stays_one(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "report.json").symlink_to("there/report.json")
    for data in (b"first", b"second"):
        check_new(str(tmp_path / "report.json"))
        write_new(str(tmp_path / "report.json"), data)
        assert (tmp_path / "report.json").is_symlink()
        assert (tmp_path / "there/report.json").read_bytes() == data


def test_a_pipe_gets_the_data_and_stays_one(tmp_path: Path) -> None:
    """A regular file must not take the place of /dev/null, which it would for root."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        check_new(str(pipe))
        write_new(str(pipe), b"data")
        assert os.read(reader, 10) == b"data"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_what_cannot_be_written_is_told_before(tmp_path: Path) -> None:
    for path, message in (("gone/report.json", "not a folder"), (".", "it is a folder")):
        with pytest.raises(WriteError, match=message):
            check_new(str(tmp_path / path))


def test_names_of_temporary_files_tell_whose_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    temporary = writing._temporary(str(path), b"new", path.stat())
    assert not is_leftover(os.path.basename(temporary)), "this process may still need it"
    dead = os.path.basename(temporary).replace(f"-{os.getpid()}-", "-999999999-")
    assert is_leftover(dead)
    assert not is_leftover("a.py")
    assert not is_leftover(".mlflow-codemod.tmp")
