"""Lines of a report for people: pieces of text with their styles."""

from __future__ import annotations

Segment = tuple[str, str]
"""Text and its style, in the words of rich: ``("MLF101", "bold yellow")``."""

Line = tuple[Segment, ...]


def printable(text: str) -> str:
    """Escape what could break out of its line or steer a terminal, and bytes that are no text."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
