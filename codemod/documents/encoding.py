"""The bytes of a source file as text, and text back as the same bytes."""

from __future__ import annotations

import codecs
import functools
import re
from dataclasses import dataclass

from codemod.documents.base import DocumentError

# PEP 263 gives this expression; a declaration counts on the first line, or on the second when the first is a comment
# or blank.
_DECLARATION = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK_OR_COMMENT = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_LINE_BREAK = re.compile(rb"\r\n|\r|\n")
_WIDE_BOMS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file's bytes together with what they say.

    Attributes:
        data: The file as it was read.
        text: The decoded characters without the byte order mark; line breaks are as in the file.
        encoding: The codec's name as Python normalises it.
        bom: The byte order mark that stood in front, or nothing.
        errors: What becomes of bytes that the encoding does not know, as Python's codecs name it.
    """

    data: bytes
    text: str
    encoding: str
    bom: bytes
    errors: str = "strict"

    def encode(self, text: str) -> bytes:
        """Return the bytes of a changed text, under the encoding and byte order mark of the file.

        Raises:
            ValueError: If the encoding lacks a character, or if the file is written in a way that the codec would not
                write again (a few multi-byte encodings have two spellings of one character), so that bytes outside the
                change would differ.
        """
        if text == self.text:
            return self.data
        return self.bom + self.part(text)

    def part(self, text: str) -> bytes:
        """Return the bytes of some new text of the file.

        Raises:
            ValueError: As for `encode`.
        """
        if not _is_written_again(self):
            raise ValueError(f"writing the file as {self.encoding} again would change more than the edit")
        try:
            return text.encode(self.encoding, self.errors)
        except UnicodeEncodeError as error:
            character = error.object[error.start]
            raise ValueError(f"the file's encoding {self.encoding} has no {character!r}") from None


@functools.lru_cache(maxsize=1)
def _is_written_again(source: SourceText) -> bool:
    """Return whether a file's text gives its bytes again. UTF-8 has one spelling only, which Python's decoder enforces: no need to look."""
    return source.encoding == "utf-8" or source.bom + source.text.encode(source.encoding) == source.data


def decode_any(data: bytes) -> SourceText:
    """Decode a file that its readers take in whatever encoding it is, as pip does: UTF-16 with its mark, as PowerShell's ``>`` writes it, else UTF-8.

    Bytes that are no UTF-8 stay as they are, each as one surrogate.
    """
    for bom, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(bom):
            source = SourceText(data, data[len(bom) :].decode(encoding, "replace"), encoding, bom)
            if _is_written_again(source):
                return source
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    return SourceText(data, data[len(bom) :].decode("utf-8", "surrogateescape"), "utf-8", bom, "surrogateescape")


def decode_source(data: bytes) -> SourceText:
    """Decode Python source as Python does: byte order mark, then the declared encoding, then UTF-8.

    Raises:
        DocumentError: If the bytes are no text: NUL bytes, UTF-16, an unknown encoding, bytes that the encoding lacks.
    """
    if data.startswith(_WIDE_BOMS):
        raise DocumentError("UTF-16 or UTF-32 text, which Python does not read; save the file as UTF-8")
    nul = data.find(b"\0")
    if nul >= 0:
        raise DocumentError(f"NUL byte in line {_line_of(data, nul)}; this is not source code")
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    encoding = "utf-8"
    declared = _declared_encoding(data[len(bom) :])
    if declared is not None:
        encoding = _codec_name(declared)
        if bom and encoding != "utf-8":
            raise DocumentError(f"declares the encoding {declared!r} but starts with the UTF-8 byte order mark")
    try:
        text = data[len(bom) :].decode(encoding)
    except UnicodeDecodeError as error:
        at = len(bom) + error.start
        hint = "" if declared else "; declare the encoding in the first line or save the file as UTF-8"
        where = f"line {_line_of(data, at)}: byte 0x{data[at]:02x}"
        raise DocumentError(f"{where} is not {declared or 'UTF-8'}{hint}") from None
    except Exception as error:  # a codec may raise anything: punycode an IndexError, idna its own UnicodeError
        raise DocumentError(f"cannot be decoded as {declared}: {error}") from None
    return SourceText(data, text, encoding, bom)


def _declared_encoding(data: bytes) -> str | None:
    at = 0
    for _ in range(2):
        line_break = _LINE_BREAK.search(data, at)
        line = data[at : line_break.start() if line_break else len(data)]
        declaration = _DECLARATION.match(line)
        if declaration:
            return declaration.group(1).decode("ascii", "replace")
        if line_break is None or not _BLANK_OR_COMMENT.match(line):
            return None
        at = line_break.end()
    return None


def _codec_name(declared: str) -> str:
    # CPython takes these spellings without a look-up, with any suffix such as "-unix" that Emacs adds.
    plain = declared.lower().replace("_", "-")
    if plain == "utf-8" or plain.startswith("utf-8-"):
        return "utf-8"
    if plain in _LATIN_1 or plain.startswith(tuple(name + "-" for name in _LATIN_1)):
        return "iso8859-1"
    try:
        codec = codecs.lookup(declared)
        "".encode(codec.name)  # refuses codecs that do not turn text into bytes, such as rot13 and hex
    except (LookupError, ValueError):
        raise DocumentError(f"declares an encoding that Python does not know: {declared!r}") from None
    if codec.name.startswith(("utf-16", "utf-32")):
        raise DocumentError(f"declares {declared!r}, in which Python source cannot be written; save the file as UTF-8")
    return codec.name


_LATIN_1 = ("latin-1", "iso-8859-1", "iso-latin-1")


def _line_of(data: bytes, at: int) -> int:
    return 1 + len(_LINE_BREAK.findall(data, 0, at))
