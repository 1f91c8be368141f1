r"""What IPython and Databricks add to Python, masked so that Python's own parser reads the rest.

Every mask keeps the number of characters and every line break. Two devices make that possible:

- A line that holds no Python becomes ``0`` and spaces: a statement, so that a block with nothing but ``!ls`` still has
  a body.
- What stands in front of Python (``%time``, a prompt, the indent of a whole cell) becomes spaces and a form feed, after
  which Python counts the indent of the line from zero again: ``%time f(x)`` is read as ``f(x)`` at the margin.

The rules are those of IPython's ``core/inputtransformer2.py``: a magic stands where a statement starts or after the
``=`` of an assignment, never inside a string or an open bracket, and goes on to the next line only after a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from codemod.documents import magics, scripts
from codemod.documents.lines import after_comments
from codemod.documents.placement import replace_spans

# Two patterns, because one that may also match at the very start is ten times slower to search for.
_LATER_LINE = re.compile(r"[\r\n][ \t\f]*[%!?,;/]")
_FIRST_LINE = re.compile(r"\s*(?:[%!?,;/]|(?<=[ \t])\S|>>>|In \[|[a-z_]+[ \t]+[^\s=(][^\r\n]*(?:[\r\n]\s*)?\Z)")
_ASSIGNED = re.compile(r"=[ \t]*[%!]")
_PROMPT = re.compile(r"(?:\A|(?<=[\r\n]))(?:(?:>>>|\.\.\.)(?: |(?=[\r\n]|\Z))|In \[\d+\]: | +\.{3,}: ?)")
_FIRST_PROMPT = re.compile(r"\s*(?:>>>(?:\s|\Z)|In \[\d+\]: )")
_FIRST_INDENT = re.compile(r"([ \t]+)(?=[^\s#])")
_HEAD = re.compile(r"([ \t\f]*)(%%?)([^\s?%]*)([^\r\n]*)")
_CONTINUED_LINE = re.compile(r"[^\r\n]*?(?:\\(?:\r\n|\r|\n)[^\r\n]*?)*(?=[\r\n]|\Z)")
_TOKEN = re.compile(
    r"""
      "{3}[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:"{3}|\\?\Z)
    | '{3}[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:'{3}|\\?\Z)
    | "(?:[^"\\\r\n]|\\(?:\r\n|.))*"?
    | '(?:[^'\\\r\n]|\\(?:\r\n|.))*'?
    | \\(?:\r\n|\r|\n)
    | (?P<comment>\#[^\r\n]*)
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<newline>\r\n|\r|\n)
    | (?P<assign>(?<![=!<>:])=[ \t]*(?=[%!]))
    | (?P<help>\?)
    | (?P<space>[ \t\f]+)
    | (?P<other>[^\s"'\#\\()\[\]{}=?]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)

_INTERPRETER = re.compile(r"(?:.*[/\\])?(?:python|pypy)[\d.]*(?:\.exe)?")
_COMPUTED = re.compile(r"[{$]")  # IPython puts the value of a variable there


@dataclass(frozen=True, slots=True)
class CellReading:
    """What a code cell holds for a reader of Python.

    Attributes:
        code: The masked text; None when the cell is no Python.
        label: ``"%%writefile train.py"`` or ``"%%python"`` when the cell is a document of its own, else "".
        target: The file that the body is written to, or "".
        appends: Whether the body goes on with what the file holds.
        unknown: The cell magic of which nobody can tell whether its body is Python, or "".
    """

    code: str | None
    label: str = ""
    target: str = ""
    appends: bool = False
    unknown: str = ""


def parses(text: str) -> bool:
    """Tell whether Python reads the text as it stands."""
    import ast
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def read_cell(text: str, *, databricks: bool = False) -> CellReading:
    """Find out what a code cell holds and mask what is not Python.

    Args:
        text: The cell's source.
        databricks: Whether a language magic in the first line (``%sql``) speaks for the whole cell, as on Databricks.
            Elsewhere it does so only if the lines after it are no Python.
    """
    if not _may_hold_magic(text):
        return CellReading(text)
    code = _without_prompts(_without_indent(text))
    at = 0
    # Colab writes "#@title" above a cell magic.
    while head := _HEAD.match(code, after_comments(code, at)):
        _, sign, name, rest = head.groups()
        line_start = head.start(1)
        end = _end_of_line(code, head.start(2))
        if sign == "%" or rest.startswith("?"):
            if name in magics.LANGUAGE and (databricks or not _is_python(code[end:])):
                return CellReading(scripts.masked(text))
            if name == "python":
                visible = head.end(3) + len(rest) - len(rest.lstrip())
                code = code[:line_start] + _margin(visible - line_start, "") + code[visible:]
            break
        words = scripts.words_of_magic(rest)
        if name in magics.PYTHON_PROCESS or (name == "script" and any(map(_INTERPRETER.fullmatch, words))):
            return CellReading(_blank(code, line_start, end), label=f"%%{name}")
        if name in ("writefile", "file"):
            return _read_file(name, words, text, _blank(code, line_start, end))
        if name not in magics.PYTHON_CELL:
            return CellReading(scripts.masked(text), unknown="" if name in magics.OTHER_CELL else f"%%{name}")
        code = _without_head(code, head, end)
        at = end
    masked = mask_lines(code)
    return CellReading(_without_automagic(text) if masked == text else masked)


def _without_head(code: str, head: re.Match[str], end: int) -> str:
    """Mask the line of a magic whose cell is Python, but for the statement that ``%%timeit`` takes in it."""
    line_start = head.start(1)
    setup = _statement(code, head.start(2), end) if head[3] == "timeit" else None
    if setup is None:
        return _blank(code, line_start, end)
    return code[:line_start] + _margin(setup - line_start, head[1]) + code[setup:]


def _read_file(name: str, words: Sequence[str], text: str, code: str) -> CellReading:
    """Read a cell that is written into a file, whose text without the first line is ``code`` if that is Python."""
    targets = [word for word in words if not word.startswith("-")]
    if len(targets) != 1 or not targets[0].endswith((".py", ".pyi")):
        # The name alone says what kind of file it is; the folder may be computed.
        computed = any(_COMPUTED.search(target.rpartition("/")[2]) for target in targets)
        return CellReading(scripts.masked(text), unknown=f"%%{name} {targets[0]}" if computed else "")
    appends = "-a" in words or "--append" in words
    return CellReading(code, label=f"%%{name} {targets[0]}", target=targets[0], appends=appends)


def _may_hold_magic(text: str) -> bool:
    """Tell whether anything of IPython can stand in the text, at a small part of the cost of looking."""
    return (
        "?" in text
        or _FIRST_LINE.match(text) is not None
        or _LATER_LINE.search(text) is not None
        or _ASSIGNED.search(text) is not None
    )


def mask_lines(text: str, *, escapes: str = "%!?,;/") -> str:
    """Return the text, as long and with the same line breaks, with magic, shell and help lines masked wherever a statement may start.

    Args:
        text: Python with such lines in it. It may be broken.
        escapes: The characters that make a line IPython's when a statement starts with them.
    """
    spans: list[tuple[int, int, str]] = []
    at = 0
    while at < len(text):
        first = at
        while text[first : first + 1] in (" ", "\t", "\f"):
            first += 1
        if text[first : first + 1] in tuple(escapes):
            end = _end_of_line(text, first)
            visible = _statement(text, first, end)
            if visible is None:
                spans.append((first, end, _nothing(text[first:end])))
                at = end
                continue
            spans.append((at, visible, _margin(visible - at, text[at:first])))
            at = visible
        at = _read_statement(text, at, spans)
    return replace_spans(text, spans)


def _read_statement(text: str, start: int, spans: list[tuple[int, int, str]]) -> int:
    """Go to the start of the next statement, and mask what of IPython stands inside this one."""
    known = len(spans)
    depth = 0
    asks_help = False
    at = end = start
    while token := _TOKEN.match(text, at):
        kind = token.lastgroup
        if kind == "newline" and depth == 0:
            break
        at = token.end()
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "assign" and depth == 0:
            end = end if at < end else _end_of_line(text, at)
            visible = _statement(text, at, end)
            if visible is None:
                spans.append((at, end, _nothing(text[at:end])))
                at = end
            else:
                # Only %time gives the value of its statement. A tuple stands for what the others give.
                returns_value = text.startswith("%time ", at)
                spans.append((at, visible, ("" if returns_value else "0,").ljust(visible - at)))
                at = visible
        if kind not in ("space", "comment"):
            asks_help = kind == "help" and depth == 0
            if asks_help:
                help_end = at
    if asks_help:
        first = start + len(text[start:at]) - len(text[start:at].lstrip(" \t\f"))
        del spans[known:]
        spans.append((first, help_end, _nothing(text[first:help_end])))
    return token.end() if token else len(text)


def _statement(text: str, start: int, end: int) -> int | None:
    """Find the Python in the argument of the magic at ``start``; None if it has none."""
    magic = re.compile(r"%%?([A-Za-z]+)[ \t]+").match(text, start, end)
    if magic is None or magic[1] not in magics.STATEMENT:
        return None
    letters = magics.STATEMENT[magic[1]] or "(?!)"
    valued = rf"-[A-Za-z]*?[{letters}][ \t]*\S+" if magics.STATEMENT[magic[1]] else letters
    options = re.compile(rf"(?:(?:--[\w-]+(?:=\S+)?|{valued}|-[A-Za-z]+)[ \t]+)*").match(text, magic.end(), end)
    first = options.end() if options else magic.end()
    argument = text[first:end]
    if not argument.strip() or argument[0] in "%!?" or argument.rstrip().endswith("?"):
        return None
    return first


def _without_indent(text: str) -> str:
    first = _FIRST_INDENT.match(text, after_comments(text))
    if first is None:
        return text
    indent = first[1]
    return re.sub(rf"(?:\A|(?<=[\r\n])){indent}", " " * (len(indent) - 1) + "\f", text)


def _without_prompts(text: str) -> str:
    if _FIRST_PROMPT.match(text) is None:
        return text
    return _PROMPT.sub(lambda prompt: _margin(len(prompt[0]), ""), text)


def _without_automagic(text: str) -> str:
    line = text.strip()
    words = line.split(None, 1)
    if len(words) < 2 or words[0] not in magics.AUTOMAGIC or "\n" in line or "\r" in line or parses(line):
        return text
    start = len(text) - len(text.lstrip())
    if words[0] in magics.STATEMENT:
        visible = text.index(words[1], start + len(words[0]))
        return text[:start] + _margin(visible - start, "") + text[visible:]
    return text[:start] + _nothing(line) + text[start + len(line) :]


def _is_python(rest: str) -> bool:
    return bool(rest.strip()) and parses(mask_lines(rest))


def _end_of_line(text: str, at: int) -> int:
    line = _CONTINUED_LINE.match(text, at)
    return line.end() if line else len(text)


def _margin(length: int, indent: str) -> str:
    """Make ``length`` characters after which Python sees only ``indent``: spaces, a form feed, the indent."""
    return "\f".rjust(length - len(indent)) + indent


def _nothing(text: str) -> str:
    return "0" + re.sub(r"[^\r\n]", " ", text[1:])


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + re.sub(r"[^\r\n]", " ", text[start:end]) + text[end:]
