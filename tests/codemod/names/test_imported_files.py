"""Files are found by what imports them, and only those that an import means."""

from __future__ import annotations

import pytest

from codemod.names.imported_files import ImportedFiles

FILES = (
    "train.py", "pkg/__init__.py", "pkg/names.py", "pkg/deep/__init__.py", "pkg/deep/names.py", "other/names.py",
    "conftest.py", "tests/conftest.py", "tests/unit/test_a.py", "elsewhere/conftest.py", "nb/lib/setup.py",
)  # fmt: skip


@pytest.mark.parametrize(
    ("importer", "code", "found"),
    [
        ("train.py", "import pkg.names as n", {"pkg/__init__.py", "pkg/names.py"}),
        ("train.py", "from pkg import names", {"pkg/__init__.py", "pkg/names.py"}),
        ("train.py", "from pkg.names import NAME, OTHER", {"pkg/__init__.py", "pkg/names.py"}),
        ("train.py", "from pkg.deep.names import (\n    NAME,\n)", {"pkg/deep/__init__.py", "pkg/deep/names.py"}),
        ("train.py", "import other.names, os.path", {"other/names.py"}),
        ("pkg/deep/names.py", "from ..names import NAME", {"pkg/__init__.py", "pkg/names.py"}),
        ("pkg/deep/names.py", "from .. import names", {"pkg/__init__.py", "pkg/names.py"}),
        ("pkg/deep/__init__.py", "from .names import *", {"pkg/deep/__init__.py", "pkg/deep/names.py"}),
        ("tests/unit/test_a.py", "def test_it(model): ...", {"conftest.py", "tests/conftest.py"}),
        ("nb/main.py", "%run ./lib/setup", {"nb/lib/setup.py"}),
        ("train.py", "from sklearn.names import NAME", set()),
        ("train.py", "from names import NAME", set()),  # of three, nobody can tell which
        ("train.py", "x = 1", set()),
    ],
)
def test_files_are_found_by_imports(importer: str, code: str, found: set[str]) -> None:
    files = ImportedFiles(FILES)
    assert files.of(importer, code.encode()) == found


def test_files_of_the_same_name_are_told_too() -> None:
    files = ImportedFiles(FILES)
    assert files.namesakes(["pkg/names.py"]) == {"pkg/names.py", "pkg/deep/names.py", "other/names.py"}
    assert files.namesakes([]) == frozenset()
