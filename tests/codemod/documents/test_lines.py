"""Lines are read once, whatever ends them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.documents import open_document
from codemod.documents.lines import after_comments, line_end, line_spans


@given(st.text(alphabet="ab# \t\f\r\n"))
def test_lines_are_those_of_python(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found = [text[start:end] for start, end in line_spans(text)]
    assert "".join(found) == text
    assert [line.rstrip("\r\n") for line in found] == (plain if plain[-1] else plain[:-1])


@given(st.text(alphabet="a# \t\r\n"))
def test_comments_are_passed_over_up_to_the_first_line_of_code(text: str) -> None:
    at = after_comments(text)
    assert all(line.strip() == "" or line.strip().startswith("#") for line in text[:at].splitlines())
    rest = text[at : line_end(text, at)]
    assert not rest or rest.strip("# a\t") == "" or rest.lstrip()[0] not in "#"


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("line", ["# a comment", "", "   ", "#", "# MAGIC # x"])
@pytest.mark.parametrize("path", ["a.py", "b.py"])
def test_a_thousand_comments_cost_no_more_than_their_length(path: str, line: str, ending: str) -> None:
    head = "# Databricks notebook source" + ending if path == "a.py" else ending
    text = head + f"# COMMAND ----------{ending}" + (line + ending) * 1_000 + "x = 1" + ending
    start = time.process_time()
    document = open_document(path, text.encode())
    assert document.render([]) == text.encode()
    assert time.process_time() - start < 1
