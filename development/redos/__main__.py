"""Lint: no regular expression of the codemod takes more than linear time."""

from __future__ import annotations

import sys

from development.redos.check import complaints
from development.redos.patterns import rooms, uses

found = [use for room in rooms() for use in uses(room)]
said = list(complaints(found))
print(*said, f"{len(found)} regular expressions, {len(said)} slow", sep="\n")
sys.exit(bool(said))
