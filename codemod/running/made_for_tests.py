"""Tells which files are made for tests, whatever they are called: by what they hold, or as only such files import them."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Set
from itertools import islice, zip_longest

from codemod.analysis.conftests import serves_tests
from codemod.names.imported_files import ImportedFiles

_IMPORTS_MLFLOW = re.compile(rb"(?m)^[ \t]*(?:from|import)[ \t]+mlflow\b")
# A folder of tests: a file there that nobody imports is one of them.
_BESIDE_TESTS = re.compile(r"(?:\A|[/\\])tests?[/\\]")
# So many imports stand one behind the other between a file and the programs that use it.
_DEPTH = 40
# So many files are looked through for what imports one: all of most projects.
_NEAREST = 4_000


class MadeForTests:
    """Answers for one file after the other, and reads only the code that may import it: a library's own files are told by the first.

    Args:
        imports: Which files each of them imports.
        tests: The files that are tests.
        code: All files that are none.
        put: The files of which a test puts something in the place of something else.
        read: Returns what a file holds; None for one that is not there.
    """

    def __init__(
        self,
        imports: ImportedFiles,
        tests: frozenset[str],
        code: frozenset[str],
        put: Set[str],
        read: Callable[[str], bytes | None],
    ) -> None:
        self._imports = imports
        self._tests = tests
        self._put = put
        self._read = read
        # Files of one folder stand beside each other, and import each other most.
        self._every = sorted(tests | code)
        self._known: dict[str, bool] = {}

    def has(self, path: str, depth: int = _DEPTH) -> bool:
        """Return whether a file is a test, or made for tests: it holds such code, or all that import it, directly or not, are, and it uses no MLflow."""
        if path in self._tests:
            return True
        if path not in self._known:
            self._known[path] = True  # until it is told: that a file imports itself over others says nothing of it
            self._known[path] = depth > 0 and self._is_made(path, depth)
        return self._known[path]

    def has_alone(self, path: str) -> bool:
        """Return whether a file is one of these, or tests import it and no other code does: the code that they test is among these."""
        return self.has(path) or self._is_only_in_tests(path)

    def _is_made(self, path: str, depth: int) -> bool:
        data = self._read(path)
        if data is None or serves_tests(data):
            return data is not None
        if b"mlflow" in data and _IMPORTS_MLFLOW.search(data) is not None:
            return path in self._put and self._is_only_in_tests(path)
        if path in self._put:
            return True
        if path not in self._near and _BESIDE_TESTS.search(path) is None:
            return False
        is_imported = False
        for importer in self._importers(path):
            is_imported = True
            if not self.has(importer, depth - 1):
                return False
        # What nobody imports is a program, or reached in a way that nobody sees, as what a test names in a string.
        return is_imported or _BESIDE_TESTS.search(path) is not None or self._is_named(path)

    @functools.cached_property
    def _near(self) -> frozenset[str]:
        """The files that tests import or name, or that what lies beside these imports: no other one is looked for among all code."""
        found = self._imported_by(self._tests)
        helping = {path for path in found if path in self._put or serves_tests(self._read(path) or b"")}
        helping |= {path for path in self._every if path not in self._tests and _BESIDE_TESTS.search(path)}
        return found | self._imported_by(helping)

    def _imported_by(self, paths: Set[str]) -> frozenset[str]:
        found = set[str]()
        for path in paths:
            data = self._read(path)
            if data is not None:
                found |= self._imports.of(path, data)
                found |= self._imports.named(path, data) if path in self._tests else frozenset()
        return frozenset(found)

    def _is_only_in_tests(self, path: str) -> bool:
        is_imported = False
        for importer in self._importers(path):
            is_imported = True
            if importer not in self._tests:
                return False
        return is_imported

    def _importers(self, path: str) -> Iterator[str]:
        """Return the files that import one, the nearest first; of more than `_NEAREST`, those that lie far away are not looked for.

        Where that leaves code out, a file counts as made for tests that is not, and a fix waits for a person that need not.
        """
        place, name = bisect_left(self._every, path), _name(path)
        first = max(0, place - _NEAREST)
        others = zip_longest(reversed(self._every[first:place]), self._every[place + 1 : place + 1 + _NEAREST])
        near = islice((each for pair in others for each in pair if each is not None), _NEAREST)
        for other in near:
            data = self._read(other)
            if data is not None and any(each in data for each in name) and path in self._imports.of(other, data):
                yield other

    def _is_named(self, path: str) -> bool:
        """Return whether a test names a file in a string."""
        (name, *_) = _name(path)
        for test in self._tests:
            data = self._read(test)
            if data is not None and name in data and path in self._imports.named(test, data):
                return True
        return False


def _name(path: str) -> tuple[bytes, ...]:
    """Return what stands in all code that imports a file: its name, and for that of a package one of two."""
    folder, _, name = path.replace("\\", "/").rpartition("/")
    if name == "__init__.py":
        return folder.rpartition("/")[2].encode("utf-8", "surrogatepass"), b"from ."
    return (name.partition(".")[0].encode("utf-8", "surrogatepass"),)
