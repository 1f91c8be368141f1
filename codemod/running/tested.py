"""Tells which files a test reaches: what it asks of its mocks depends on what these call, and on nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import replace

from codemod.engine.project import Survey
from codemod.names.imported_files import ImportedFiles
from codemod.rules.idioms.conftests import is_conftest, is_test

# What imports a module whose name is not written there, or runs a file.
_COMPUTED = re.compile(
    rb"run_path|run_module|module_from_spec|(?<!import )\b(?:import_module|__import__)\b(?!\(\s*[\"'])"
)


def with_reach(
    path: str, survey: Survey, imported: Container[str], read: Callable[[str], bytes | None], imports: ImportedFiles
) -> Survey:
    """Say of the doubles of a test which files it reaches, where only this test can depend on them.

    Args:
        path: Its file. What stands in a conftest.py, or in a file that others import, may serve any test.
        survey: What was read of it.
        imported: The files that some import may mean.
        read: Returns what a file holds; None for one that is not there.
        imports: Which files each of them imports.
    """
    if not any(double.asks for double in survey.doubles) or not is_test(path) or is_conftest(path) or path in imported:
        return survey
    reaches = _reached(path, read, imports)
    return replace(
        survey,
        doubles=frozenset(replace(double, reaches=reaches) if double.asks else double for double in survey.doubles),
    )


def _reached(path: str, read: Callable[[str], bytes | None], imports: ImportedFiles) -> frozenset[str] | None:
    """Return all files that a test imports, directly or not; None where one of them imports what nobody can tell."""
    found, waiting = {path}, [path]
    while waiting:
        importer = waiting.pop()
        data = read(importer)
        if data is None:
            continue  # the folder of a module is no package
        if _COMPUTED.search(data) is not None:
            return None
        new = imports.of(importer, data) | imports.named(importer, data) | _packages(importer)
        waiting += new - found
        found |= new
    return frozenset(found)


def _packages(path: str) -> frozenset[str]:
    """Return the files that are run before a module: those of the packages that it lies in."""
    folders = path.replace("\\", "/").split("/")[:-1]
    return frozenset("/".join((*folders[:count], "__init__.py")) for count in range(1, len(folders) + 1))
