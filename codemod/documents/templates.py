"""Recognises code that a template engine fills in before it is Python, as in the projects that Cookiecutter makes."""

from __future__ import annotations

import re

# What Jinja takes for itself: a value, a statement, a comment.
_MARK = re.compile(r"\{\{(?P<value>[^{}\r\n]{1,400})\}\}|\{%[^\r\n]{0,400}?%\}|\{#[^\r\n]{0,400}?#\}")


def is_marked(code: str) -> bool:
    """Return whether code has what a template engine would fill in; a dict in a dict looks so, too."""
    return ("{{" in code or "{%" in code) and _MARK.search(code) is not None


def filled_in(code: str) -> str:
    """Return code in which a name stands for each value of a template, and nothing for its statements and comments."""
    return _MARK.sub(lambda found: "_" * len(found[0]) if found["value"] else " " * len(found[0]), code)


def first_mark(code: str, line: int) -> str:
    """Return the first value or statement of a template, from a line on where there is one."""
    lines = code.splitlines(keepends=True)
    start = sum(map(len, lines[: line - 1]))
    found = _MARK.search(code, start) or _MARK.search(code)
    return found[0] if found is not None else ""
