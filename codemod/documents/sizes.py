"""Limits to the size of what is analysed: memory and time grow with it, and a machine is shared with others.

Measured with `check` on files of 1 MB, each with all that is known of it: 0.3 to 0.5 GB for functions, calls and imports, up to 1.4 GB for
statements of two letters; 2 to 30 s of computing. Of a notebook only the code counts so, since most of its bytes are outputs; its JSON
takes up to 30 times its size, and other files take up to 180 times theirs.
"""

from __future__ import annotations

from codemod.documents.base import DocumentError

CODE = 3_000_000
"""Characters of Python in one file."""
NOTEBOOK = 50_000_000
"""Bytes of a notebook, with its outputs."""
OTHER = 10_000_000
"""Bytes of a file that is no code, such as a lock file."""


def check_size(size: int, most: int, what: str) -> None:
    """Make sure that something is not too large to be analysed.

    Args:
        size: How large it is.
        most: How large it may be.
        what: What it is, such as ``"of Python"``.

    Raises:
        DocumentError: If it is too large.
    """
    if size > most:
        raise DocumentError(size_reason(size, most, what))


def size_reason(size: int, most: int, what: str = "of Python") -> str:
    """Say why something that is too large is not analysed; for the arguments see `check_size`."""
    return f"it holds {size / 1e6:.2f} MB {what}, and more than {most / 1e6:g} MB are not analysed, because of the memory that it takes"
