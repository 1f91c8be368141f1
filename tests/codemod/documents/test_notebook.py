"""Reading Jupyter notebooks: which cells are Python, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest

from codemod.documents import DocumentError, open_document
from codemod.documents.notebook import NotebookDocument


def code(source: object, **more: object) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source, **more}


def notebook(*cells: object, metadata: object = None, nbformat: int = 4, **style: Any) -> bytes:
    whole = {"cells": list(cells), "metadata": metadata or {}, "nbformat": nbformat, "nbformat_minor": 5}
    return json.dumps(whole, **{"indent": 1, "ensure_ascii": False, **style}).encode() + b"\n"


def opened(data: bytes) -> NotebookDocument:
    document = open_document("a.ipynb", data)
    assert isinstance(document, NotebookDocument)
    assert document.render([]) == data
    return document


def test_cells_are_the_code_cells_numbered_as_a_person_counts() -> None:
    document = opened(
        notebook(
            {"cell_type": "markdown", "metadata": {}, "source": ["# x = 1"]},
            code(["import mlflow\n", "x = 1"]),
            {"cell_type": "raw", "metadata": {}, "source": ["y = 2"]},
            code([]),
            code(""),
            code([" \n", ""]),
            code("z = 3\n"),
        )
    )
    assert document.kind == "notebook"
    assert [(cell.number, cell.first_line, cell.text) for cell in document.cells] == [
        (2, 1, "import mlflow\nx = 1"),
        (7, 1, "z = 3\n"),
    ]
    assert {cell.namespace for cell in document.cells} == {0}


def test_the_order_of_keys_does_not_matter_and_the_last_of_two_counts() -> None:
    data = (
        b'{"metadata": {}, "cells": [{"source": ["no"], "cell_type": "markdown", "cell_type": "code",'
        b' "outputs": [{"source": ["cells"]}], "source": ["a"]}], "nbformat": 4}'
    )
    assert [cell.text for cell in opened(data).cells] == ["a"]


def test_documents_inside_the_notebook_have_their_own_namespace() -> None:
    document = opened(
        notebook(
            code("x"),
            code("%%writefile a.py\nx"),
            code("%%time\nx"),
            code("%%writefile b.py\nx"),
            code("%%writefile -a a.py\nx"),
            code("%%python\nx"),
            code("%%python\nx"),
            code("%%writefile a.py\nx"),
            code("%%writefile a.txt\nx"),
        )
    )
    assert [(cell.number, cell.namespace, cell.label) for cell in document.cells] == [
        (1, 0, ""),
        (2, 1, "%%writefile a.py"),
        (3, 0, ""),
        (4, 2, "%%writefile b.py"),
        (5, 1, "%%writefile a.py"),
        (6, 3, "%%python"),
        (7, 4, "%%python"),
        (8, 5, "%%writefile a.py"),
    ]


@pytest.mark.parametrize(
    ("metadata", "python"),
    [
        ({}, True),
        ({"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}, True),
        ({"kernelspec": {"name": "python3"}}, True),
        ({"kernelspec": {"name": "conda-env-ml-py", "language": "python"}, "language_info": {"name": "python"}}, True),
        ({"kernelspec": {"name": "pysparkkernel"}, "language_info": {"name": "pyspark"}}, True),
        ({"kernelspec": {"name": "xpython"}, "language_info": {"name": "ipython"}}, True),
        ({"kernelspec": {"name": "ir", "language": "R"}}, False),
        ({"kernelspec": {"name": "ir", "display_name": "R"}}, False),
        ({"kernelspec": {"name": "irkernel-like-env", "language": "python"}}, True),
        ({"kernelspec": {"name": "julia-1.9"}, "language_info": {"name": "julia"}}, False),
        ({"kernelspec": {"name": "scala"}}, False),
        ({"language_info": {"name": "scala"}}, False),
        ({"kernelspec": {"name": ".net-csharp", "language": "C#"}, "language_info": {"name": "C#"}}, False),
        ({"application/vnd.databricks.v1+notebook": {"language": "python"}}, True),
        ({"application/vnd.databricks.v1+notebook": {"language": "sql"}}, False),
        ({"kernelspec": None, "language_info": []}, True),
        ([], True),
    ],
)
def test_only_notebooks_of_python_hold_python(metadata: object, python: bool) -> None:
    assert bool(opened(notebook(code("x"), metadata=metadata)).cells) is python


def test_a_cell_in_another_language_of_vs_code_is_left_alone() -> None:
    other = code("SELECT 1", metadata={"vscode": {"languageId": "sql"}})
    same = code("x", metadata={"vscode": {"languageId": "python"}})
    assert [cell.number for cell in opened(notebook(other, same)).cells] == [2]


def test_a_language_magic_speaks_for_the_whole_cell_on_databricks() -> None:
    cell = code("%sql SELECT 1\nx = f(1)")
    databricks = {"application/vnd.databricks.v1+notebook": {"language": "python"}}
    assert len(opened(notebook(cell)).cells) == 1
    assert len(opened(notebook(cell, metadata=databricks)).cells) == 0


def test_what_cannot_be_told_is_handed_over() -> None:
    document = opened(notebook(code("x"), code("%%frobnicate\nmlflow.log(x)"), code("%%bash\nls")))
    assert [(unread.number, unread.text) for unread in document.unread] == [(2, "%%frobnicate\nmlflow.log(x)")]
    assert document.unread[0].reason == "%%frobnicate is not known to hold Python"


@pytest.mark.parametrize(
    "lines",
    [
        ["a = 1\n", "b"],
        ["a = 1", "b"],
        ["a = 1", "b\n"],
        ["a"],
        ["a\n"],
        ["", "b"],
        ["\n", "b"],
        ["a\r\n", "b"],
        "a\nb",
    ],
)
def test_nbformat_3_is_joined_as_jupyter_joins_it(lines: object) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["a"]},
        {"cell_type": "code", "collapsed": False, "input": lines, "language": "python", "metadata": {}, "outputs": []},
        {"cell_type": "code", "collapsed": False, "input": ["1"], "language": "r", "metadata": {}, "outputs": []},
    ]
    whole = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}
    data = json.dumps(whole).encode()
    (cell,) = opened(data).cells
    assert cell.number == 2
    assert cell.text == nbformat.reads(data.decode(), as_version=3).worksheets[0].cells[1].input  # type: ignore[no-untyped-call]


def test_cells_of_several_worksheets_are_counted_through() -> None:
    sheet = {"cells": [{"cell_type": "code", "input": "x", "language": "python", "metadata": {}, "outputs": []}]}
    data = json.dumps({"nbformat": 3, "worksheets": [sheet, {"metadata": {}}, sheet]}).encode()
    assert [cell.number for cell in opened(data).cells] == [1, 2]


def test_half_a_surrogate_pair_does_not_stop_the_parser() -> None:
    document = opened(notebook(code("x = '\ud83d'"), ensure_ascii=True))
    assert document.cells[0].text == "x = '\ud83d'"
    assert document.cells[0].code == "x = '\ufffd'"


@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_an_empty_notebook(data: bytes) -> None:
    assert opened(data).cells == ()


GOOD = notebook(code(["x = 1\n", "y"]), indent=2)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (GOOD[:40], "truncated"),
        (GOOD.rstrip()[:-1], "truncated"),
        (GOOD[: GOOD.index(b"= 1")], "truncated"),
        (b"{", "truncated"),
        (GOOD.replace(b'"y"\n', b'"y",\n'), "line"),
        (GOOD.replace(b'"y"', b"'y'"), "invalid notebook JSON: Expecting value, line 10 column 9"),
        (GOOD.replace(b'"y"', b'"y\n"'), "Invalid control character"),
        (GOOD + b"{}", "Extra data"),
        (b"<<<<<<< HEAD\n" + GOOD, "merge conflict in line 1"),
        (GOOD.replace(b'"nbformat":', b'\n<<<<<<< HEAD\n"nbformat":'), "merge conflict in line"),
        (b"x = 1\n", "invalid notebook JSON: Expecting value, line 1 column 1"),
        (b"[]", "not an object"),
        (b'"text"', "not an object"),
        (b"{}", "no list of cells"),
        (b'{"cells": null}', "expected a list in line 1"),
        (b'{"nbformat": 4}', "no list of cells"),
        (b'{"cells": {"a": 1}}', "expected a list"),
        (b'{"cells": [1]}', "expected an object"),
        (b'{"cells": [{"cell_type": "code", "source": 1}]}', "source of cell 1 is neither"),
        (b'{"cells": [{"cell_type": "code", "source": ["a", 1]}]}', "source of cell 1 is neither"),
        (b'{"cells": [], "metadata": ' + b"[" * 100_000, "nested too deeply"),
        (b'{"cells": [], "a": ' + b"1" * 5000 + b"}", "invalid notebook JSON"),
        (notebook(code("x")).decode().encode("utf-16"), "UTF-16"),
        (GOOD.replace(b"x", b"\xff"), "not UTF-8 at byte"),
        (b"\0" * 20, "NUL bytes"),
    ],
)
def test_names_what_is_no_notebook_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        open_document("a.ipynb", data)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("end", range(1, len(GOOD) - 1, 7))
def test_no_part_of_a_notebook_passes_for_a_whole_one(end: int) -> None:
    with pytest.raises(DocumentError):
        open_document("a.ipynb", GOOD[:end])
