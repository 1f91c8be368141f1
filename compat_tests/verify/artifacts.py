"""Compares the files of runs: by content where they are text, by size where they are not."""

from __future__ import annotations

import csv
import io
import json
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from compat_tests.verify.matching import matched_names
from compat_tests.verify.rows import Row, Status, only_first, only_second, renamed, shown
from compat_tests.verify.snapshots import Artifact

Clean = Callable[[str], str]
_RANDOM_ID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b")
"""A UUID of version 4, which no two runs share."""


def compare(
    key: str, first: Mapping[str, Artifact], second: Mapping[str, Artifact], clean_first: Clean, clean_second: Clean
) -> list[Row]:
    """Return a row for each file of a run that belongs to no model."""
    rows = []
    for path, its_path, one, other in matched_names(first, second):
        label = f"{key} · {path or its_path}"
        if one is not None and other is not None:
            rows += renamed("artifact", label, one.path, other.path)
            rows.append(_file(label, one, other, clean_first, clean_second))
        elif one is not None:
            rows.append(only_first("artifact", label, _size(one)))
        elif other is not None:
            rows.append(_drawn_by_mlflow(only_second("artifact", label, _size(other)), other.path))
    return sorted(rows, key=lambda row: row.key)


def _drawn_by_mlflow(row: Row, path: str) -> Row:
    """Return the row of a file that only MLflow 3 has; a plot of its own is not held against it.

    Source: mlflow/models/evaluation/evaluators/classifier.py, ``_log_calibration_curve``, which MLflow 2.22 does not have.
    """
    if posixpath.basename(path) != "calibration_curve_plot.png":
        return row
    reason = "MLflow 3 draws a calibration curve in the evaluation of a classifier as well"
    return replace(row, status=Status.NOT_COMPARABLE, reason=reason)


def _file(key: str, first: Artifact, second: Artifact, clean_first: Clean, clean_second: Clean) -> Row:
    problem = first.problem or second.problem
    if problem:
        return Row("artifact", key, Status.NOT_COMPARABLE, reason=problem)
    if first.text is not None and second.text is not None:
        old, new = clean_first(first.text), clean_second(second.text)
        if old == new or _meaning(first.path, old) == _meaning(second.path, new):
            return Row("artifact", key, Status.EQUAL, _size(first), _size(second), "content")
        if _numbered(old) == _numbered(new):
            return Row("artifact", key, Status.EQUAL, _size(first), _size(second), "content, but for random ids")
        return Row("artifact", key, Status.DIFFERENT, *_first_difference(old, new), is_learned=True)
    if first.size == second.size:
        return Row("artifact", key, Status.EQUAL, _size(first), _size(second), "size")
    return Row("artifact", key, Status.DIFFERENT, _size(first), _size(second), "size", is_learned=True)


def _numbered(text: str) -> str:
    """Return a page with numbers in the place of its random ids, such as plotly puts into its pages: the first is 1 wherever it stands."""
    numbers: dict[str, int] = {}
    return _RANDOM_ID.sub(lambda found: f"<id {numbers.setdefault(found[0], len(numbers) + 1)}>", text)


def _meaning(path: str, text: str) -> Any:
    """Return what a string says, whatever its layout; the text itself where its form is not known."""
    try:
        if path.lower().endswith(".json"):
            return json.loads(text)
        if path.lower().endswith((".csv", ".tsv")):
            return list(csv.reader(io.StringIO(text), delimiter="\t" if path.lower().endswith(".tsv") else ","))
    except (ValueError, csv.Error, RecursionError):
        pass
    return text.splitlines()


def _first_difference(first: str, second: str) -> tuple[str, str]:
    old, new = first.splitlines(), second.splitlines()
    for number, (one, other) in enumerate(zip(old, new, strict=False), 1):
        if one != other:
            return f"line {number}: {_around(one, other)}", f"line {number}: {_around(other, one)}"
    return f"{len(old)} lines", f"{len(new)} lines"


def _around(line: str, other: str) -> str:
    """Return the part of a line where it begins to differ from another."""
    same = next((i for i, (a, b) in enumerate(zip(line, other, strict=False)) if a != b), min(len(line), len(other)))
    start = max(0, same - 40)
    return shown(("…" if start else "") + line[start:], 120)


def _size(file: Artifact) -> str:
    return "size unknown" if file.size is None else f"{file.size} bytes"
