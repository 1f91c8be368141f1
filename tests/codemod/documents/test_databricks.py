"""Databricks notebooks in source form."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.documents import Document, DocumentError, TextEdit, open_document
from codemod.documents.placement import TextDocument

HEADER = "# Databricks notebook source\n"
BREAK = "\n# COMMAND ----------\n\n"


def opened(text: str) -> Document:
    document = open_document("a.py", text.encode())
    assert document.kind == "databricks"
    assert document.render([]) == text.encode()
    return document


def python(document: Document) -> list[tuple[int | None, int, str]]:
    """Return number, first line and code of every cell, as Python prints it."""
    return [(cell.number, cell.first_line, ast.unparse(ast.parse(cell.code))) for cell in document.cells]


def changed(text: str, old: str, new: str) -> str:
    document = open_document("a.py", text.encode())
    (index,) = [index for index, cell in enumerate(document.cells) if old in cell.text]
    start = document.cells[index].text.index(old)
    return document.render([TextEdit(index, start, start + len(old), new)]).decode()


def test_every_command_is_a_cell() -> None:
    text = HEADER + "import a\n" + BREAK + "# MAGIC %md\n# MAGIC # Title\n" + BREAK + "# DBTITLE 1,Go\nx = 1\n"
    document = opened(text)
    assert python(document) == [(1, 1, "import a"), (3, 10, "x = 1")]
    assert text.split("\n")[10] == "# DBTITLE 1,Go"
    assert {cell.namespace for cell in document.cells} == {0}


def test_lines_are_those_of_the_file() -> None:
    for newline in ("\n", "\r\n", "\r"):
        text = (HEADER + "a\n" + BREAK + "# MAGIC %pip install a\n# MAGIC b()\n" + BREAK + "\nc\n").replace(
            "\n", newline
        )
        for cell in opened(text).cells:
            lines = cell.text.split(newline)
            file_lines = text.split(newline)[cell.first_line - 1 :]
            assert all(there.endswith(here) for here, there in zip(lines, file_lines, strict=False))
        assert [cell.first_line for cell in opened(text).cells] == [1, 6, 10]


def test_a_broken_command_costs_the_others_nothing() -> None:
    document = opened(HEADER + "x = (\n" + BREAK + "y = 1\n" + BREAK + "print 'old'\n" + BREAK + "z = 2\n")
    parsed: list[tuple[int | None, str | None]] = []
    for cell in document.cells:
        try:
            parsed.append((cell.number, ast.unparse(ast.parse(cell.code))))
        except SyntaxError:
            parsed.append((cell.number, None))
    assert parsed == [(1, None), (2, "y = 1"), (3, None), (4, "z = 2")]


@pytest.mark.parametrize("raw", ["%pip install mlflow", "!ls", "%run ./x", "?help"])
def test_raw_magic_lines_are_masked(raw: str) -> None:
    assert python(opened(HEADER + f"{raw}\nx = 1\n" + BREAK + "y\n")) == [(1, 1, "0\nx = 1"), (2, 6, "y")]


@pytest.mark.parametrize("language", ["%sql", "%md # a title", "%scala", "%r", "%sh ls", "%fs ls /"])
@pytest.mark.parametrize("prefix", ["", "# MAGIC "])
def test_commands_in_other_languages_are_left_alone(language: str, prefix: str) -> None:
    text = HEADER + "x\n" + BREAK + f"{prefix}{language}\n{prefix}mlflow.log(x)\n" + BREAK + "y\n"
    assert [cell.number for cell in opened(text).cells] == [1, 3]


def test_python_under_magic_is_read_without_the_prefix() -> None:
    text = (
        HEADER
        + "# MAGIC %pip install mlflow \\\n# MAGIC   -q\n# MAGIC dbutils.restart()\n"
        + BREAK
        + "# MAGIC %python\n# MAGIC log(\n# MAGIC   m,\n# MAGIC\n# MAGIC   'a',\n# MAGIC )\n"
        + BREAK
        + "# DBTITLE 1,T\n# MAGIC %%time\n# MAGIC f(x)\n\ny = 1\n"
    )
    document = opened(text)
    assert python(document) == [
        (1, 2, "0\ndbutils.restart()"),
        (2, 8, "log(m, 'a')"),
        (3, 18, "f(x)"),
        (3, 20, "y = 1"),
    ]
    assert document.cells[1].text == "%python\nlog(\n  m,\n\n  'a',\n)"


def test_edits_under_magic_keep_the_prefix() -> None:
    text = HEADER + "# MAGIC %python\n# MAGIC log(\n# MAGIC   m,\n# MAGIC )\n" + BREAK + "x\n"
    assert changed(text, "m,", "m,\n  n,") == text.replace("  m,\n", "  m,\n# MAGIC   n,\n")
    assert changed(text, "(\n  m,\n)", "(m)") == text.replace("(\n# MAGIC   m,\n# MAGIC )", "(m)")
    assert changed(text, "  m,\n", "") == text.replace("# MAGIC   m,\n", "")
    assert changed(text, "  m,\n", "a\nb\n") == text.replace("# MAGIC   m,\n", "# MAGIC a\n# MAGIC b\n")
    assert changed(text, ")", ")\ny") == text.replace("# MAGIC )\n", "# MAGIC )\n# MAGIC y\n")
    windows = text.replace("\n", "\r\n")
    assert changed(windows, "m,", "m,\r\n  n,") == windows.replace("  m,\r\n", "  m,\r\n# MAGIC   n,\r\n")


def test_a_file_written_by_a_command_is_a_document_of_its_own() -> None:
    text = HEADER + "# MAGIC %%writefile a.py\n# MAGIC x = 1\n" + BREAK + "y = 1\n"
    assert [(cell.namespace, cell.label) for cell in opened(text).cells] == [(1, "%%writefile a.py"), (0, "")]


def test_an_unknown_cell_magic_is_handed_over() -> None:
    (unread,) = opened(HEADER + "# MAGIC %%frobnicate\n# MAGIC x\n" + BREAK + "y\n").unread
    assert (unread.number, unread.first_line, unread.text) == (1, 2, "%%frobnicate\nx")


@pytest.mark.parametrize(
    "body",
    [
        "def f():\n" + BREAK + "    b\n",
        "def f():\n    if a:\n        b\n" + BREAK + "    else:\n        b\n",
        "try:\n    a\n" + BREAK + "except E:\n    b\n",
        "x = '''\n" + BREAK + "'''\n",
        "x = [\n1,\n" + BREAK + "2]\n",
    ],
)
def test_a_separator_inside_a_statement_separates_nothing(body: str) -> None:
    text = HEADER + "%pip install a\n" + BREAK + body
    (cell,) = opened(text).cells
    assert cell.text == text
    assert cell.number is None
    ast.parse(cell.code)


def test_the_header_counts_in_the_first_line_alone() -> None:
    assert open_document("a.py", b"\n" + HEADER.encode()).kind == "python"
    assert open_document("a.py", b"\xef\xbb\xbf" + HEADER.encode()).kind == "databricks"
    assert open_document("a.py", HEADER.strip().encode()).kind == "databricks"


def test_the_declared_encoding_counts() -> None:
    data = (HEADER + "# coding: latin-1\nx = 'é'\n").encode("latin-1")
    document = open_document("a.py", data)
    start = document.cells[0].text.index("é")
    assert document.render([TextEdit(0, start, start, "ü")]) == data.replace(b"\xe9", b"\xfc\xe9")


COMMENTS = ["# COMMAND ----------", "# DBTITLE 1,x", "# MAGIC"]
MAGICS = ["%md", "x", "%python", "%sql", "%%writefile a.py", "%pip install a"]
PYTHON = ["x = 1", "", "é", "def f():", "    y", "'''", "(", ")", "%pip install a", "else:", "\x0c"]
LINES = st.sampled_from([*COMMENTS, *(f"# MAGIC {line}" for line in MAGICS), *PYTHON])


@given(st.lists(LINES, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.data())
def test_any_edit_of_any_source(lines: list[str], newline: str, final: bool, draw: st.DataObject) -> None:
    text = newline.join([HEADER.strip(), *lines]) + newline * final
    document = open_document("a.py", text.encode())
    assert isinstance(document, TextDocument)
    assert document.render([]) == text.encode()
    if not document.cells:
        return
    index = draw.draw(st.integers(0, len(document.cells) - 1))
    cell, place = document.cells[index], document.placements[index]
    assert len(cell.code) == len(cell.text)
    start = draw.draw(st.integers(0, len(cell.text)))
    end = draw.draw(st.integers(start, len(cell.text)))
    new = draw.draw(st.sampled_from(["", "a", f"a{newline}", f"{newline}a", f"a{newline}b", newline]))
    after = document.render([TextEdit(index, start, end, new)]).decode()
    assert after.startswith(text[: place.in_file(start)])
    assert after.endswith(text[place.in_file(end) :])
    # Each line of the cell is the end of its line in the file.
    here = cell.text.removesuffix(newline).split(newline)
    there = text.split(newline)[cell.first_line - 1 :]
    assert all(line == full or full == place.prefix.rstrip() + line or full == place.prefix + line
               for line, full in zip(here, there, strict=False))  # fmt: skip


@given(st.binary())
def test_rendering_nothing_gives_the_bytes(data: bytes) -> None:
    data = HEADER.encode() + data
    try:
        document = open_document("a.py", data)
    except DocumentError:
        return
    assert document.render([]) == data
