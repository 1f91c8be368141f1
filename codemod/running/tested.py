"""Tells which files a test reaches: what it asks of its mocks depends on what these call, and on nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Set
from dataclasses import dataclass, field, replace
from itertools import chain

from codemod.analysis.assigned_doubles import ROOT
from codemod.analysis.conftests import is_conftest, is_test, serves_tests
from codemod.analysis.put_files import FILE
from codemod.analysis.read_sources import TEXT
from codemod.engine.surveys import Survey
from codemod.names.imported_files import ImportedFiles
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

_IMPORTS_MLFLOW = re.compile(rb"(?m)^[ \t]*(?:from|import)[ \t]+mlflow\b")
# A folder of tests: a file there that nobody imports is one of them.
_BESIDE_TESTS = re.compile(r"(?:\A|[/\\])tests?[/\\]")


@dataclass(frozen=True, slots=True)
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
    # The files that are made for tests, and those with all that only tests import, once they are asked for.
    _serving: list[frozenset[str]] = field(default_factory=list, init=False)
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
        if any(double.path == ROOT or double.given for double in survey.doubles):
            serves = self._is_for_tests(path, alone=False)
            kept = [each for each in survey.doubles if serves or not each.given]
            is_alone = any(each.path == ROOT for each in kept) and self._is_for_tests(path, alone=True)
            survey = replace(survey, doubles=frozenset(replace(each, for_tests=is_alone) for each in kept))
        if any(double.what in (TEXT, FILE) for double in survey.doubles):
            read = (self._found(path, each) for each in survey.doubles if each.what != FILE)
            survey = replace(survey, doubles=frozenset(each for each in read if each is not None))
        asks = any(double.asks for double in survey.doubles)
        if not asks or not is_test(path) or is_conftest(path) or path in self.imported:
            return survey
        reaches = self._reached(path)
        doubles = (replace(double, reaches=reaches) if double.asks else double for double in survey.doubles)
        return replace(survey, doubles=frozenset(doubles))

    def _found(self, path: str, double: Double) -> Double | None:
        """Return a double with the file whose text its test reads; None where that is none of the run."""
        if double.what != TEXT:
            return double
        file, name = self.imports.file_of(path, double.path)
        data = (
            self.read(file) if file.endswith("__init__.py") else None
        )  # what a package has from its modules stands there
        more = self.imports.of(file, data) if data is not None else frozenset[str]()
        return replace(double, path=name, reaches=more | {file}) if file else None

    def _is_for_tests(self, path: str, *, alone: bool) -> bool:
        """Return whether a file is a test, or made for tests; ``alone`` for one of which that tests import it, and no other code, is enough."""
        if is_test(path):
            return True
        # This reads all code of the run.
        if not self._serving:
            self._serving.extend(self._made_for_tests())
        return path in self._serving[alone]

    def _made_for_tests(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the files that are made for tests, and with them those that only tests import: the code that they test is among these.

        They are made for tests by what they hold, or as only such files import them, directly or not, and they import no MLflow.
        """
        imported: dict[str, frozenset[str]] = {}
        serving, programs = set[str](), set[str]()
        for path in chain(self.tests, self.code):
            data = self.read(path)
            if data is not None:
                imported[path] = self.imports.of(path, data)
                if path in self.tests or serves_tests(data):
                    serving.add(path)
                elif _IMPORTS_MLFLOW.search(data) is not None:
                    programs.add(path)
        by_tests = frozenset[str]().union(*(imported.get(each, frozenset()) for each in self.tests))
        by_code = frozenset[str]().union(*(imported.get(each, frozenset()) for each in self.code))
        serving |= self.put - programs | (self.put & by_tests) - by_code
        # What nobody imports is a program, or reached in a way that nobody sees.
        free = imported.keys() - by_tests - by_code - serving
        serving |= {path for path in free if _BESIDE_TESTS.search(path)}
        # Nor does anybody import what a test names in a string, such as a setting's class.
        named = (self.imports.named(each, data) for each in self.tests if free and (data := self.read(each)))
        serving |= (free - programs) & frozenset[str]().union(*named)
        of_programs = _closure((programs | free) - serving, imported, serving)
        made = frozenset(_closure(serving, imported, of_programs))
        return made, made | (by_tests - by_code)

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


def _closure(start: Set[str], imported: Mapping[str, frozenset[str]], without: Set[str]) -> set[str]:
    """Return some files and all that they import, directly or not, but for those that are left out."""
    found, waiting = set(start), list(start)
    while waiting:
        new = imported.get(waiting.pop(), frozenset()) - found - without
        found |= new
        waiting += new
    return found
