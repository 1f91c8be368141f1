"""Reads single keys from a terminal."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

if sys.platform == "win32":
    import msvcrt
else:
    import termios
    import tty

END = "\x04"
"""What is read when there is nothing more to come: Ctrl-D, or the end of the input."""


def read_key() -> str:
    """Return the next key that a person presses, without waiting for Enter; `END` when none will come.

    Where standard input is no terminal that knows single keys, the first character of a line is the key.
    """
    if sys.platform == "win32":
        key = msvcrt.getwch()
        if key == "\x03":  # Windows gives Ctrl-C as a key
            raise KeyboardInterrupt
        return END if key in "\x1a" else key
    with _single_keys() as is_single:
        try:
            read = sys.stdin.read(1) if is_single else sys.stdin.readline()
        except (OSError, UnicodeError):
            return END
    if is_single:
        return read or END
    return (read.strip() or "\n")[:1] if read else END


@contextlib.contextmanager
def _single_keys() -> Iterator[bool]:
    """Let the terminal hand over each key at once; the way it was comes back, whatever happens meanwhile."""
    try:
        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)
        tty.setcbreak(descriptor, termios.TCSANOW)  # what was typed ahead stays; Ctrl-C is still a signal
    except (OSError, ValueError, termios.error):
        yield False
        return
    try:
        yield True
    finally:
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
