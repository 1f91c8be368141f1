"""The trend of a migration as a picture: one bar for each run, made of the findings that were left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from codemod.findings import Severity
from codemod.reports.history import Moment

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 720, 220, 44, 12, 24
_SHOWN = 60
_ROWS = 10
_STEPS = 4


def trend(history: Sequence[Moment]) -> dict[str, Any] | None:
    """Return the picture's places in its own units and the rows of its table; None without an earlier run."""
    if len(history) < 2:
        return None
    shown = list(history[-_SHOWN:])
    most = max(max(sum(one.severities) for one in shown), 1)
    top = _rounded(most)
    space = (_WIDTH - _LEFT) / len(shown)
    every = -(-len(shown) // 8)  # labels of dates need room
    days = Counter(_day(one) for one in history)
    names = {one.time: _day(one) if days[_day(one)] == 1 else f"{_day(one)} {one.time[11:16]}" for one in history}
    bars = [
        _bar(
            one,
            _LEFT + index * space + space * 0.15,
            space * 0.7,
            top,
            names[one.time][5:] if index % every == 0 else "",
        )
        for index, one in enumerate(shown)
    ]
    first, last = sum(shown[0].severities), sum(shown[-1].severities)
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "left": _LEFT,
        "grid": [{"y": _y(top * step / _STEPS, top), "count": top * step // _STEPS} for step in range(_STEPS + 1)],
        "bars": bars,
        "caption": f"Findings that were left: {first} on {names[shown[0].time]}, {last} on {names[shown[-1].time]}. From below: "
        "break, change something, deprecated, advice.",
        "has_commits": any(one.commit for one in history[-_ROWS:]),
        "rows": [
            {
                "date": names[one.time],
                "commit": one.commit[:12],
                "counts": [*one.severities, f"{one.clean} of {one.files}"],
            }
            for one in reversed(history[-_ROWS:])
        ],
    }


def _bar(one: Moment, x: float, width: float, top: int, label: str) -> dict[str, Any]:
    parts, below = [], 0
    for severity, count in zip(Severity, one.severities, strict=True):
        if count:
            y = _y(below + count, top)
            parts.append({"name": severity.value, "y": y, "height": round(_y(below, top) - y, 1)})
        below += count
    return {"x": round(x, 1), "width": round(width, 1), "parts": parts, "label": label}


def _y(count: float, top: int) -> float:
    return round(_TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - count / top), 1)


def _day(one: Moment) -> str:
    return one.time[:10]


def _rounded(most: int) -> int:
    """Return the next number that four lines divide evenly."""
    step = 1
    while step * _STEPS < most:
        step = step * 2 if str(step)[0] != "2" else step * 5 // 2
    return step * _STEPS
