"""Our masks against IPython's own transformation of the same cells."""

from __future__ import annotations

import ast
import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from codemod.documents.ipython import read_cell

SIMPLE = [
    "x = 1", "x += a % b", "y = (a\n  % b)", "z = a \\\n  % b", "s = '''\n!ls\n%x?\n'''", "# why?", "x = 5  # why?",
    "d = {'a': 1,\n !b: 2}", "f'{x!r:>10}'", "r'\\''", "x = '?'", "await x", "assert x, 'why?'", "x != y", "a; b", "",
    "'unterminated", ")", "print 'a'", "f(a=!ls)", "lambda: 7", "é = 'ü'",
]  # fmt: skip
MAGIC = [
    "!ls -l", "!!ls", "!echo \"it's (\"", "!pip install \\\n   a \\\n  b", "%matplotlib inline", "%cd ..", "%time", "!", "%",
    "foo?", "foo??", "?foo", "??foo", "foo.bar?", "mlflow.*log*?", "files = !ls *.py", "x=!ls", "a, b = !ls  # c",
    "x: int = !ls", "x = %env FOO", "x = !echo \"(\"", "%run foo.py", "?",
]  # fmt: skip
STATEMENT = ["%time f(x)", "%timeit -n 10 f(x)", "%time for i in x: pass", "v = %time f(x)", "%prun -s time f(x)"]
LINE = st.sampled_from(SIMPLE + MAGIC + STATEMENT)
BLOCK = st.tuples(
    st.sampled_from(["if x:", "for i in y:", "def f():", "class A:"]), st.lists(LINE, min_size=1, max_size=3)
).map(lambda block: "\n".join([block[0], *(f"    {line}" for line in block[1])]))
CELL = st.lists(LINE | BLOCK, max_size=5).map("\n".join)
# What follows is another form of the same: IPython makes calls of magics, and we make constants of them.
TRANSFORMED = re.compile(r"get_ipython\(\)\.")


def statements(tree: ast.Module, *, calls: bool) -> list[str]:
    """List the statements that are Python in both forms, wherever they stand, as Python prints them."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and not hasattr(node, "body"):
            text = ast.unparse(node)
            magic = TRANSFORMED.search(text) if calls else re.search(r"(?:^|[=:] )0(?:$|,)", text)
            if not magic:
                found.append(text)
    return sorted(found)


@settings(max_examples=600, deadline=None)
@given(CELL)
@example("if x:\n    !ls \\\n      -l\n    v = %time f(x)")
def test_what_ipython_reads_we_read_and_as_the_same_python(cell: str) -> None:
    from IPython.core.inputtransformer2 import TransformerManager  # type: ignore[import-not-found,unused-ignore]

    try:
        theirs = ast.parse(TransformerManager().transform_cell(cell))
    except (SyntaxError, ValueError):
        return
    code = read_cell(cell).code
    assert code is not None
    ours = ast.parse(code)
    visible = statements(ours, calls=False)
    for statement in statements(theirs, calls=True):
        assert statement in visible
        visible.remove(statement)
    # All that we see beyond IPython's statements is the argument of a magic that runs Python.
    assert set(visible) <= {"f(x)", "v = f(x)", "pass", "for i in x:\n    pass"}
