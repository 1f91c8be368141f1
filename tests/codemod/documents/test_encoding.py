"""Bytes to text and back: declared encodings, byte order marks, and what is refused."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.documents import DocumentError
from codemod.documents.encoding import decode_source


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"", "utf-8", ""),
        (b"x = 1", "utf-8", "x = 1"),
        ("é = 'ü'\n".encode(), "utf-8", "é = 'ü'\n"),
        (b"\xef\xbb\xbfx = 1\n", "utf-8", "x = 1\n"),
        (b"\xef\xbb\xbf# coding: utf-8\nx = 1\n", "utf-8", "# coding: utf-8\nx = 1\n"),
        (b"# coding: utf-8-sig\nx\n", "utf-8", "# coding: utf-8-sig\nx\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "iso8859-1", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        (b"# coding=latin-1-unix\nx = '\xe9'\n", "iso8859-1", "# coding=latin-1-unix\nx = 'é'\n"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n", "cp1252", None),
        (b"\n# coding: cp1252\nx = '\x80'\n", "cp1252", None),
        (b"#!x\r# coding: cp1252\rx = '\x80'\r", "cp1252", None),
        (b"# coding: shift_jis\nx = '\x82\xa0'\n", "shift_jis", "# coding: shift_jis\nx = 'あ'\n"),
        (b"# coding: euc-kr\nx = '\xb0\xa1'\n", "euc_kr", None),
        (b"# coding: iso-2022-jp\nx = '\x1b$B$\"\x1b(B'\n", "iso2022_jp", None),
        # A declaration does not count below a line of code, nor on the third line.
        (b"x = 1\n# coding: latin-1\n", "utf-8", None),
        (b"#\n#\n# coding: latin-1\n", "utf-8", None),
        (b"'''\n# coding: latin-1\n'''\n", "utf-8", None),
    ],
)
def test_reads_the_encoding_that_python_reads(data: bytes, encoding: str, text: str | None) -> None:
    source = decode_source(data)
    assert source.encoding == encoding
    assert source.encode(source.text) == data
    assert ast.dump(ast.parse(data)) == ast.dump(ast.parse(source.text))
    if text is not None:
        assert source.text == text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x = 1\ny = '\0'\n", "NUL byte in line 2"),
        ("x = 1".encode("utf-16"), "UTF-16"),
        ("x = 1".encode("utf-32"), "UTF-16 or UTF-32"),
        ("x = 1".encode("utf-16-le"), "NUL byte in line 1"),
        (b"# coding: klingon\n", "'klingon'"),
        (b"# coding: rot13\n", "'rot13'"),
        (b"# coding: hex\n", "'hex'"),
        (b"# coding: utf-16\nx = 1\n", "'utf-16'"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "byte order mark"),
        (b"x = 1\r\ny = '\xe9'\r\n", "line 2: byte 0xe9 is not UTF-8; declare the encoding"),
        (b"# coding: ascii\n\nx = '\xe9'\n", "line 3: byte 0xe9 is not ascii"),
        (b"# coding: shift_jis\n\nx = '\x82'\n", "is not shift_jis"),
    ],
)
def test_names_what_cannot_be_read_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        decode_source(data)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_refuses_a_character_that_the_encoding_lacks() -> None:
    source = decode_source(b"# coding: latin-1\nx = 'a'\n")
    assert source.encode(source.text.replace("'a", "'é")) == b"# coding: latin-1\nx = '\xe9'\n"
    with pytest.raises(ValueError, match="iso8859-1 has no '€'"):
        source.encode(source.text.replace("'a", "'€"))


def test_refuses_to_write_what_the_codec_spells_differently() -> None:
    # cp932 has two codes for this sign and writes only one of them.
    data = b"# coding: cp932\nx = '\xfa\x54'\n"
    source = decode_source(data)
    assert source.encode(source.text) == data
    with pytest.raises(ValueError, match="would change more than the edit"):
        source.encode(source.text + "y = 1\n")


@given(st.binary())
def test_arbitrary_bytes_come_back_or_are_refused(data: bytes) -> None:
    try:
        source = decode_source(data)
    except DocumentError:
        return
    assert source.encode(source.text) == data


@given(
    st.sampled_from(["utf-8", "latin-1", "cp1252", "koi8-r", "shift_jis", "gb18030", "big5", "utf-7", "iso-2022-jp"]),
    st.text(),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_any_text_of_an_encoding_comes_back(encoding: str, text: str, newline: str) -> None:
    data = f"# coding: {encoding}{newline}".encode() + text.encode(encoding, "ignore")
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return  # control characters that the codec takes for its own
    if b"\0" in data:
        return
    source = decode_source(data)
    assert source.encode(source.text) == data
    changed = source.text.replace(f"{encoding}{newline}", f"{encoding}{newline}x{newline}", 1)
    try:
        new = source.encode(changed)
    except ValueError:
        assert source.encoding != "utf-8"
    else:
        assert new.decode(encoding) == changed
