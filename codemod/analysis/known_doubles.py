"""Finds the doubles of a project that stand in for one object of MLflow: a test suite can have thousands, and each fix asks for its own."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Set
from pathlib import PurePath

from codemod.analysis.mocks import ALL, UNTOLD, covers
from codemod.analysis.read_sources import TEXT
from codemod.settings import Double


class KnownDoubles:
    """The doubles of a project, by the last names of what they stand for.

    Args:
        doubles: They.
    """

    def __init__(self, doubles: Set[Double]) -> None:
        self._every = sorted(doubles, key=lambda double: double.where)
        self._of_all = [double for double in self._every if double.path == "mlflow"]
        self._reading: dict[str, list[Double]] = {}
        for double in self._every:
            for path in sorted(double.reaches or ()) if double.what == TEXT else ():
                self._reading.setdefault(path, []).append(double)
        self._by_name: dict[str, list[int]] = {}
        for number, double in enumerate(self._every):
            last = double.path.rpartition(".")[2]
            self._by_name.setdefault(ALL if last.endswith(ALL) else last, []).append(number)

    def of(self, asker: str, path: str, what: str) -> Iterator[Double]:
        """Return those that stand in for something where a file uses it, in the order of their places.

        Args:
            asker: The path of the file.
            path: The dotted path of the object of MLflow.
            what: ``name`` or ``arguments``: what is to change.
        """
        leaf = path.rpartition(".")[2]
        numbers = sorted({number for name in (leaf, ALL, UNTOLD) for number in self._by_name.get(name, ())})
        faked = {_file(double) for double in self._of_all if _reaches(double, asker)}
        every = [double for double in map(self._every.__getitem__, numbers) if _reaches(double, asker)]
        every = [double for double in every if faked or not double.whole]
        named = [double for double in every if double.what == "name" and _is_named(double.path, path)]
        if what == "name":
            yield from named
            return
        may_be_part = bool(named) or self._is_in_replaced(asker, path)
        for double in every:
            is_it = double.path in (leaf, path) or covers(double.path, path)
            may_be = double.path == UNTOLD and (may_be_part or _may_be_of(faked, double))
            if double.what == what and (is_it or may_be):
                yield double

    def reading(self, path: str) -> list[Double]:
        """Return the tests that read the text of a file."""
        return self._reading.get(path, [])

    def _is_in_replaced(self, asker: str, path: str) -> bool:
        """Return whether something stands in for a module of MLflow that has an object: a flavor, for its `log_model`."""
        owner = path.rpartition(".")[0]
        if not owner.startswith("mlflow."):
            return False
        doubles = map(self._every.__getitem__, self._by_name.get(owner.rpartition(".")[2], ()))
        return any(each.path == owner and each.what == "name" and _reaches(each, asker) for each in doubles)


@functools.lru_cache(maxsize=2)  # all files of a run ask the same ones
def known_doubles(doubles: frozenset[Double]) -> KnownDoubles:
    """Return the doubles of a project, to be asked for."""
    return KnownDoubles(doubles)


def _reaches(double: Double, path: str) -> bool:
    return double.reaches is None or path in double.reaches


def _may_be_of(faked: Set[str], double: Double) -> bool:
    """Return whether a mock of which nobody can tell what it is may be one of all MLflow: of its own file, or of one that others take it from."""
    return _file(double) in faked or any(not re.match(r"test_|.*_test\.py", PurePath(each).name) for each in faked)


def _file(double: Double) -> str:
    return double.where.rpartition(":")[0]


def _is_named(double: str, path: str) -> bool:
    return double.rpartition(".")[2] == path.rpartition(".")[2] or covers(double, path)
