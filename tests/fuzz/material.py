"""What the fuzzer begins with, and how it changes it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from codemod.rules import all_rules

ROOT = Path(__file__).parents[2]
PIECES = (
    b"\r", b"\r\n", b"\n", b"\t", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\f", b"\\\n", b"\\\r\n", b"%", b"!", b"%%sh\n", b"# COMMAND ----------\n",
    b"# MAGIC %pip install mlflow==2.9\n", b"# Databricks notebook source\n", b"# noqa: MLF101", b"f'{", b'f"""', b"'''", b"(", b")", b"[", b"}",
    b"*", b"**", b"lambda: ", b"async ", b"await ", b"if x:\n    ", b"else:\n    ", b"try:\n    ", b"except TypeError:\n    ", b"with a as b:\n    ",
    b"mlflow.", b"mlflow.log_model(", b'artifact_path="m"', b'name="m"', b"import mlflow as m\n", b"from mlflow import *\n", b"run_uuid", b"\xc3\xa4",
    b"\xe2\x80\xa8", b"# -*- coding: latin-1 -*-\n", b"global mlflow\n", b"del mlflow\n", b"mlflow==2.1,<3", b"--hash=sha256:0\n", b"; x = 1", b"#",
)  # fmt: skip


def seeds() -> list[tuple[str, bytes]]:
    """Return names and contents: every example of a rule, the project's examples, and a notebook of each kind of cell."""
    found = [(example.path, example.before.encode()) for rule in all_rules() for example in rule.examples]
    found += [(path.name, path.read_bytes()) for path in sorted((ROOT / "examples").glob("*")) if path.is_file()]
    return [(name, data) for name, data in found if not name.startswith(".")]


def generated(chance: random.Random, known: list[tuple[str, bytes]]) -> tuple[str, bytes]:
    """Return a program that is put together of others, nested in blocks, or a notebook of their lines."""
    plain = [data.decode("utf-8", "replace") for name, data in known if name.endswith(".py")]
    parts = chance.sample(plain, chance.randint(1, 4))
    if chance.random() < 0.3:
        cells = [
            {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {},
                "outputs": [],
                "source": part.splitlines(keepends=True),
            }
            for part in parts
        ]
        document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
        return "book.ipynb", json.dumps(document, indent=chance.choice((None, 1))).encode()
    code = ""
    for part in parts:
        head = chance.choice(("", "", "def f():\n", "if kind:\n", "class A:\n    def g(self):\n", "for x in y:\n"))
        margin = " " * (4 * len(head.splitlines()))
        code += head + "".join(f"{margin if head else ''}{line}" for line in part.splitlines(keepends=True)) + "\n"
    return "program.py", code.encode()


def mutated(chance: random.Random, data: bytes, others: list[tuple[str, bytes]]) -> bytes:
    """Return bytes with a few changes: cut, doubled, moved, put in, taken from another file, other line ends."""
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice((0, 1, 2, 8, 40)))
        way = chance.randrange(7)
        if way == 0:
            data = data[:start] + data[end:]
        elif way == 1:
            data = data[:end] + data[start:end] * chance.choice((1, 2, 30)) + data[end:]
        elif way == 2:
            data = data[:start] + chance.choice(PIECES) + data[start:]
        elif way == 3:
            other = chance.choice(others)[1]
            at = chance.randint(0, len(other))
            data = data[:start] + other[at : at + 60] + data[start:]
        elif way == 4:
            lines = data.splitlines(keepends=True)
            if len(lines) > 1:
                lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))
            data = b"".join(lines)
        elif way == 5:
            data = data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n")), chance.choice((1, 3, -1)))
        else:
            data = data[:start] + bytes([chance.randrange(256)]) + data[end:]
    return data


def smaller(data: bytes) -> Iterator[bytes]:
    """Return shorter versions of an input, the much shorter ones first; for a failure that is made small."""
    size = len(data) // 2
    while size:
        for start in range(0, len(data), size):
            yield data[:start] + data[start + size :]
        size //= 2
