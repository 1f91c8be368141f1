"""Tells which files a test reaches: what it asks of its mocks depends on what these call, and on nothing else."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Container, Mapping, Set
from dataclasses import dataclass, field, replace

from codemod.analysis.assigned_doubles import ROOT
from codemod.analysis.conftests import is_conftest, is_test
from codemod.analysis.put_files import FILE
from codemod.analysis.read_sources import TEXT
from codemod.engine.surveys import Survey
from codemod.names.imported_files import ImportedFiles
from codemod.running.made_for_tests import MadeForTests
from codemod.settings import Double

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


@dataclass(frozen=True)
class Tested:
    """What tests reach, and which files are made for them.

    Attributes:
        imported: The files that some import may mean.
        read: Returns what a file holds; None for one that is not there.
        imports: Which files each of them imports.
        tests: The files that are tests.
        code: All files that are no tests. Code that imports what nobody can tell may reach each of them; a test that does may reach any file.
        plugins: The files that offer fixtures or hooks to pytest, and are no conftest.py: a setting may load them for any test.
        put: The files of which a test puts something in the place of something else.
    """

    imported: Container[str]
    read: Callable[[str], bytes | None]
    imports: ImportedFiles
    tests: frozenset[str]
    code: frozenset[str]
    plugins: frozenset[str] = frozenset()
    put: frozenset[str] = frozenset()
    # Where each file leads, and how it imports what nobody can tell: many tests ask for the same ones.
    _ways: dict[str, tuple[frozenset[str], bool]] = field(default_factory=dict, init=False)

    @classmethod
    def of(
        cls,
        imports: ImportedFiles,
        paths: Set[str],
        imported: Container[str],
        plugins: Set[str],
        surveys: Mapping[str, Survey],
        read: Callable[[str], bytes | None],
    ) -> Tested:
        """Return what the tests of a run reach.

        Args:
            imports: Which files each file imports.
            paths: All files of code.
            imported: Those that some import may mean.
            plugins: Those that offer fixtures or hooks to pytest.
            surveys: What was read of the files.
            read: Returns what a file holds; None for one that is not there.
        """
        tests = frozenset(filter(is_test, paths))
        every = ((path, each) for path, survey in surveys.items() for each in survey.doubles)
        put = {imports.file_of(path, each.path)[0] for path, each in every if each.what == FILE} - {""}
        return cls(imported, read, imports, tests, frozenset(paths - tests), frozenset(plugins - tests), frozenset(put))

    def with_reach(self, path: str, survey: Survey) -> Survey:
        """Say of the doubles of a test which files it reaches, where only this test can depend on them.

        Args:
            path: Its file. What stands in a conftest.py, or in a file that others import, may serve any test.
            survey: What was read of it. What counts only in a file that is made for tests is left out of any other.
        """
        if any(double.what in (TEXT, FILE) for double in survey.doubles):
            read = (self._found(path, each) for each in survey.doubles if each.what != FILE)
            survey = replace(survey, doubles=frozenset(each for each in read if each is not None))
        if any(double.path == ROOT or double.given for double in survey.doubles):
            serves = self._made.has(path)
            kept = [each for each in survey.doubles if serves or not each.given]
            is_alone = any(each.path == ROOT for each in kept) and self._made.has_alone(path)
            survey = replace(survey, doubles=frozenset(replace(each, for_tests=is_alone) for each in kept))
        asks = any(double.asks for double in survey.doubles)
        if not asks or not is_test(path) or is_conftest(path) or path in self.imported:
            return survey
        reaches = self._reached(path)
        doubles = (replace(double, reaches=reaches) if double.asks else double for double in survey.doubles)
        return replace(survey, doubles=frozenset(doubles))

    def _found(self, path: str, double: Double) -> Double | None:
        """Return a double with the files whose text its test reads; None where none of the run that uses MLflow is one."""
        if double.what != TEXT:
            return double
        file, name = self.imports.file_of(path, double.path)
        # What a package has from its modules stands in these.
        data = self.read(file) if file.endswith("__init__.py") else None
        more = self.imports.of(file, data) if data is not None else frozenset[str]()
        files = {each for each in more | {file} if b"mlflow" in (self.read(each) or b"").lower()}
        return replace(double, path=name, reaches=frozenset(files)) if files else None

    @functools.cached_property
    def _made(self) -> MadeForTests:
        return MadeForTests(self.imports, self.tests, self.code, self.put, self.read)

    def _reached(self, path: str) -> frozenset[str] | None:
        """Return all files that a test imports, directly or not; with all code where some of it imports what nobody can tell.

        None where the test itself does, or another one that it imports: no code runs a test.
        """
        found, waiting, is_told = {path}, [path, *self.plugins], True
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
