"""Fenced blocks of Python in Markdown: a README's examples, MyST and Quarto notebooks."""

from __future__ import annotations

import re

from codemod.documents.encoding import SourceText
from codemod.documents.lines import line_end, lines
from codemod.documents.placement import Placement, TextDocument, without_prefixes
from codemod.documents.reading import CellReader

# The prefix is what list items, admonitions and block quotes put in front of the fence.
_OPENING = re.compile(
    r"(?P<prefix>(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^\r\n]*)"
)
_PYTHON_INFO = re.compile(
    r"(?:python3?|py3?|\{(?:python|code-cell|code-block|code|\.python)\b[^}]*\}(?P<argument>[^\r\n]*))(?![\w.+#-])",
    re.IGNORECASE,
)
_DIRECTIVE_PYTHON = ("", "python", "python3", "ipython", "ipython3", "py")
# Options of a MyST directive are such lines, or YAML between lines of `---`.
_OPTION = re.compile(r":[\w-]+:")


def open_markdown(source: SourceText) -> TextDocument:
    """Read the fenced Python blocks of a Markdown file as cells of one namespace, in order.

    The blocks of a page go on with each other. Blocks with doctest prompts, and Python inside a fence of another
    language, are left alone.
    """
    text = source.text
    reader = CellReader()
    placements: list[Placement] = []
    at, line = 0, 1
    while at < len(text):
        opening = _OPENING.match(text, at)
        at = line_end(text, at)
        line += 1
        if opening is None or ("`" in opening["info"] and opening["fence"][0] == "`"):
            continue
        prefix = re.sub(r"[^ \t>]", " ", opening["prefix"])  # the lines below a list marker are indented
        lines: list[tuple[int, int]] = []
        first_line = line
        closing = re.compile(rf"[ \t>]*{opening['fence'][0]}{{{len(opening['fence'])},}}[ \t]*(?=[\r\n]|\Z)")
        while at < len(text) and not closing.match(text, at):
            end = line_end(text, at)
            lines.append((_after_prefix(text, at, prefix), end))
            at, line = end, line + 1
        at, line = line_end(text, at), line + 1
        if not lines or not _is_python(opening["info"]):
            continue
        body, place = without_prefixes(lines, text, prefix)
        if body.lstrip().startswith(">>>"):
            continue
        options = _after_options(body) if opening["info"].startswith("{") else 0
        masked = re.sub(r"[^\r\n]", " ", body[:options]) + body[options:]
        if reader.read(body, first_line=first_line, masked=masked):
            placements.append(place)
    cells, unread = tuple(reader.cells), tuple(reader.unread)
    return TextDocument("markdown", source, cells, tuple(placements), reader.runs_other, unread)


def _is_python(info: str) -> bool:
    found = _PYTHON_INFO.match(info)
    if found is None:
        return False
    return found["argument"] is None or found["argument"].strip(" \t").lower() in _DIRECTIVE_PYTHON


def _after_options(body: str) -> int:
    """Return where the code of a directive starts."""
    rule, end = False, 0
    for start, after in lines(body):
        line = body[start:after].rstrip()
        if line == "---" and (rule or start == 0):
            if rule:
                return after
            rule = True
        elif not rule and not _OPTION.match(line):
            break
        elif rule and line.startswith("---"):
            return 0
        else:
            end = after
    return 0 if rule else end


def _after_prefix(text: str, at: int, prefix: str) -> int:
    """Go past the prefix of a fence's opening line, or as much of it as this line has."""
    for character in prefix:
        # A blank line of a block quote may lack the space after its sign.
        if text[at : at + 1] != character:
            break
        at += 1
    return at
