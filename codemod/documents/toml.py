"""Reads TOML with what this Python has for it."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

# `tomllib` remembers every beginning of a key for itself, so the parts of one key cost memory by their square.
_MOST_PARTS = 100
_LONG_KEY = re.compile(rf"(?<![\w\"'-])(?:[\w\"'-]+[ \t]*\.[ \t]*){{{_MOST_PARTS}}}")


def parse(text: str) -> Mapping[str, Any]:
    """Return what a TOML document holds.

    Raises:
        ValueError: If it is none.
        RecursionError: If it is nested too deeply.
    """
    if _LONG_KEY.search(text):
        raise ValueError(f"a name has more than {_MOST_PARTS} parts")
    if sys.version_info >= (3, 11):
        import tomllib

        return tomllib.loads(text)
    import tomlkit

    return tomlkit.parse(text).unwrap()
