"""What is said of code that this Python cannot read."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from codemod.engine import migrate
from codemod.settings import Settings

NEWER = {
    "try:\n    pass\nexcept* ValueError:\n    pass\n": (3, 11),
    "def f[T](x: T) -> T:\n    return x\n": (3, 12),
    "async def f [T: int](x): pass\n": (3, 12),
    "class A[T]: pass\n": (3, 12),
    "type Pair[A, B] = tuple[A, B]\n": (3, 12),
    "type Number = int\n": (3, 12),
    'f"{f"{mlflow}"}"\n': (3, 12),
    'x = t"{mlflow}"\n': (3, 14),
}


@pytest.mark.parametrize(("code", "version"), NEWER.items())
def test_newer_syntax_is_read_or_its_python_is_named(code: str, version: tuple[int, int]) -> None:
    outcome = migrate("a.py", f"import mlflow\n{code}".encode(), Settings())
    if sys.version_info >= version:
        ast.parse(code)
        assert outcome.reason == ""
    else:
        assert outcome.reason.endswith(
            f"; if this is Python {version[0]}.{version[1]} or later, run the codemod on that Python"
        )


@pytest.mark.parametrize("code", ["print 1\n", "def f(x:\n", "type = = 1\n", "x = [1\n", "class A(:\n", "t = 'a' 'b\n"])
def test_what_no_python_reads_has_no_such_hint(code: str) -> None:
    outcome = migrate("a.py", f"import mlflow\n{code}".encode(), Settings())
    assert outcome.reason
    assert "run the codemod" not in outcome.reason


def test_a_long_chain_does_not_end_the_process() -> None:
    """Python 3.10 needs more stack for it than a process usually has."""
    program = (
        "import contextlib\nfrom codemod.analysis.parsing import read_document\n"
        "with contextlib.suppress(RecursionError):\n"  # how later ones say it
        "    read_document('a.py', b'y = a' + b'.b' * 120_000)\n"
        "print('goes on')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "goes on\n")
