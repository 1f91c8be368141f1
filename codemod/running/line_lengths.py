"""Finds the line length that a project's formatters and linters keep, so that a fix keeps it too."""

from __future__ import annotations

import configparser
import os
from collections.abc import Mapping
from typing import Any

from codemod.disk.reading import read_regular
from codemod.documents import toml

# What black keeps where its table names no other (DEFAULT_LINE_LENGTH in black/const.py).
_BLACK = 88
_LARGEST_FILE = 1 << 20  # bytes


class LineLengths:
    """The line lengths of the folders of one run; each file of settings is read once.

    A formatter outweighs a linter, and a linter outweighs an editor, since the first one writes the lines. Of the same kind, the file
    that stands nearest counts, up to the root of the repository.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, int, int]] = {}

    def of(self, path: str) -> int:
        """Return the line length in columns for one absolute path; 0 where no file of settings names one."""
        return next((length for length in self._in(os.path.dirname(path)) if length), 0)

    def _in(self, folder: str) -> tuple[int, int, int]:
        """Return what the formatter, the linter and the editor say in a folder."""
        walked = []
        found = (0, 0, 0)
        while folder not in self._known:
            walked.append(folder)
            parent = os.path.dirname(folder)
            if parent == folder or os.path.exists(os.path.join(folder, ".git")):
                break
            folder = parent
        else:
            found = self._known[folder]
        for each in reversed(walked):
            here = (_formatter(each), _linter(each), _editor(each))
            found = (here[0] or found[0], here[1] or found[1], here[2] or found[2])
            self._known[each] = found
        return found


def _formatter(folder: str) -> int:
    for name in (".ruff.toml", "ruff.toml"):
        length = _number(_toml(folder, name).get("line-length"))
        if length:
            return length
    tool = _table(_toml(folder, "pyproject.toml"), "tool")
    black = tool.get("black")
    if isinstance(black, Mapping):
        return _number(black.get("line-length", _BLACK))
    return _number(_table(tool, "ruff").get("line-length"))


def _linter(folder: str) -> int:
    for name in (".flake8", "setup.cfg", "tox.ini"):
        sections = _ini(folder, name)
        for section in ("flake8", "pycodestyle"):
            for key in ("max-line-length", "max_line_length"):
                length = _number(sections.get(section, {}).get(key))
                if length:
                    return length
    return 0


def _editor(folder: str) -> int:
    lengths = [
        _number(values.get("max_line_length"))
        for section, values in _ini(folder, ".editorconfig").items()
        if section == "*" or "py" in section.lower()
    ]
    return next((length for length in reversed(lengths) if length), 0)  # the last section that fits counts


def _toml(folder: str, name: str) -> Mapping[str, Any]:
    text = _text(folder, name)
    if "line-length" not in text and "tool.black" not in text:
        return {}
    try:
        return toml.parse(text)
    except (ValueError, RecursionError):
        return {}


def _ini(folder: str, name: str) -> Mapping[str, Mapping[str, str]]:
    text = _text(folder, name)
    parser = configparser.RawConfigParser(strict=False, default_section="", allow_no_value=True)
    try:
        parser.read_string(f"[root]\n{text}")  # an .editorconfig begins outside of all sections
    except configparser.Error:
        return {}
    return {name: {key: value or "" for key, value in parser.items(name)} for name in parser.sections()}


def _text(folder: str, name: str) -> str:
    """Return the text of a file of settings; "" if it is missing, is very large, or is a link, which may lead anywhere."""
    path = os.path.join(folder, name)
    try:
        if os.path.islink(path) or os.path.getsize(path) > _LARGEST_FILE:
            return ""
        return read_regular(path).decode("utf-8", "replace")
    except OSError:
        return ""


def _table(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = table.get(name)
    return found if isinstance(found, Mapping) else {}


def _number(value: object) -> int:
    """Return a line length that somebody wrote; 0 for what is none, such as ``off``."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value.strip()[:9])
    return value if isinstance(value, int) and 40 <= value <= 1000 else 0
