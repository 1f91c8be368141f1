"""Lint: no regular expression of the codemod takes more than linear time."""

from __future__ import annotations

import sys

from development.redos.check import complaints
from development.redos.patterns import uses

found = uses()
said = list(complaints(found))
print(*said, f"{len(found)} regular expressions, {len(said)} slow", sep="\n")
sys.exit(bool(said))
