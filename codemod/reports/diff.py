"""Changed files as a unified diff that ``git apply`` takes, byte for byte."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Sequence

from codemod.disk import git

_NAMED_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}
_PLAIN = re.compile(rb'[^\x00-\x1f"\\\x7f]*')


def unified(name: str, old: bytes, new: bytes) -> bytes:
    """Return the difference of one file.

    Args:
        name: The file's path, relative to the folder where the diff will be applied. Names that are not UTF-8 come as
            `os.fsdecode` writes them.
        old: The bytes that the file has.
        new: The bytes that it gets.

    Returns:
        A header and hunks, or nothing when the bytes are equal.
    """
    body = list(difflib.diff_bytes(difflib.unified_diff, _lines(old), _lines(new), lineterm=b"\n"))[2:]
    if not body:
        return b""
    before, after = _quoted(b"a/" + os.fsencode(name)), _quoted(b"b/" + os.fsencode(name))
    # Git ends a name with a space in it by a tab, because other programs write a time after the name.
    tab = b"\t" if b" " in before else b""
    parts = [b"diff --git ", before, b" ", after, b"\n--- ", before, tab, b"\n+++ ", after, tab, b"\n"]
    for line in body:
        parts.append(line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n")
    return b"".join(parts)


def base_folder(files: Iterable[str]) -> str:
    """Return the folder that the names in a diff count from, and in which ``git apply`` must run.

    That is the root of the work tree of the current folder, or the current folder outside of one; when a file lies
    elsewhere, the same of the folder that all files share.

    Args:
        files: Real absolute paths of the files in the diff.
    """
    here = os.path.realpath(os.getcwd())
    base = git.work_tree(here) or here
    folders = {os.path.dirname(path) for path in files}
    if all(_lies_in(folder, base) for folder in folders):
        return base
    shared = os.path.commonpath(sorted(folders))
    return git.work_tree(shared) or shared


def _lies_in(folder: str, base: str) -> bool:
    return os.path.join(folder, "").startswith(os.path.join(base, ""))


def _lines(data: bytes) -> Sequence[bytes]:
    """Split after line feeds only: for Git, a carriage return is part of the line."""
    lines = data.split(b"\n")
    last = lines.pop()
    return [*(line + b"\n" for line in lines), *([last] if last else [])]


def _quoted(name: bytes) -> bytes:
    """Write a name as Git does: in quotes and escaped when it holds what could be taken for something else."""
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        readable = False
    else:
        readable = True
    if readable and _PLAIN.fullmatch(name):
        return name
    escaped = []
    for byte in name:
        if byte in _NAMED_ESCAPES:
            escaped.append(f"\\{_NAMED_ESCAPES[byte]}")
        elif byte < 32 or byte >= 127:
            escaped.append(f"\\{byte:03o}")
        else:
            escaped.append(chr(byte))
    return f'"{"".join(escaped)}"'.encode("ascii")
