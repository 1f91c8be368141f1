"""What MLflow marks as deprecated by its decorator, since when, and what to do instead.

`development.deprecations` reads it from the API data into deprecations.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DATA_FILE = Path(__file__).with_name("deprecations.json")


@dataclass(frozen=True, slots=True)
class Deprecation:
    """What is said of a name.

    Attributes:
        since: The first minor release of the API data that marks it.
        advice: What to do instead.
    """

    since: str
    advice: str


def _read() -> Mapping[str, Deprecation]:
    return {name: Deprecation(*fields) for name, fields in json.loads(DATA_FILE.read_bytes()).items()}


NAMES: Mapping[str, Deprecation] = _read()
"""By public name: what an MLflow 2 has and the newest MLflow 3 marks."""
