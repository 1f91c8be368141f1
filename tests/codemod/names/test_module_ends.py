"""How imports end is told of rather more files than of fewer: whoever imports a file is never left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.names.imported_files import ImportedFiles
from codemod.names.module_ends import ends_of

FILES = (
    "train.py", "pkg/__init__.py", "pkg/names.py", "pkg/deep/__init__.py", "pkg/deep/names.py", "other/names.py",
    "__init__.py", "conftest.py", "tests/conftest.py", "nb/lib/setup.py",
)  # fmt: skip


@pytest.mark.parametrize(
    ("importer", "code", "ends"),
    [
        ("train.py", "import pkg.names as n, other.names", {"pkg", "pkg.names", "other.names"}),
        ("train.py", "import os, names", {"names"}),
        ("train.py", "from pkg import names, SIZE", {"pkg", "pkg.names"}),
        ("train.py", "from pkg.deep import names", {"pkg", "pkg.deep", "deep.names"}),
        ("train.py", "from pkg.deep.names import (\n    NAME,\n)", {"pkg.deep", "deep.names"}),
        ("train.py", "from sklearn.names import NAME", set()),
        ("train.py", "from names import train", {"names"}),
        ("pkg/deep/names.py", "from ..names import NAME", {"pkg", "pkg.names"}),
        ("pkg/deep/names.py", "from .. import *\nfrom . import names", {"", "pkg", "pkg.deep", "deep.names"}),
        ("pkg/deep/__init__.py", "from .names import *", {"pkg.deep", "deep.names"}),
        ("train.py", "from . import names", {"", "names"}),
        ("tests/test_a.py", "def test_it(model): ...", {"conftest"}),
        ("tests/test_a.py", "pytest_plugins = ['pkg.names']", {"conftest", "pkg", "pkg.names"}),
        ("nb/main.py", "%run ./lib/setup", {"lib.setup"}),
        ("train.py", "x = 1", set()),
    ],
)
def test_imports_end_as_what_they_may_mean(importer: str, code: str, ends: set[str]) -> None:
    assert ImportedFiles(FILES).ends.read(importer, code.encode()) == ends


def test_a_file_is_meant_by_its_name_alone_and_with_its_folder() -> None:
    assert ends_of("a/pkg/names.py") == ("names", "pkg.names")
    assert ends_of("a/pkg/__init__.py") == ("pkg", "a.pkg")
    assert ends_of("train.py") == ("train",)
    assert ends_of("__init__.py") == ("",)


NAMES = st.sampled_from(["a", "b", "names", "conftest", "é"])
PATHS = st.builds(
    lambda folders, name: "/".join((*folders, f"{name}.py")),
    st.lists(NAMES, max_size=3),
    NAMES | st.just("__init__"),
)
DOTTED = st.builds(lambda dots, parts: "." * dots + ".".join(parts), st.integers(0, 3), st.lists(NAMES, max_size=3))
PLAIN = st.lists(NAMES, min_size=1, max_size=3).map(".".join)  # Python has no `import .a`
STATEMENTS = st.one_of(
    st.builds("from {} import {}".format, DOTTED.filter(bool), st.lists(NAMES, min_size=1).map(", ".join)),
    st.builds("from {} import ({} as x, )".format, DOTTED.filter(bool), NAMES),
    st.builds("import {} as y, {}".format, PLAIN, PLAIN),
    st.builds("pytest_plugins = ['{}', '{}']".format, DOTTED, DOTTED),
    st.builds("%run ../{}/{}".format, NAMES, NAMES),
    st.just("def test_it(): ..."),
)


@given(st.lists(PATHS, min_size=2, max_size=8, unique=True), st.lists(STATEMENTS, min_size=1, max_size=4))
def test_no_file_that_imports_another_is_left_out(paths: list[str], statements: list[str]) -> None:
    files = ImportedFiles(paths)
    data = "\n".join(statements).encode()
    for importer in paths:
        read = files.ends.read(importer, data)
        for path in files.of(importer, data):
            assert not read.isdisjoint(ends_of(path)), (importer, path)
