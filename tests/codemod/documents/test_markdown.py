"""Fenced blocks of Python in Markdown."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.documents import MARKDOWN_SUFFIXES, SUFFIXES, Document, TextEdit, open_document


def opened(text: str) -> Document:
    document = open_document("README.md", text.encode())
    assert document.kind == "markdown"
    assert document.render([]) == text.encode()
    return document


def texts(text: str) -> list[str]:
    return [cell.text for cell in opened(text).cells]


def test_markdown_is_opt_in() -> None:
    assert not set(SUFFIXES) & set(MARKDOWN_SUFFIXES)
    assert open_document("A.MARKDOWN", b"```py\nx\n```\n").cells[0].text == "x"


PYTHON = "python|py|python3|Python|py3|python title='a.py'|py hl_lines=\"1\"|python {cmd}|python,ignore| python"
EXTENDED = (
    "{.python}|{.python .numberLines}|{python}|{python echo=FALSE}|{code-cell}|{code-cell} ipython3|{code-block} python"
)
OTHER = (
    "|bash|pycon|python-repl|python2|pyspark|pytb|r|{r}|{code-block} bash|{code-cell} julia|text python|py.test|{note}"
)


@pytest.mark.parametrize("info", [*PYTHON.split("|"), *EXTENDED.split("|")])
def test_fences_of_python(info: str) -> None:
    assert texts(f"Text\n\n```{info}\nx = 1\n```\n") == ["x = 1"]


@pytest.mark.parametrize("info", OTHER.split("|"))
def test_fences_of_anything_else(info: str) -> None:
    assert texts(f"```{info}\nx = 1\n```\n") == []


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("~~~python\nx\n~~~\n", ["x"]),
        ("````python\n```\nx\n````\n", ["```\nx"]),
        ("````markdown\n```python\nx\n```\n````\n", []),
        ("```python\nx\n", ["x"]),
        ("```python\nx\n`````  \ny\n```py\nz\n```", ["x", "z"]),
        ("```python\n```\n", []),
        ("```python\n\n```\n", []),
        ("```python\n>>> x\n1\n```\n", []),
        ("    ```python\n    x\n    if y:\n        z\n    ```\n", ["x\nif y:\n    z"]),
        ("- a\n  ```python\n  x\n\n  y\n  ```\n", ["x\n\ny"]),
        ("- ```python\n  x\n  ```\n> 10. ```python\n>     x\n>       y\n", ["x", "x\n  y"]),
        ("1. a\n\t```python\n\tx\n\t```\n", ["x"]),
        ("> ```python\n> x\n>\n> y\n> ```\n", ["x\n\ny"]),
        ("  ```python\nx\n  y\n  ```\n", ["x\ny"]),
        ("`python` and ```python```\nx\n", []),
        ("<pre>\nx\n</pre>\n", []),
        ("", []),
    ],
)
def test_what_a_block_holds(text: str, cells: list[str]) -> None:
    assert texts(text) == cells
    assert texts(text.replace("\n", "\r\n")) == [cell.replace("\n", "\r\n") for cell in cells]


def test_blocks_go_on_with_each_other_and_know_their_line() -> None:
    document = opened("# T\n\n```python\nx\n```\n\ntext\n\n```py\n\ny\nz\n```\n")
    assert [(cell.first_line, cell.text, cell.namespace, cell.number) for cell in document.cells] == [
        (4, "x", 0, None),
        (10, "\ny\nz", 0, None),
    ]


@pytest.mark.parametrize("options", [":tags: [a]\n:label: b\n", "---\ntags: [a]\n---\n"])
def test_options_of_a_directive_are_masked(options: str) -> None:
    (cell,) = opened(f"```{{code-cell}} ipython3\n{options}\n!ls\nx\n```\n").cells
    assert cell.text == f"{options}\n!ls\nx"
    assert ast.unparse(ast.parse(cell.code)) == "0\nx"


def test_magics_are_masked_and_other_languages_left_alone() -> None:
    document = opened("```python\n%run other\n```\n```python\n%%bash\nls\n```\n```python\n%%writefile a.py\nx\n```\n")
    assert document.runs_other_notebooks
    assert [(cell.code.strip(), cell.namespace) for cell in document.cells] == [("0", 0), ("x", 1)]


@pytest.mark.parametrize("prefix", ["", "  ", "\t", "> ", ">   "])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_edits_keep_the_prefix(prefix: str, newline: str) -> None:
    lines = ["```python", "f(m)", "g()", "```", ""]
    text = newline.join(prefix + line for line in lines)
    document = opened(text)
    at = 4 + len(newline)
    new = document.render([TextEdit(0, 2, 3, f"{newline}  n,{newline}"), TextEdit(0, at, at + 1, "h")])
    expected = ["```python", "f(", "  n,", ")", "h()", "```", ""]
    assert new.decode() == newline.join(prefix + line for line in expected)


@given(
    st.lists(
        st.sampled_from(["```python", "```", "> ```py", "> ```", "  ```py", "  x", "x", "", "> y", "~~~", "é", "```sh"])
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.data(),
)
def test_any_edit_of_any_page(lines: list[str], newline: str, draw: st.DataObject) -> None:
    text = newline.join(lines)
    document = opened(text)
    for cell in document.cells:
        assert len(cell.code) == len(cell.text)
    if document.cells:
        index = draw.draw(st.integers(0, len(document.cells) - 1))
        old = document.cells[index].text
        start = draw.draw(st.integers(0, len(old)))
        end = draw.draw(st.integers(start, len(old)))
        after = opened(document.render([TextEdit(index, start, end, "new")]).decode())
        assert [cell.text for cell in after.cells] == [
            old[:start] + "new" + old[end:] if at == index else cell.text for at, cell in enumerate(document.cells)
        ]
