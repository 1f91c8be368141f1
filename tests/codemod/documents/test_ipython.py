"""Masking of what IPython adds to Python."""

from __future__ import annotations

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.documents.ipython import mask_lines, read_cell

MASKED = [
    # line magics, shell lines, help
    ("!ls", "0"),
    ("!!ls\nx", "0\nx"),
    ("!", "0"),
    ("%matplotlib inline\nx", "0\nx"),
    ("% matplotlib inline\nx", "0\nx"),
    ("%config A.b = 'c'\nx", "0\nx"),
    ('!echo "it\'s ("\nx', "0\nx"),
    ("!pip install \\\n  a \\\n  b\nx", "0\nx"),
    ("!pip install \\\r\n  a\r\nx", "0\nx"),
    ("!ls \\", "0"),
    ("!dir c:\\ \nx", "0\nx"),
    ("?help\nx", "0\nx"),
    ("??help", "0"),
    ("help?\nx", "0\nx"),
    ("a.b?? \nx", "0\nx"),
    ("f(a,\n  b)[1]?\nx", "0\nx"),
    ("mlflow.*log*?", "0"),
    ("%time?", "0"),
    ("%%time?\nx", "0\nx"),
    ("/f x", "0"),
    (",f a b\nx", "0\nx"),
    # in blocks
    ("if a:\n    !ls\nelse:\n    %cd x\n    y?", "if a:\n    0\nelse:\n    0\n    0"),
    ("if a:\n\t!ls\n\tx", "if a:\n\t0\n\tx"),
    # in assignments
    ("x = !ls", "x = 0"),
    ("x=!ls \\\n -l\ny", "x=0\ny"),
    ("a, b = !ls\ny", "a, b = 0\ny"),
    ("x = y = %env HOME\nz", "x = y = 0\nz"),
    ("x = 1; y = !ls\nz", "x = 1; y = 0\nz"),
    # magics whose argument is Python
    ("%time model.fit(X)", "model.fit(X)"),
    ("%time for x in y: f(x)\nz", "for x in y: f(x)\nz"),
    ("%timeit -n 10 -r3 -o f(x)", "f(x)"),
    ("%timeit -qn10 f(x)", "f(x)"),
    ("%prun -s cumulative -l 5 f(x)", "f(x)"),
    ("%lprun -f f -f g f(x)", "f(x)"),
    ("%memit f(x)", "f(x)"),
    ("%time f(x,\n        y)\nz", "f(x,\n        y)\nz"),
    ("%time x = f('''\n!ls\n''')\nz", "x = f('''\n!ls\n''')\nz"),
    ("if a:\n  %time f(x)\n  y", "if a:\n  f(x)\n  y"),
    ("if a:\n\t%time with b: c\n\ty", "if a:\n\twith b: c\n\ty"),
    ("x = %time f()", "x = f()"),
    ("x = %timeit -o f()\ny", "x = 0, f()\ny"),
    ("x = %time y = 1", "x = y = 1"),
    ("%time", "0"),
    ("%time \nx", "0\nx"),
    ("%timeit -n 10\nx", "10\nx"),
    ("%time !ls\nx", "0\nx"),
    ("%time %run x.py\ny", "0\ny"),
    ("%time f?\nx", "0\nx"),
    # cell magics
    ("%%time\nx", "x"),
    ("\n\n%%time  \nx", "x"),
    ("%%capture out --no-stderr\n%%time\n!ls\nx", "0\nx"),
    ("%%timeit -n 3 q = 1\nx", "q = 1\nx"),
    ("%%timeit\nx", "x"),
    ("#@title A form\n%%capture\nx", "x"),
    ("%%prun -s cumulative\nx", "x"),
    # prompts and indents that people paste
    (">>> x = f(a,\n...       b)\n>>> y", "x = f(a,\n      b)\ny"),
    (">>> if x:\n...     y\n...\n>>> z", "if x:\n    y\n\nz"),
    ("In [1]: x\n   ...: y", "x\ny"),
    ("  import a\n  if b:\n    c\n", "import a\nif b:\n  c\n"),
    ("\n    # note\n    x\n", "# note\nx\n"),
    ("\tx\n\t%time f(x)\n\t!ls", "x\nf(x)\n0"),
    # magics without the percent sign
    ("pip install mlflow==2.9", "0"),
    ("cd ..\n", "0\n"),
    ("ls -la /tmp/a b", "0"),
    ("time f(x)", "f(x)"),
    ("timeit f(x)", "f(x)"),
    # Databricks
    ("%python\nx", "x"),
    ("%python x = 1\ny", "x = 1\ny"),
    ("%pip install a\nx", "0\nx"),
]


@pytest.mark.parametrize(("text", "meaning"), MASKED)
def test_python_reads_the_masked_text_as(text: str, meaning: str) -> None:
    code = read_cell(text).code
    assert code is not None
    assert len(code) == len(text)
    assert re.sub(r"[^\r\n]", "", code) == re.sub(r"[^\r\n]", "", text)
    assert ast.dump(ast.parse(code)) == ast.dump(ast.parse(meaning))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x = 1",
        "x = (a\n% b)",
        "x = [a,\n  % b,\n ! c]",
        "x = a \\\n% b",
        "x = '''\n!ls\n%time\nhelp?\n'''",
        'x = """\\"""\n!ls\n"""',
        "x = r'\\'\ny = '?'",
        "x = '?'",
        "x = 1  # why?",
        "# what?\nx",
        "f'{x!r:>10}' % y",
        "x != y\nx %= y\nx == -y",
        "f(a=b, c=d)",
        "f(a=!ls)",
        "x: int = 1",
        "lambda: 0",
        "pip = 3",
        "pip",
        "ls -l",
        "time = f(x)",
        "cat in animals",
        "import os",
        "pip install a\nx",
        "print 'python 2'",
        "x = 'unterminated\ny",
        "f(\n!ls",
        "await x\nasync with y: z",
    ],
)
def test_leaves_alone(text: str) -> None:
    assert read_cell(text).code == text


@pytest.mark.parametrize(
    "text",
    [
        "%%bash\nls",
        "%%sh\npip install numpy",
        "%%sql\nSELECT 1",
        "%%html\n<b>",
        "%%javascript\nx",
        "%%R\nx <- 1",
        "%%script node\nx",
        "%%script false --no-raise-error\nx",
        "%%writefile train.txt\nx",
        "%%writefile\nx",
        "%%capture\n%%bash\nls",
        "%sql SELECT 1",
        "%sql\nSELECT a, b\nFROM c",
        "%md\n# Title\nSome words of text.",
        "%sh\npip install numpy --upgrade",
        "# Databricks notebook source\n%md # Title\n* a list of words",
    ],
)
def test_other_languages_are_no_python(text: str) -> None:
    reading = read_cell(text)
    assert reading.code is None
    assert not reading.unknown


def test_an_unknown_cell_magic_is_named() -> None:
    reading = read_cell("%%frobnicate --fast\nx = 1")
    assert reading.code is None
    assert reading.unknown == "%%frobnicate"


def test_a_file_whose_name_is_computed_is_named() -> None:
    reading = read_cell("%%writefile {folder}/$name\nx = 1")
    assert reading.code is None
    assert reading.unknown == "%%writefile {folder}/$name"


def test_a_sql_line_above_python_is_a_line_magic_of_jupyter_and_a_language_on_databricks() -> None:
    text = "%sql SELECT 1\nx = f(1)\n"
    assert ast.unparse(ast.parse(read_cell(text).code or "")) == "0\nx = f(1)"
    assert read_cell(text, databricks=True).code is None


@pytest.mark.parametrize(
    ("text", "label", "target", "appends"),
    [
        ("%%writefile train.py\nx", "%%writefile train.py", "train.py", False),
        ("%%writefile -a src/train.py\nx", "%%writefile src/train.py", "src/train.py", True),
        ("%%writefile --append 'train.py'\nx", "%%writefile train.py", "train.py", True),
        ("%%file train.py\nx", "%%file train.py", "train.py", False),
        ("%%python\nx", "%%python", "", False),
        ("%%python3 -u\nx", "%%python3", "", False),
        ("%%script --bg /usr/bin/python3.11 -u\nx", "%%script", "", False),
        ("%%writefile 'my train.py'\nx", "%%writefile my train.py", "my train.py", False),
        ("%%writefile src\\train.py\nx", "%%writefile src\\train.py", "src\\train.py", False),
        ("%%writefile it's.py\nx", "%%writefile it's.py", "it's.py", False),
    ],
)
def test_a_document_inside_the_document(text: str, label: str, target: str, appends: bool) -> None:
    reading = read_cell(text)
    assert (reading.label, reading.target, reading.appends) == (label, target, appends)
    assert ast.dump(ast.parse(reading.code or "")) == ast.dump(ast.parse("x"))


def test_a_written_file_is_plain_python() -> None:
    assert read_cell("%%writefile a.py\n!ls\nx").code == "                \n!ls\nx"


def test_broken_code_loses_no_more_than_itself() -> None:
    code = mask_lines("x = f(1))\n!ls\ny = 'open\n%time z\n")
    assert code.splitlines()[1] == "0  "
    assert code.split("\n")[3] == "     \fz"


def test_a_very_long_line_of_assignments_is_read_without_recursion() -> None:
    text = "x = %time " * 5000 + "1\n!ls\n"
    assert mask_lines(text).endswith("1\n0  \n")


LINES = st.sampled_from(
    [text for text, _ in MASKED]
    + ["", "   ", "x = (", ")", "'''", '"""', "\\", "def f():", "    y", "\tz", "# c", "x = [!ls]", "'", "}", "é = 1"]
)


@given(st.lists(LINES).flatmap(lambda lines: st.sampled_from(["\n", "\r\n", "\r"]).map(lambda nl: nl.join(lines))))
def test_a_mask_keeps_length_and_line_breaks(text: str) -> None:
    for code in (read_cell(text).code, read_cell(text, databricks=True).code, mask_lines(text)):
        if code is not None:
            assert [(at, c) for at, c in enumerate(code) if c in "\r\n"] == [
                (at, c) for at, c in enumerate(text) if c in "\r\n"
            ]
            assert len(code) == len(text)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    code = read_cell(text).code
    assert code is None or len(code) == len(text)


@given(st.text("ab=%!?(\"'#\\\n\r )[1", max_size=40))
def test_masking_leaves_text_that_python_parses(text: str) -> None:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return
    assert mask_lines(text) == text
