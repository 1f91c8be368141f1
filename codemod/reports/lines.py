"""Lines of a report for people: pieces of text with their styles."""

from __future__ import annotations

Segment = tuple[str, str]
"""Text and its style, in the words of rich: ``("MLF101", "bold yellow")``."""

Line = tuple[Segment, ...]
