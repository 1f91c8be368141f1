"""Measurements of the codemod: whether migrated programs run, and how long it takes; neither is part of the tests."""
