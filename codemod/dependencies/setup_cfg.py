"""``setup.cfg``: the lists of requirements of setuptools."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemod.dependencies import requirement
from codemod.dependencies.places import Choices, Place, without_comments

_LINE = re.compile(r"[^\r\n]+")
_SECTION = re.compile(r"\[([^\]]+)\]")
_KEY = re.compile(r"([\w.-]+)\s*[=:]\s*")
_KEYS = ("install_requires", "setup_requires", "tests_require")


def find(text: str, choices: Choices) -> Iterator[Place]:
    """Find the requirements on MLflow in the lists of ``[options]`` and ``[options.extras_require]``."""
    section, listed = "", False
    for line in _LINE.finditer(
        re.sub(r"(?m)^[ \t]*;[^\r\n]*", lambda found: " " * len(found[0]), without_comments(text))
    ):
        content, start = line[0], line.start()
        if header := _SECTION.match(content):
            section, listed = header[1].strip(), False
            continue
        if not content[0].isspace():
            key = _KEY.match(content)
            listed = key is not None and (
                section == "options.extras_require" or (section == "options" and key[1] in _KEYS)
            )
            if key is None:
                continue
            start, content = start + key.end(), content[key.end() :]
        if listed and content.strip():
            item = content.rstrip()
            indent = len(item) - len(item.lstrip())
            yield from requirement.pep_508(item[indent:], start + indent, choices)
    yield from requirement.urls(without_comments(text))
