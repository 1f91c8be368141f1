"""Tells which files a test reaches: what it asks of its mocks depends on what these call, and on nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace

from codemod.engine.project import Survey
from codemod.names.imported_files import ImportedFiles
from codemod.rules.idioms.conftests import is_conftest, is_test

# What imports a module whose name is not written there, or runs a file.
_COMPUTED = re.compile(
    rb"run_path|run_module|module_from_spec|(?<!import )\b(?:import_module|__import__)\b(?!\(\s*[\"'])"
)


@dataclass(frozen=True, slots=True)
class Tested:
    """What tests reach.

    Attributes:
        imported: The files that some import may mean.
        read: Returns what a file holds; None for one that is not there.
        imports: Which files each of them imports.
        code: All files that are no tests: a test that imports what nobody can tell may reach each of them, but no other test.
    """

    imported: Container[str]
    read: Callable[[str], bytes | None]
    imports: ImportedFiles
    code: frozenset[str]
    # Where each file leads, and whether it imports what nobody can tell: many tests ask for the same ones.
    _ways: dict[str, tuple[frozenset[str], bool]] = field(default_factory=dict, init=False)

    def with_reach(self, path: str, survey: Survey) -> Survey:
        """Say of the doubles of a test which files it reaches, where only this test can depend on them.

        Args:
            path: Its file. What stands in a conftest.py, or in a file that others import, may serve any test.
            survey: What was read of it.
        """
        asks = any(double.asks for double in survey.doubles)
        if not asks or not is_test(path) or is_conftest(path) or path in self.imported:
            return survey
        reaches = self._reached(path)
        doubles = (replace(double, reaches=reaches) if double.asks else double for double in survey.doubles)
        return replace(survey, doubles=frozenset(doubles))

    def _reached(self, path: str) -> frozenset[str]:
        """Return all files that a test imports, directly or not; with all code where one of them imports what nobody can tell."""
        found, waiting, is_told = {path}, [path], True
        while waiting:
            importer = waiting.pop()
            if not is_told and importer in self.code:
                continue  # it is among them, with all that it imports
            new, is_plain = self._way(importer)
            is_told = is_told and is_plain
            waiting += new - found
            found |= new
        return frozenset(found) if is_told else self.code.union(found)

    def _way(self, importer: str) -> tuple[frozenset[str], bool]:
        """Return the files that one imports, names or is run after, and whether these are all."""
        if importer not in self._ways:
            data = self.read(importer)
            if data is None:  # the folder of a module is no package
                self._ways[importer] = frozenset(), True
            else:
                new = self.imports.of(importer, data) | self.imports.named(importer, data) | _packages(importer)
                self._ways[importer] = new, _COMPUTED.search(data) is None
        return self._ways[importer]


def _packages(path: str) -> frozenset[str]:
    """Return the files that are run before a module: those of the packages that it lies in."""
    folders = path.replace("\\", "/").split("/")[:-1]
    return frozenset("/".join((*folders[:count], "__init__.py")) for count in range(1, len(folders) + 1))
