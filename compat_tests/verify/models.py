"""Compares logged models, wherever each line keeps them: flavors, signature, input example, and what they predict."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from compat_tests.verify.rows import Row, Status, mappings, same, shown
from compat_tests.verify.snapshots import Model

_STORED_AS = ("serialization_format",)
# Which rule decides how the models of a flavor are stored.
_FORMAT_RULES: Mapping[str, str] = {"sklearn": "MLF103", "pytorch": "MLF104", "lightgbm": "MLF105"}


def compare(key: str, first: Model, second: Model) -> list[Row]:
    """Return the rows of a model that both worlds have."""
    problem = first.problem or second.problem
    if problem:
        status = Status.DIFFERENT if bool(first.problem) != bool(second.problem) else Status.NOT_COMPARABLE
        return [
            Row("model", key, status, first.problem or "can be read", second.problem or "can be read", "cannot be read")
        ]
    rows = [_place(key, first, second)]
    rows.append(same("model flavors", key, _flavors(first), _flavors(second)))
    rows += _formats(key, first, second)
    rows += mappings("signature", key, signature_parts(first.signature), signature_parts(second.signature)) or [
        Row("signature", key, Status.EQUAL, "none", "none")
    ]
    rows.append(same("input example", key, _yes(first.example), _yes(second.example)))
    return rows


def compare_predictions(
    key: str, first: Mapping[str, Any], second: Mapping[str, Any], tolerance: float, kind: str = "prediction"
) -> Row:
    """Return the row of what a model of two worlds predicted.

    Args:
        key: Which model.
        first: The answer of ``predictor.py`` in the first world.
        second: That in the second.
        tolerance: Largest difference that numbers may have, relative to the largest number of the answer.
        kind: What kind of row it is.
    """
    if first.get("error") or second.get("error"):
        status = Status.NOT_COMPARABLE if first.get("error") else Status.DIFFERENT
        reason = "does not predict on MLflow 2 either" if first.get("error") else ""
        return Row(
            kind, key, status, shown(first.get("error") or "predicts"), shown(second.get("error") or "predicts"), reason
        )
    one, other = first.get("prediction"), second.get("prediction")
    if one is None or other is None:
        return Row(kind, key, Status.NOT_COMPARABLE, reason="the model has no input example, and no --sample is given")
    if one["kind"] != other["kind"] or one.get("columns") != other.get("columns"):
        return Row(kind, key, Status.DIFFERENT, _form(one), _form(other))
    if one["data"] == other["data"]:
        return Row(kind, key, Status.EQUAL, shown(one["data"], 60), shown(other["data"], 60))
    distance = _distance(one["data"], other["data"])
    if distance is None:
        return Row(kind, key, Status.DIFFERENT, shown(one["data"]), shown(other["data"]), is_learned=True)
    if distance == 0.0:
        return Row(kind, key, Status.EQUAL, shown(one["data"], 60), shown(other["data"], 60))
    reason = f"largest difference {distance:.3g} of the largest value"
    status = Status.WITHIN_TOLERANCE if distance <= tolerance else Status.DIFFERENT
    return Row(kind, key, status, shown(one["data"], 80), shown(other["data"], 80), reason, is_learned=True)


def _place(key: str, first: Model, second: Model) -> Row:
    if first.where == second.where:
        return Row("model", key, Status.EQUAL, _where(first), _where(second))
    text = "model files are beside the run"
    return Row("model", key, Status.EQUAL, _where(first), _where(second), text, "MLF204")


def _where(model: Model) -> str:
    return f"in the run's files, {model.path}" if model.where == "run" else f"beside the run, {model.name}"


def _flavors(model: Model) -> str:
    return ", ".join(sorted(model.flavors))


def _formats(key: str, first: Model, second: Model) -> list[Row]:
    rows = []
    for flavor in sorted(set(first.flavors) & set(second.flavors)):
        for setting in _STORED_AS:
            old, new = first.flavors[flavor].get(setting), second.flavors[flavor].get(setting)
            # What MLflow 2 did not write down, it did not choose: there was one format.
            if old is not None and old != new:
                rows.append(
                    Row(
                        f"{flavor} format",
                        key,
                        Status.DIFFERENT,
                        str(old),
                        str(new),
                        rule=_FORMAT_RULES.get(flavor, ""),
                    )
                )
    return rows


def signature_parts(signature: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the parts of a signature in one notation: releases before 2.10 wrote no ``required``, as every column was."""
    parts: dict[str, str] = {}
    for part, text in (signature or {}).items():
        content = _content(text)
        if isinstance(content, list) and part != "params":
            content = [
                {"required": True, **each} if isinstance(each, dict) and each.get("type") != "tensor" else each
                for each in content
            ]
        if content:
            parts[part] = json.dumps(content, sort_keys=True)
    return parts


def _content(text: Any) -> Any:
    """Return what a part of a signature says; a string that is no JSON, because a secret was taken out of it, stays as it is."""
    try:
        return json.loads(text) if isinstance(text, str) and text else text
    except ValueError:
        return text


def _yes(has: bool) -> str:
    return "yes" if has else "none"


def _form(prediction: Mapping[str, Any]) -> str:
    return f"{prediction['kind']} {shown(prediction.get('columns', ''), 80)}".strip()


def _distance(first: Any, second: Any) -> float | None:
    """Return how far apart two answers are, None where they are not numbers of one shape."""
    pairs: list[tuple[float, float]] = []
    if not _gather(first, second, pairs):
        return None
    finite = [(one, other) for one, other in pairs if not (one == other or (math.isnan(one) and math.isnan(other)))]
    if not finite:
        return 0.0
    if not all(math.isfinite(one) and math.isfinite(other) for one, other in finite):
        return None
    scale = max(abs(value) for pair in pairs for value in pair if math.isfinite(value))
    return max(abs(one - other) for one, other in finite) / scale


def _gather(first: Any, second: Any, pairs: list[tuple[float, float]]) -> bool:
    """Collect the numbers of two answers side by side; tell whether the answers have one shape and differ in numbers alone."""
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(_gather(a, b, pairs) for a, b in zip(first, second, strict=True))
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(_gather(first[key], second[key], pairs) for key in first)
    if isinstance(first, (int, float)) and isinstance(second, (int, float)):
        pairs.append((float(first), float(second)))
        return True
    return bool(first == second)
