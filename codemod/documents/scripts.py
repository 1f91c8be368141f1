"""Cells that hold no Python but what dependency and deployment files hold: shell scripts, and files that a cell writes."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from codemod.documents.kinds import Kind, kind_of
from codemod.documents.lines import after_comments, line_end

_HEAD = re.compile(r"[ \t]*(?:%%(?P<magic>\w+|!)|%sh\b)[ \t]*(?P<rest>[^\r\n]*)")
#: The first line of what a script says of itself in comments (PEP 723), without the sign of a comment.
SCRIPT_HEADER = "/// script"
_SHELLS = frozenset({"!", "bash", "sh", "shell", "sx", "system"})
# A requirement, an image or a command, not Python's `mlflow.log`.
_SPEAKS = re.compile(r"mlflow(?![\w.(])", re.IGNORECASE)
_LINE = re.compile(r"(?:[^\r\n\\]+|\\(?:\r\n|\r|\n|.|\Z))+")


@dataclass(frozen=True, slots=True)
class EmbeddedScript:
    """What a cell holds instead of Python.

    Attributes:
        kind: The kind of file that would hold the same.
        start: Where it starts in the cell's text.
    """

    kind: Kind
    start: int


def script_of(text: str) -> EmbeddedScript | None:
    """Say what a cell holds when its magic makes it a script or writes it to a file; None for every other cell."""
    if text.startswith(SCRIPT_HEADER):
        return EmbeddedScript("pyproject", line_end(text, 0))
    head = _HEAD.match(text, after_comments(text))
    if head is None:
        return None
    magic, words = head["magic"], words_of_magic(head["rest"])
    if magic is None:
        return EmbeddedScript("shell", head.start("rest"))
    if magic in _SHELLS or (magic == "script" and any(word.endswith("sh") for word in words)):
        return EmbeddedScript("shell", head.end())
    if magic in ("writefile", "file"):
        targets = [word for word in words if not word.startswith("-")]
        kind = kind_of(targets[0]) if len(targets) == 1 else None
        return EmbeddedScript(kind, head.end()) if kind is not None else None
    return None


def words_of_magic(line: str) -> list[str]:
    """Split what stands behind a magic at blanks that are not quoted; backslashes stay, for paths of Windows have them."""
    try:
        words = shlex.split(line, posix=False)
    except ValueError:  # a quotation mark that is not closed
        words = line.split()
    return [word.strip("\"'") for word in words]


def masked(text: str) -> str | None:
    """Return the cell of a script that speaks of MLflow as Python: ``0`` for every command or line.

    Returns:
        As many characters with the same line breaks, or None for every other cell.
    """
    script = script_of(text) if _SPEAKS.search(text) else None
    if script is None:
        return None
    blank = re.sub(r"[^\r\n]", " ", text)
    return _LINE.sub(lambda found: _masked_line(text, blank, *found.span()), text)


def _masked_line(text: str, blank: str, start: int, end: int) -> str:
    return "0" + blank[start + 1 : end] if text[start:end].strip() else blank[start:end]
