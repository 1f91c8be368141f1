"""Tells which files a test reaches: what it asks of its mocks depends on what these call, and on nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace

from codemod.analysis.assigned_doubles import ROOT
from codemod.engine.surveys import Survey
from codemod.names.imported_files import ImportedFiles
from codemod.rules.idioms.conftests import is_conftest, is_test

# What imports a module whose name is not written there as a whole: also what reads it from settings, or takes all that lie in a folder.
_COMPUTED_IMPORTS = (
    rb"(?<!import )\b(?:import_module|__import__)\b(?!\(\s{0,99}(?:\"\w[^\"\n]{0,200}\"|'\w[^'\n]{0,200}')\s{0,99}[,)])"
    rb"|\b(?:import_module|__import__)[ \t]+as\b"
    rb"|\b(?:import_string|import_object|find_modules|iter_modules|walk_packages|load_module|(?:iter_)?entry_points|resolve_name)\b"
    rb"|\bhydra\.utils\b|(?<!def )\b(?:instantiate|autodiscover\w{0,20})\(|\bcall_command\((?!\s{0,99}[\"'])"
)
# What runs a file.
_RUNS = rb"run_path|run_module|module_from_spec|(?<![\w.])exec\("
_COMPUTED = re.compile(rb"%s|%s" % (_RUNS, _COMPUTED_IMPORTS))


@dataclass(frozen=True, slots=True)
class Tested:
    """What tests reach.

    Attributes:
        imported: The files that some import may mean.
        read: Returns what a file holds; None for one that is not there.
        imports: Which files each of them imports.
        tests: The files that are tests.
        code: All files that are no tests. Code that imports what nobody can tell may reach each of them; a test that does may reach any file.
    """

    imported: Container[str]
    read: Callable[[str], bytes | None]
    imports: ImportedFiles
    tests: frozenset[str]
    code: frozenset[str]
    # What the tests import, and what the code does, by which of the two it is, once it is asked for.
    _taken: dict[bool, frozenset[str]] = field(default_factory=dict, init=False)
    # Where each file leads, and how it imports what nobody can tell: many tests ask for the same ones.
    _ways: dict[str, tuple[frozenset[str], bool]] = field(default_factory=dict, init=False)

    def with_reach(self, path: str, survey: Survey) -> Survey:
        """Say of the doubles of a test which files it reaches, where only this test can depend on them.

        Args:
            path: Its file. What stands in a conftest.py, or in a file that others import, may serve any test.
            survey: What was read of it.
        """
        if any(double.path == ROOT for double in survey.doubles) and self._is_for_tests(path):
            survey = replace(survey, doubles=frozenset(replace(each, for_tests=True) for each in survey.doubles))
        asks = any(double.asks for double in survey.doubles)
        if not asks or not is_test(path) or is_conftest(path) or path in self.imported:
            return survey
        reaches = self._reached(path)
        doubles = (replace(double, reaches=reaches) if double.asks else double for double in survey.doubles)
        return replace(survey, doubles=frozenset(doubles))

    def _is_for_tests(self, path: str) -> bool:
        """Return whether a file is a test, or one that tests import and no other code does."""
        if is_test(path):
            return True
        # The code is all of the run: it is read only for what tests import.
        return path in self._imported_by(tests=True) and path not in self._imported_by(tests=False)

    def _imported_by(self, *, tests: bool) -> frozenset[str]:
        """Return what all tests import, or what all other code does."""
        if tests not in self._taken:
            every = ((path, self.read(path)) for path in (self.tests if tests else self.code))
            found = (self.imports.of(path, data) for path, data in every if data is not None)
            self._taken[tests] = frozenset[str]().union(*found)
        return self._taken[tests]

    def _reached(self, path: str) -> frozenset[str] | None:
        """Return all files that a test imports, directly or not; with all code where some of it imports what nobody can tell.

        None where the test itself does, or another one that it imports: no code runs a test.
        """
        found, waiting, is_told = {path}, [path], True
        while waiting:
            importer = waiting.pop()
            if not is_told and importer in self.code:
                continue  # it is among them, with all that it imports
            new, computed = self._way(importer)
            if computed and importer not in self.code:
                return None
            is_told = is_told and not computed
            waiting += new - found
            found |= new
        return frozenset(found) if is_told else self.code.union(found)

    def _way(self, importer: str) -> tuple[frozenset[str], bool]:
        """Return the files that one imports, names or is run after, and whether it imports more than is told."""
        if importer not in self._ways:
            data = self.read(importer)
            if data is None:  # the folder of a module is no package
                self._ways[importer] = frozenset(), False
            else:
                new = self.imports.of(importer, data) | self.imports.named(importer, data) | _packages(importer)
                self._ways[importer] = new, _COMPUTED.search(data) is not None
        return self._ways[importer]


def _packages(path: str) -> frozenset[str]:
    """Return the files that are run before a module: those of the packages that it lies in."""
    folders = path.replace("\\", "/").split("/")[:-1]
    return frozenset("/".join((*folders[:count], "__init__.py")) for count in range(1, len(folders) + 1))
