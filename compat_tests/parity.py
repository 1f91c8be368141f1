"""What two worlds recorded, side by side: one readable row for each difference."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from compat_tests.records import LifeCycleRecord, Prediction
from compat_tests.verify.models import signature_parts
from compat_tests.verify.outputs.text import aligned

ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two worlds recorded differently.

    Attributes:
        aspect: What kind of thing, such as ``metric``.
        key: Which one.
        left: What the first world has.
        right: What the second world has.
    """

    aspect: str
    key: str
    left: str
    right: str


def compare(left: LifeCycleRecord, right: LifeCycleRecord, metric_tolerance: float = 0.0) -> list[Difference]:
    """Compare two life cycles of one subject.

    Only what must be the same is compared: not run ids, times, addresses or releases.

    Args:
        left: Usually the world of MLflow 2.
        right: The world that is judged by it.
        metric_tolerance: Relative difference that two metrics may have. Predictions may have none: bit for bit.

    Returns:
        The differences, in the order in which a life cycle meets them; empty when the worlds agree.
    """
    rows = [
        *_mappings("param", left.params, right.params),
        *_mappings("metric", left.metrics, right.metrics, lambda a, b: math.isclose(a, b, rel_tol=metric_tolerance)),
        *_mappings("tag", left.tags, right.tags),
        *_mappings("run artifact", _present(left.run_artifacts), _present(right.run_artifacts)),
        *_mappings("signature", signature_parts(left.signature), signature_parts(right.signature)),
        *_mappings("registered version", left.versions, right.versions),
        *_mappings("alias", left.aliases, right.aliases),
        *_predictions(left.predictions, right.predictions),
    ]
    if left.failure or right.failure:
        rows.insert(0, Difference("failure", "", str(left.failure or "none"), str(right.failure or "none")))
    return rows


def table(differences: Iterable[Difference], left: str, right: str) -> str:
    """Return the differences as aligned text.

    Args:
        differences: The rows.
        left: Heading of the first world.
        right: Heading of the second world.
    """
    rows = [("", "", left, right), *((d.aspect, d.key, d.left, d.right) for d in differences)]
    return "\n".join(aligned(rows))


def _mappings(
    aspect: str,
    left: Mapping[str, Any],
    right: Mapping[str, Any],
    same: Callable[[Any, Any], bool] = lambda a, b: a == b,
) -> list[Difference]:
    rows = []
    for key in sorted({*left, *right}):
        if key in left and key in right and same(left[key], right[key]):
            continue
        rows.append(Difference(aspect, key, str(left.get(key, ABSENT)), str(right.get(key, ABSENT))))
    return rows


def _present(names: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(names, "present")


def _predictions(left: Mapping[str, Prediction], right: Mapping[str, Prediction]) -> list[Difference]:
    rows = _mappings("prediction by", left, right)
    return [_with_distance(row, left.get(row.key), right.get(row.key)) for row in rows]


def _with_distance(row: Difference, left: Prediction | None, right: Prediction | None) -> Difference:
    """Add how far apart two predictions are: a last bit and a wrong model are different findings."""
    if left is None or right is None or left.shape != right.shape:
        return row
    distance = np.abs(left.array().astype(float) - right.array().astype(float)).max()
    return Difference(row.aspect, row.key, row.left, f"{row.right}, largest difference {distance:.3g}")
