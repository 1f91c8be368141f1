"""Which files are tests or belong to them, and which conftest.py pytest reads before them."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Set

from codemod.names import Names

_TEST = re.compile(r"(?:test_.*|.*_test|conftest)\.py")
CONFTEST = "conftest.py"
#: What code imports that is made for tests, wherever it lies.
TESTING = ("pytest", "unittest", "mock", "pytest_mock", "nose", "asynctest", "flexmock", "mockito")
_IMPORTS_TESTING = re.compile(rb"(?m)^[ \t]*(?:from|import)[ \t]+(?:%s)\b" % "|".join(TESTING).encode())
# Those names are among these, or hold one of them.
_NAMES = (b"pytest", b"unittest", b"mock", b"nose", b"asynctest")
# What pytest calls, or hands to tests, of the modules that it is told to load.
_HOOK = re.compile(rb"(?m)^[ \t]*(?:async[ \t]+)?def[ \t]+pytest_\w+[ \t]*\(|^[ \t]*@(?:pytest\.)?fixture\b")


def is_test(path: str) -> bool:
    """Return whether pytest takes a file for tests, or for what tests share."""
    return _TEST.fullmatch(_parts(path)[1]) is not None


def imports_testing(names: Names) -> bool:
    """Return whether code imports what is made for tests."""
    modules = [alias.name for node in names.scopes.of(ast.Import) for alias in node.names]
    modules += [node.module for node in names.scopes.of(ast.ImportFrom) if node.module and not node.level]
    return any(module.partition(".")[0] in TESTING for module in modules)


def serves_tests(data: bytes) -> bool:
    """Return whether a file is made for tests by what it imports, whatever it is called: a suite, a fake, a plugin of pytest."""
    # Most files hold none of the names, and to look for these is many times faster.
    return any(name in data for name in _NAMES) and (_IMPORTS_TESTING.search(data) is not None or is_plugin(data))


def is_plugin(data: bytes) -> bool:
    """Return whether a file offers fixtures or hooks to pytest, which loads it where a setting or a command line names it."""
    return b"pytest" in data and (b"fixture" in data or b"def pytest_" in data) and _HOOK.search(data) is not None


def is_conftest(path: str) -> bool:
    """Return whether a file is a conftest.py."""
    return _parts(path)[1] == CONFTEST


def is_conftest_of(path: str, conftest: str) -> bool:
    """Return whether pytest reads a conftest.py before a file: the file is a test in its folder or below."""
    folder = _parts(conftest)[0]
    return is_test(path) and (
        not folder or _parts(path)[0] == folder or path.replace("\\", "/").startswith(f"{folder}/")
    )


def conftest_of(path: str, conftests: Set[str]) -> str | None:
    """Return the nearest of some conftest.py that pytest reads before a file; None for a file that is no test."""
    near = [conftest for conftest in conftests if is_conftest_of(path, conftest)]
    return max(near, key=lambda conftest: len(_parts(conftest)[0]), default=None)


def _parts(path: str) -> tuple[str, str]:
    return posixpath.split(path.replace("\\", "/"))


def nearest_of(tests: frozenset[str], conftests: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Return the conftest.py that stand nearest to some tests, each with the first of them."""
    found: dict[str, str] = {}
    for test in sorted(tests):
        conftest = conftest_of(test, conftests)
        if conftest is not None:
            found.setdefault(conftest, test)
    return tuple(found.items())
