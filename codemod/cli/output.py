"""Writes to the standard streams: in colours on a terminal, plain elsewhere, quietly when nobody reads any more."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from codemod.errors import WrongUseError
from codemod.reports.escaping import for_line, printable

if TYPE_CHECKING:
    from rich.console import Console

    from codemod.reports.lines import Line, Segment


class OutputError(WrongUseError):
    """A standard stream that takes no more."""


def is_coloured(stream: TextIO) -> bool:
    """Return whether colours are wanted on a stream; NO_COLOR and FORCE_COLOR decide before the kind of the stream does."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def console(stream: TextIO) -> Console:
    """Return a rich console that neither wraps nor guesses what to colour."""
    from rich.console import Console

    return Console(file=stream, force_terminal=True, highlight=False, soft_wrap=True, emoji=False, markup=False)


def write_lines(lines: Iterable[Line], stream: TextIO, *, end: str = "\n") -> None:
    """Write a report's lines, each with ``end`` behind it."""
    if not is_coloured(stream):
        write_text("".join(for_line("".join(text for text, _ in line)) + end for line in lines), stream)
        return
    from rich.text import Text

    screen = console(stream)
    with _tolerant(stream):
        for line in lines:
            screen.print(Text.assemble(*_harmless(line)), end=end)


def _harmless(line: Line) -> Iterator[Segment]:
    """Escape a line's segments as the line without colours is escaped."""
    is_first = True
    for text, style in line:
        yield for_line(text) if is_first else for_line(f".{text}")[1:], style
        is_first = is_first and not text.strip()


def say(text: str, stream: TextIO) -> None:
    """Write one line for people, whatever it quotes."""
    write_text(for_line(text) + "\n", stream)


def write_text(text: str, stream: TextIO) -> None:
    """Write text as it is: what a format made, which has escaped what others wrote."""
    with _tolerant(stream):
        stream.write(text)


def write_bytes(data: bytes) -> None:
    """Write bytes to standard output as they are."""
    with _tolerant(sys.stdout):
        sys.stdout.flush()
        sys.stdout.buffer.write(data)


def write_diff(diff: bytes) -> None:
    """Write a diff to standard output: the bytes as they are, or coloured on a terminal."""
    if not is_coloured(sys.stdout):
        write_bytes(diff)
        return
    from rich.text import Text

    styles = {b"+": "green", b"-": "red", b"@": "cyan"}
    screen = console(sys.stdout)
    in_hunk = False
    with _tolerant(sys.stdout):
        for line in diff.split(b"\n")[:-1]:
            if line.startswith(b"diff "):
                in_hunk = False
            in_hunk = in_hunk or line.startswith(b"@@")
            style = styles.get(line[:1], "") if in_hunk else "bold"
            shown = line.decode("utf-8", "backslashreplace").rstrip("\r")
            screen.print(Text("\t".join(map(printable, shown.split("\t"))), style))


@contextlib.contextmanager
def _tolerant(stream: TextIO) -> Iterator[None]:
    """Forget what could not be written because the reader left; what the run did and its exit code stand.

    Raises:
        OutputError: If the output is lost for another reason, such as a full disk.
    """
    try:
        yield
        stream.flush()
    except BrokenPipeError:
        discard(stream)
    except OSError as error:
        discard(stream)
        raise OutputError(f"the output cannot be written: {error.strerror}") from error


def discard(stream: TextIO) -> None:
    """Let nothing more reach a stream that failed, the interpreter's own flush at exit included."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
