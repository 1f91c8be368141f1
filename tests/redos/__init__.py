"""Tells which regular expressions of the project a text could make slow; ``python -m tests.redos`` is part of lint."""
