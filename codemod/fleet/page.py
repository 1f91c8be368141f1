"""What stands on the page of all repositories, as plain values for its template."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from codemod.fleet.order import Rank
from codemod.fleet.running import RepositoryState
from codemod.fleet.totals import Totals, sentence
from codemod.reports import html, phrases
from codemod.reports.escaping import inert_html
from codemod.reports.history import Moment
from codemod.reports.trend import trend
from codemod.rules import all_rules

_LOOKS: dict[RepositoryState, tuple[str, str]] = {
    "nothing left": ("✓", "done"),
    "open": ("✗", "open"),
    "not all read": ("?", "open"),
    "failed": ("!", "open"),
    "not reached": ("–", "none"),
}
_PARTS = (
    ("done", "nothing left", "with nothing left to do"),
    ("breaks", "open", "with findings that must be fixed"),
    ("deprecated", "wait", "with findings that can wait"),
    ("unknown", "unknown", "not fully known"),
)

_SECTIONS = (
    ("repositories", "Repositories"),
    ("failures", "Failed"),
    ("remarks", "Remarks"),
    ("pushes", "To push"),
    ("rules", "Open findings by rule"),
    ("trend", "Trend"),
)


def fleet_page(places: Sequence[Rank], found: Totals, date: str, history: Sequence[Moment]) -> str:
    """Return the page.

    Args:
        places: The repositories in the order of work.
        found: Their sums.
        date: When the run ended.
        history: What earlier runs counted, the oldest first, this one included.
    """
    page: dict[str, Any] = {
        "title": "MLflow 3 migration of all repositories",
        "about": [phrases.number(len(places), "repository", "repositories"), date],
        "verdict": sentence(found),
        "step": _step(places),
        "progress": _progress(places),
        "figures": [
            {"name": "breaks", "count": found.severities["breaks"], "text": "break: an error on MLflow 3"},
            {"name": "changes", "count": found.severities["changes"], "text": "change something silently"},
            {"name": "deprecated", "count": found.can_wait, "text": "can wait"},
            {"name": "finished", "count": found.fixed, "text": "fixed"},
        ],
        "rows": [_row(place) for place in places],
        "rules": _rules(places, found),
        "failures": _failures(places),
        "remarks": [
            {"name": place.result.entry.name, "texts": place.result.seen.remarks}
            for place in places
            if place.result.seen is not None and place.result.seen.remarks
        ],
        "pushes": [
            {"name": place.result.entry.name, "push": applied.push}
            for place in places
            if place.result.seen is not None and (applied := place.result.seen.applied) is not None and applied.push
        ],
        "trend": trend(history),
    }
    page["counts"] = phrases.number(found.inputs, "file")
    page["sections"] = [
        {"name": name, "title": title} for name, title in _SECTIONS if name == "repositories" or page[name]
    ]
    return inert_html(html.environment().get_template("fleet.html.jinja").render(page=page))


def _step(places: Sequence[Rank]) -> str:
    first = next((place for place in places if place.number), None)
    if first is None:
        return "nothing is left to do in what is known"
    return f"begin with {first.result.entry.name}" + (f", which {_because(first)}" if first.reason else "")


def _because(place: Rank) -> str:
    said = place.reason.split(", ")
    return " and ".join(f"is {part}" if part.startswith("installed") else part for part in said)


def _progress(places: Sequence[Rank]) -> dict[str, Any]:
    """Return how many repositories are as far as what."""
    counts = dict.fromkeys(("nothing left", "open", "wait", "unknown"), 0)
    for place in places:
        record = place.result.seen
        if record is None or place.result.state == "not all read":
            counts["unknown"] += 1
        elif record.must:
            counts["open"] += 1
        else:
            counts["wait" if record.can_wait else "nothing left"] += 1
    parts = [
        {"name": name, "count": counts[key], "text": f"{counts[key]} {text}"}
        for name, key, text in _PARTS
        if counts[key]
    ]
    return {"total": len(places), "parts": parts, "label": ", ".join(str(part["text"]) for part in parts)}


def _failures(places: Sequence[Rank]) -> list[dict[str, str]]:
    return [
        {"name": place.result.entry.name, "reason": place.result.failure} for place in places if place.result.failure
    ]


def _row(place: Rank) -> dict[str, Any]:
    result, record = place.result, place.result.seen
    sign, look = _LOOKS[result.state]
    return {
        "number": place.number or "",
        "name": result.entry.name,
        "address": result.entry.address.shown if result.entry.address is not None else "",
        "reason": place.reason if place.number else "",
        "report": f"repositories/{result.entry.folder}/report.html" if record is not None else "",
        "record": record,
        "rules": sorted(record.rules.items(), key=lambda item: (-item[1], item[0])) if record is not None else [],
        "state": result.state + (", as before" if result.is_known else ""),
        "verified": record.verified.said if record is not None and record.verified is not None else "",
        "sign": sign,
        "look": look,
    }


def _rules(places: Sequence[Rank], found: Totals) -> list[dict[str, Any]]:
    summaries = {rule.code: rule.summary for rule in all_rules()}
    return [
        {
            "code": code,
            "summary": summaries.get(code, ""),
            "count": count,
            "repositories": sum(code in place.result.seen.rules for place in places if place.result.seen is not None),
        }
        for code, count in found.rules.items()
    ]
