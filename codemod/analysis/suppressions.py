"""Comments that silence: ``# noqa: MLF101`` for a line, ``# codemod: skip-file`` for a file.

A bare ``# noqa`` does not count: it was written for other tools and would hide code that fails on MLflow 3.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from codemod.errors import WrongUseError

_NOQA = re.compile(r"#\s*noqa\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*)", re.IGNORECASE)
_CODE = re.compile(r"[A-Z]+[0-9]+", re.IGNORECASE)
_SKIP_FILE = re.compile(r"^[ \t]*#[ \t]*codemod:[ \t]*skip-file\b", re.MULTILINE)
SKIPS_FILE = "`# codemod: skip-file` stands in it"
"""What is said of a file that asks to be left alone."""


def silences(lines: Iterable[str], code: str) -> bool:
    """Return whether one of the lines carries a ``noqa`` for the code."""
    return any(code in _codes(line) for line in lines)


@functools.lru_cache(maxsize=16)
def _codes(line: str) -> frozenset[str]:
    """Return the codes that a line silences. One line may have thousands of findings that ask, one after the other."""
    every = (re.split(r"[\s,]+", found["codes"].upper()) for found in _NOQA.finditer(line))
    return frozenset(code for codes in every for code in codes)


def skips_file(text: str) -> bool:
    """Return whether the text asks to leave its file alone."""
    return "skip-file" in text and _SKIP_FILE.search(text) is not None


def check_reason(reason: str) -> str:
    """Check the reason that a person wants to stand behind codes.

    Returns:
        The reason without blanks around it.

    Raises:
        WrongUseError: If it is empty, does not fit into a comment, or would be read as another code.
    """
    reason = reason.strip()
    if not reason:
        raise WrongUseError("say why: a reason is written behind the codes of each comment")
    if not reason.isprintable() or "#" in reason:
        raise WrongUseError(f"the reason {reason!r} must be one line of text without #")
    if _CODE.match(reason):
        raise WrongUseError(f"the reason {reason!r} begins with what reads as the code of a rule; begin with a word")
    return reason


def comment_column(line: str) -> int:
    """Return the column of the comment in a line that names codes, or the end of the line's text when it has none."""
    found = _NOQA.search(line)
    return found.start() if found is not None else len(line.rstrip())


def with_codes(line: str, codes: Iterable[str], reason: str) -> str:
    """Return a line of code with a comment that silences some rules; one that names others already is added to.

    Args:
        line: The line without its line break. A comment may be added at its end.
        codes: Codes of rules that no comment in the line names.
        reason: What stands behind them.
    """
    wanted = ", ".join(sorted(codes))
    found = _NOQA.search(line)
    if found is None:
        return f"{line.rstrip()}  # noqa: {wanted} {reason}"
    before, behind = line[: found.end()], line[found.end() :].rstrip()
    if reason in behind:
        return f"{before}, {wanted}{behind}"
    separator = "  " if behind.lstrip().startswith("#") else "; "
    return f"{before}, {wanted} {reason}{separator + behind.lstrip() if behind else ''}"
