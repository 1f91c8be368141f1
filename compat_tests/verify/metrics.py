"""Compares metrics with their history."""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Mapping, Sequence

from compat_tests.verify.rows import Row, Status, only_first, only_second

TOLERANCE = 1e-6
"""Relative difference that two values may have where nobody asked for another: what another build of a library may round."""

History = Sequence[tuple[int, int, float]]


def tolerance_of(name: str, tolerances: Mapping[str, float]) -> float:
    """Return the relative difference that a metric may have; the last pattern that fits decides."""
    found = TOLERANCE
    for pattern, value in tolerances.items():
        if fnmatch.fnmatchcase(name, pattern):
            found = value
    return found


def closeness(first: float, second: float) -> float:
    """Return the relative difference of two numbers: 0 where they are the same, NaN and infinities included."""
    if first == second or (math.isnan(first) and math.isnan(second)):
        return 0.0
    if not (math.isfinite(first) and math.isfinite(second)):
        return math.inf
    return abs(first - second) / max(abs(first), abs(second))


def compare(
    key: str, first: Mapping[str, History], second: Mapping[str, History], tolerances: Mapping[str, float]
) -> list[Row]:
    """Return a row for each metric of a run."""
    rows = []
    for name in sorted({*first, *second}):
        label = f"{key} · {name}"
        if name not in second:
            rows.append(only_first("metric", label, _last(first[name])))
        elif name not in first:
            rows.append(only_second("metric", label, _last(second[name])))
        else:
            rows.append(_metric(label, first[name], second[name], tolerance_of(name, tolerances)))
    return rows


def _metric(key: str, first: History, second: History, tolerance: float) -> Row:
    first, second = _once(first), _once(second)
    if len(first) != len(second):
        return Row("metric", key, Status.DIFFERENT, f"{len(first)} values", f"{len(second)} values", is_learned=True)
    old, new = _by_step(first), _by_step(second)
    if [step for step, _ in old] != [step for step, _ in new]:
        return Row("metric", key, Status.DIFFERENT, f"steps {_steps(old)}", f"steps {_steps(new)}", is_learned=True)
    distances = [closeness(a, b) for (_, a), (_, b) in zip(old, new, strict=True)]
    worst = max(distances, default=0.0)
    if worst == 0.0:
        return Row("metric", key, Status.EQUAL, _last(first), _last(second))
    if worst <= tolerance:
        reason = f"relative difference {worst:.2g}, {tolerance:.2g} is allowed"
        return Row("metric", key, Status.WITHIN_TOLERANCE, _last(first), _last(second), reason)
    where = next(number for number, distance in enumerate(distances) if distance > tolerance)
    at = f" at step {old[where][0]}" if len(old) > 1 else ""
    return Row("metric", key, Status.DIFFERENT, f"{old[where][1]!r}{at}", f"{new[where][1]!r}{at}", is_learned=True)


def _once(history: History) -> History:
    """Return a history without entries that another one repeats in step, time and value.

    When a model is logged, MLflow 3 writes the metrics of its run again, for the model (mlflow/models/model.py,
    ``log_model_metrics_for_step``). A database keeps one of equal entries, a store of files each.
    """
    return list({(step, time, repr(value)): (step, time, value) for step, time, value in history}.values())


def _by_step(history: History) -> list[tuple[int, float]]:
    """Return steps and values in order. Times differ between worlds; within a step they say which value came first."""
    return [(step, value) for step, _, value in sorted(history, key=lambda entry: (entry[0], entry[1]))]


def _steps(history: Sequence[tuple[int, float]]) -> str:
    return f"{history[0][0]} to {history[-1][0]}" if history else "none"


def _last(history: History) -> str:
    return repr(history[-1][2]) if history else "no value"
