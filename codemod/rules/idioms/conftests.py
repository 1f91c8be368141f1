"""Which files are tests, and which conftest.py pytest reads before them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Set

_TEST = re.compile(r"(?:test_.*|.*_test|conftest)\.py")
CONFTEST = "conftest.py"
#: What code imports that is made for tests, wherever it lies.
TESTING = ("pytest", "unittest", "mock", "pytest_mock", "nose", "asynctest", "flexmock", "mockito")


def is_test(path: str) -> bool:
    """Return whether pytest takes a file for tests, or for what tests share."""
    return _TEST.fullmatch(_parts(path)[1]) is not None


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
