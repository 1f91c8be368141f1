"""Writing notebooks: only the strings of changed lines change, in the style of the notebook."""

from __future__ import annotations

import json
import re
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.documents import TextEdit, open_document

OUTPUT = {"data": {"text/plain": ["<é>"]}, "output_type": "display_data", "metadata": {}}


def notebook(*sources: object, **style: Any) -> str:
    cells = [
        {"cell_type": "code", "execution_count": 1, "metadata": {"b": 1, "a": 2}, "outputs": [OUTPUT], "source": source}
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, **style)


def changed(text: str, old: str, new: str, cell: int = 0) -> str:
    """Replace ``old`` in a cell and give the notebook's new text."""
    document = open_document("a.ipynb", text.encode())
    start = document.cells[cell].text.index(old)
    return document.render([TextEdit(cell, start, start + len(old), new)]).decode()


def difference(old: str, new: str) -> tuple[str, str]:
    """Return what differs between two texts, without their common start and end."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return old[start : len(old) - end], new[start : len(new) - end]


STYLES: list[dict[str, Any]] = [
    {"indent": 1, "ensure_ascii": False},
    {"indent": 4},
    {"indent": "\t", "sort_keys": True},
    {"separators": (",", ":")},
    {},
]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_an_edit_in_a_line_changes_nothing_else(style: dict[str, Any], newline: str, bom: str, end: str) -> None:
    text = bom + notebook(["import a\n", "f('m')\n", "g()"], "x", **style).replace("\n", newline) + end
    assert difference(text, changed(text, "'m'", "n='m'")) == ("", "n=")


@pytest.mark.parametrize("style", STYLES)
def test_added_and_removed_lines_are_added_and_removed_elements(style: dict[str, Any]) -> None:
    lines = ["import a\n", "f(\n", "  'm',\n", ")\n", "g()"]
    text = notebook(lines, **style)
    for old, new, expected in [
        ("(\n  'm',\n)", "('m')", ["import a\n", "f('m')\n", "g()"]),
        ("'m'", "'m',\n  'n'", ["import a\n", "f(\n", "  'm',\n", "  'n',\n", ")\n", "g()"]),
        ("import a\n", "", lines[1:]),
        ("import a\nf", "f", lines[1:]),
        ("g()", "", lines[:-1]),
        ("\ng()", "", [*lines[:3], ")"]),
        ("g()", "g()\nh()", [*lines[:4], "g()\n", "h()"]),
        ("g()", "g()\n", [*lines[:4], "g()\n"]),
        ("a\nf", "a; f", ["import a; f(\n", *lines[2:]]),
        ("".join(lines), "", [""]),
        ("".join(lines), "x\ny", ["x\n", "y"]),
    ]:
        assert changed(text, old, new) == notebook(expected, **style), (old, new)


def test_a_single_line_grows_in_the_format_of_its_list() -> None:
    for style in STYLES:
        text = notebook(["f('m')"], ["a\n", "b"], **style)
        assert changed(text, "f(", "f(\n") == notebook(["f(\n", "'m')"], ["a\n", "b"], **style)
    text = notebook(["f('m')"], indent=2)
    assert changed(text, "f(", "f(\n") == notebook(["f(\n", "'m')"], indent=2)


def test_a_source_that_is_one_string_stays_one() -> None:
    text = notebook("import a\nf('m')\ng()", indent=1)
    assert changed(text, "'m'", "\n 'n'") == notebook("import a\nf(\n 'n')\ng()", indent=1)


def test_several_edits_of_several_cells() -> None:
    sources = [["a\n", "b\n", "c\n", "d\n", "e"], ["f"], "g\nh"]
    text = notebook(*sources, indent=1)
    edits = [
        TextEdit(2, 2, 3, "H"),
        TextEdit(0, 8, 9, "E"),
        TextEdit(0, 0, 2, ""),
        TextEdit(0, 4, 5, "C\nc"),
        TextEdit(0, 6, 8, ""),
        TextEdit(1, 1, 1, "!"),
    ]
    new = open_document("a.ipynb", text.encode()).render(edits).decode()
    assert new == notebook(["b\n", "C\n", "c\n", "E"], ["f!"], "g\nH", indent=1)


def test_a_list_that_is_not_cut_by_lines_keeps_its_cuts() -> None:
    text = notebook(["a\nb\n", "c", "d\n", "", "e"], indent=1)
    assert difference(text, changed(text, "c", "C")) == ("c", "C")
    assert json.loads(changed(text, "d", "D"))["cells"][0]["source"] == ["a\nb\n", "c", "D\n", "", "e"]
    assert json.loads(changed(text, "b", "B"))["cells"][0]["source"] == ["a\n", "B\n", "c", "d\n", "", "e"]


@pytest.mark.parametrize("lines", [["a", "b", "c"], ["a", "b", "c", ""], ["", "a", "b"]])
def test_lines_of_nbformat_3_without_breaks_stay_without(lines: list[str]) -> None:
    cell = {"cell_type": "code", "input": lines, "language": "python", "metadata": {}, "outputs": []}
    text = json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell]}]}, indent=1)
    source = "\n".join(lines)
    for start in range(len(source) + 1):
        for end in range(start, len(source) + 1):
            for new in ("", "x", "x\n", "\n", "x\ny", "\n\n"):
                data = open_document("a.ipynb", text.encode()).render([TextEdit(0, start, end, new)])
                after = json.loads(data)["worksheets"][0]["cells"][0]["input"]
                expected = source[:start] + new + source[end:]
                assert "\n".join(after) == expected
                assert after == expected.split("\n")
                if after[0]:  # Jupyter takes an empty first line for one that lost nothing
                    assert nbformat.reads(data.decode(), as_version=3).worksheets[0].cells[0].input == expected  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("source", "old", "new", "expected"),
    [
        # what stands around the edit keeps its escapes, whatever they are
        (r'["x = \"\u003cb\u003e\" + f(m)"]', "m", "name=m", r'["x = \"\u003cb\u003e\" + f(name\u003dm)"]'),
        (r'["x = \"\u003cb\u003d\" + f(m)"]', "m", "n=m", r'["x = \"\u003cb\u003d\" + f(n\u003dm)"]'),
        (r'["a\/b f(m)"]', "m", "n/m", r'["a\/b f(n\/m)"]'),
        (r'["\u0061 f(m)"]', "m", "a", r'["\u0061 f(a)"]'),
        (r'["t\u0009f(m)\u000a", "g"]', "m", "n", r'["t\u0009f(n)\u000a", "g"]'),
        (r'["a\u000a", "f(m)"]', "m", "\n", r'["a\u000a", "f(\n", ")"]'),
        (r'["\\n f(m)"]', "m", "\\n", r'["\\n f(\\n)"]'),
        (r'["\\\\n", "f(m)"]', "m", '"', r'["\\\\n", "f(\")"]'),
        (r'["\ud83d\ude00 f(m)"]', "m", "\U0001f600", r'["\ud83d\ude00 f(\ud83d\ude00)"]'),
        (r'["\ud83d\ude00\ud83d f(m)\ude00"]', "m", "n", r'["\ud83d\ude00\ud83d f(n)\ude00"]'),
        (r'["é f(m)"]', "m", "ü", r'["é f(ü)"]'),
        (r'["\u00e9 é f(m)"]', "m", "ü", r'["\u00e9 é f(ü)"]'),
        (r'["f(m)"]', "m", "ü", r'["f(ü)"]'),
        (r'["f(m)"]', "m", "\ud83d", r'["f(\ud83d)"]'),
        (r'["f(m)"]', "m", "\x00\x1f\x7f", '["f(\\u0000\\u001f\x7f)"]'),
    ],
)
def test_escapes_keep_their_style(source: str, old: str, new: str, expected: str) -> None:
    if source.startswith(r'["x = \"\u003cb\u003e'):
        expected = expected.replace(r"\u003d", "=")  # this writer does not escape the equals sign
    frame = '{"cells": [{"cell_type": "code", "source": %s}], "nbformat": 4}'
    assert changed(frame % source, old, new) == frame % expected


def test_the_result_is_a_notebook_for_jupyter() -> None:
    text = notebook(["f(\n", "  m)"], indent=1)
    whole = nbformat.reads(changed(text, "  m", "  name='ü',\n  m"), as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(whole)
    assert whole.cells[0].source == "f(\n  name='ü',\n  m)"


CHARACTERS = st.text(st.sampled_from('ab\n\n\n\r\t"\\/<é\u2028😀\ud83d\ude00\x0c='), max_size=12)


@st.composite
def sources(draw: st.DrawFn) -> str | list[str]:
    text = draw(CHARACTERS)
    match draw(st.sampled_from(["string", "lines", "lines", "any"])):
        case "string":
            return text
        case "lines":
            return text.splitlines(keepends=True)
        case _:
            return draw(st.lists(CHARACTERS, max_size=4))


@given(
    st.lists(sources(), min_size=1, max_size=3),
    st.sampled_from([style for style in STYLES if style.get("ensure_ascii") is not False]),
    st.booleans(),
    st.data(),
)
def test_any_edit_of_any_notebook(
    before: list[str | list[str]], style: dict[str, Any], wide: bool, draw: st.DataObject
) -> None:
    if wide and not re.search("[\ud800-\udfff]", "".join(map("".join, before))):
        style = {**style, "ensure_ascii": False}
    text = notebook(*before, **style)
    document = open_document("a.ipynb", text.encode())
    assert document.render([]) == text.encode()
    if not document.cells:
        return
    edits = []
    expected: dict[int, str] = {}
    for index, cell in enumerate(document.cells):
        count = min(draw.draw(st.integers(0, 3)), (len(cell.text) + 1) // 2)
        offsets = st.integers(0, len(cell.text))
        cuts = sorted(draw.draw(st.lists(offsets, min_size=2 * count, max_size=2 * count, unique=True)))
        new = cell.text
        for start, end in reversed(list(zip(cuts[::2], cuts[1::2], strict=True))):
            edits.append(TextEdit(index, start, end, draw.draw(CHARACTERS)))
            new = new[:start] + edits[-1].text + new[end:]
        assert cell.number is not None
        expected[cell.number - 1] = new
    data = document.render(edits)
    old, after = json.loads(text), json.loads(data)
    for number, cell in enumerate(after["cells"]):
        source = "".join(cell["source"])
        before_text = "".join(old["cells"][number]["source"])
        # Two halves of a surrogate pair that come together inside one string are one character for JSON.
        wanted = expected.get(number, before_text)
        assert source.encode("utf-16", "surrogatepass") == wanted.encode("utf-16", "surrogatepass")
        assert isinstance(cell["source"], list) is isinstance(old["cells"][number]["source"], list)
        cell["source"] = old["cells"][number]["source"]
    assert after == old
    if not edits:
        assert data == text.encode()


@given(st.lists(st.text("ab(é\t", max_size=5), min_size=1, max_size=6), st.data())
def test_untouched_lines_keep_their_bytes(lines: list[str], draw: st.DataObject) -> None:
    text = notebook([line + "\n" for line in ["start", *lines]] + ["end"], indent=1)
    document = open_document("a.ipynb", text.encode())
    source = document.cells[0].text
    start = draw.draw(st.integers(0, len(source)))
    end = draw.draw(st.integers(start, len(source)))
    new = draw.draw(st.text("xy\né", max_size=4))
    first = source.count("\n", 0, start)
    last = source.count("\n", 0, end) + (end > start and source[end - 1] == "\n")
    # A line that becomes the last one loses its comma.
    old_lines = [line.rstrip(",") for line in text.split("\n")]
    new_lines = [line.rstrip(",") for line in document.render([TextEdit(0, start, end, new)]).decode().split("\n")]
    top = next(at for at, line in enumerate(old_lines) if '"start' in line)
    bottom = len(old_lines) - next(at for at, line in enumerate(old_lines) if line.endswith('"end"'))
    assert new_lines[: top + first] == old_lines[: top + first]
    total = source.count("\n")
    kept = max(0, total - last - 1)
    if kept:
        assert new_lines[-bottom - kept + 1 :] == old_lines[-bottom - kept + 1 :]
