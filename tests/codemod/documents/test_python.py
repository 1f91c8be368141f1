"""Plain Python files."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.documents import Cell, DocumentError, TextEdit, open_document

NAMES = ["a.py", "dir/a.pyi", "A.PY", "script", "-"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x = 1",
        b"x = 1\n",
        b"x = 1\r\ny = 2\r\n",
        b"x = 1\ry = 2\r",
        b"x = 1\ry = 2\r\nz = 3\n\rw = 4",
        b"x = 1\n\x0c\ny = 2\n",
        b"x = '\\\r\n'\r\n",
        b"\xef\xbb\xbfx = 1\r\n",
        b"x = 1\n\x1a",
    ],
)
def test_is_one_cell_with_the_text_of_the_file(name: str, data: bytes) -> None:
    document = open_document(name, data)
    text = data.decode("utf-8-sig")
    assert document.kind == "python"
    assert document.cells == (Cell(text, text),)
    assert document.render([]) == data
    assert not document.unread


def test_an_edit_changes_its_span_alone() -> None:
    data = "\ufeff# ä\r\nlog(m, 'ü')\rx = 1".encode()
    document = open_document("a.py", data)
    start = document.cells[0].text.index("m,")
    assert document.render([TextEdit(0, start, start + 1, "ö")]) == data.replace(b"m,", "ö,".encode())


def test_edits_may_come_in_any_order_and_touch() -> None:
    document = open_document("a.py", b"abcdef")
    edits = [TextEdit(0, 4, 6, "EF"), TextEdit(0, 0, 0, "<"), TextEdit(0, 0, 2, "AB"), TextEdit(0, 2, 2, "|")]
    assert document.render(edits) == b"<AB|cdEF"


@pytest.mark.parametrize(
    "edits",
    [
        [TextEdit(0, 0, 3, ""), TextEdit(0, 2, 4, "")],
        [TextEdit(0, 1, 1, "a"), TextEdit(0, 1, 1, "b")],
        [TextEdit(0, 0, 4, ""), TextEdit(0, 2, 2, "x")],
        [TextEdit(0, 5, 7, "")],
        [TextEdit(0, 3, 2, "")],
        [TextEdit(0, -1, 2, "")],
        [TextEdit(1, 0, 0, "")],
    ],
)
def test_refuses_edits_that_overlap_or_lie_outside(edits: list[TextEdit]) -> None:
    with pytest.raises(ValueError, match="edit"):
        open_document("a.py", b"abcdef").render(edits)


def test_masks_shell_and_magic_lines_of_a_file_that_does_not_parse() -> None:
    data = b"!pip install mlflow \\\n  -q\n%matplotlib inline\nimport mlflow\n?help\nif x:\n    %cd ..\n"
    document = open_document("a.py", data)
    (cell,) = document.cells
    assert cell.text == data.decode()
    assert [ast.unparse(node) for node in ast.parse(cell.code).body if not isinstance(node, ast.Expr)] == [
        "import mlflow",
        "if x:\n    0",
    ]
    assert document.render([]) == data


@pytest.mark.parametrize(
    "text",
    [
        "x = (a\n%b)\n",
        "x = a \\\n%b\n",
        "'''\n!pip install\n%magic\n'''\n",
        "x = [\n'a'\n!= b]\n",
        "print %s % 1\n",
        "x = foo ? 1 : 2\n",
        "/ x\n",
    ],
)
def test_masks_nothing_else(text: str) -> None:
    assert open_document("a.py", text.encode()).cells[0].code == text


def test_tells_a_git_lfs_pointer() -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    for name in ("a.py", "a.ipynb", "a.md"):
        with pytest.raises(DocumentError, match="Git LFS pointer"):
            open_document(name, pointer)


@given(st.binary())
def test_rendering_nothing_gives_the_bytes(data: bytes) -> None:
    try:
        document = open_document("a.py", data)
    except DocumentError:
        return
    assert document.render([]) == data
    (cell,) = document.cells
    assert len(cell.code) == len(cell.text)


@given(st.text(), st.data())
def test_an_edit_leaves_what_stands_before_and_after(text: str, draw: st.DataObject) -> None:
    data = text.replace("\0", "").encode("utf-8", "replace")
    document = open_document("a.py", data)
    size = len(document.cells[0].text)
    start = draw.draw(st.integers(0, size))
    end = draw.draw(st.integers(start, size))
    new = draw.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=5))
    before, after = document.cells[0].text[:start].encode(), document.cells[0].text[end:].encode()
    bom = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    assert document.render([TextEdit(0, start, end, new)]) == bom + before + new.encode() + after
