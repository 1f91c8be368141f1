"""Tells which regular expressions of the project a string could make slow; ``python -m development.redos`` is part of lint."""
