"""What stands on the page for people, as plain values for its template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from codemod.findings import Finding, Outcome, Severity, State
from codemod.reports import phrases
from codemod.reports.base import Report, left, place_text, reasons, remedy
from codemod.reports.checklist import Check
from codemod.reports.compatibility import WorldSummary
from codemod.reports.history import Moment
from codemod.reports.statistics import by_folder
from codemod.reports.trend import trend
from codemod.rules import all_rules
from codemod.sources import Source, shortened

T = TypeVar("T")
Key = TypeVar("Key", bound=Hashable)
Values = dict[str, Any]

_LOOKS = {
    "done": ("✓", "done"),
    "open": ("✗", "open"),
    "not applicable": ("–", "none"),
    "unknown": ("?", "none"),
}
_TITLES = {
    Severity.BREAKS: "Must be fixed first: breaks",
    Severity.CHANGES: "Changes something silently",
    Severity.DEPRECATED: "Can wait: deprecated",
    Severity.ADVICE: "Advice",
}


@dataclass(frozen=True, slots=True)
class About:
    """What a report is about.

    Attributes:
        project: The project's name.
        date: When the files were read, such as ``"2026-11-26 15:30 UTC"``.
        commit: The commit that the work tree stands on, or "".
        paths: What was named, as it is typed; "" for the current folder.
    """

    project: str
    date: str
    commit: str = ""
    paths: str = ""


def page_of(
    report: Report,
    checks: Sequence[Check],
    worlds: Sequence[WorldSummary] | None,
    about: About | None,
    history: Sequence[Moment],
) -> Values:
    """Return the page's values.

    Args:
        report: A check.
        checks: The checklist, if there is one.
        worlds: What `verify` found out, if it is known.
        about: The project, if it is known.
        history: What earlier runs counted, the oldest first, this one included.
    """
    values: Values = {
        "title": f"{about.project}: MLflow 3 migration" if about is not None else "MLflow 3 migration",
        "about": _about(report, about),
        "verdict": phrases.standing(report),
        "step": phrases.next_step(report, paths=about.paths if about is not None else ""),
        "progress": _progress(report),
        "figures": _figures(report),
        "severities": [_severity(severity, report) for severity in Severity if report.counts.severities[severity]],
        "unread": [{"path": one.path, "reason": reason} for one in report.outcomes for reason in reasons(one)],
        "checks": [_check(check) for check in checks],
        "trend": trend(history),
        "folders": by_folder(report),
        "worlds": worlds,
        "skipped": [one for one in report.outcomes if one.state is State.SKIPPED],
        "counts": phrases.number(report.counts.inputs, "file"),
    }
    values["sections"] = list(_sections(values))
    return values


def _sections(values: Values) -> Iterable[Values]:
    for severity in values["severities"]:
        yield {"name": severity["name"], "title": severity["title"]}
    others = (("unread", "Not analysed"), ("checks", "Checklist"), ("trend", "Trend"), ("folders", "Folders"))
    for key, title in (*others, ("worlds", "Both lines of MLflow"), ("skipped", "Skipped")):
        if values[key]:
            yield {"name": {"checks": "checklist"}.get(key, key), "title": title}


def _about(report: Report, about: About | None) -> list[str]:
    parts = [f"Target: {phrases.target_name(report)}"]
    if about is not None:
        parts += [about.date, *([f"commit {about.commit}"] if about.commit else [])]
    return parts


def _worst(outcome: Outcome) -> str:
    found = [finding.severity for finding in left(outcome)]
    if found:
        return min(found, key=lambda severity: severity.rank).value
    return "unknown" if reasons(outcome) else "done"


def _progress(report: Report) -> Values:
    """Return how many files are as far as what: each by the worst finding that is left in it."""
    counts = Counter(_worst(outcome) for outcome in report.outcomes if outcome.state is not State.SKIPPED)
    texts = {
        "done": "without findings", "deprecated": "can wait", "advice": "with advice only", "changes": "change something",
        "breaks": "break", "unknown": "not analysed",
    }  # fmt: skip
    total = sum(counts.values())
    parts = [
        {"name": name, "count": counts[name], "text": f"{phrases.number(counts[name], 'file')} {text}"}
        for name, text in texts.items()
        if counts[name]
    ]
    return {"total": total, "parts": parts, "label": ", ".join(str(part["text"]) for part in parts)}


def _figures(report: Report) -> list[Values]:
    severities = report.counts.severities
    looked_at = [outcome for outcome in report.outcomes if outcome.state is not State.SKIPPED]
    finished = sum(_worst(outcome) == "done" for outcome in looked_at)
    texts = (
        (Severity.BREAKS, "break: an error on MLflow 3"),
        (Severity.CHANGES, "change something silently"),
        (Severity.DEPRECATED, "still work and are deprecated"),
    )
    found: list[Values] = [
        {"name": severity.value, "count": severities[severity], "text": text} for severity, text in texts
    ]
    return [
        *found,
        {"name": "finished", "count": f"{finished} of {len(looked_at)}", "text": "files without findings"},
    ]


def _severity(severity: Severity, report: Report) -> Values:
    _, meaning = phrases.MEANINGS[severity]
    sources: dict[str, Source] = {}
    found: dict[str, list[tuple[Outcome, Finding]]] = {}
    for outcome in report.outcomes:
        for finding in left(outcome):
            if finding.severity is severity:
                sources.setdefault(outcome.path, Source.of(outcome))
                found.setdefault(finding.code, []).append((outcome, finding))
    rules = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return {
        "name": severity.value,
        "title": _TITLES[severity],
        "meaning": f"{meaning[0].upper()}{meaning[1:]}",
        "count": report.counts.severities[severity],
        "is_open": severity.rank < Severity.DEPRECATED.rank or not _is_worse(severity, report),
        "rules": [{**_rule(code, of_rule, sources), "page": report.settings.page(code)} for code, of_rule in rules],
    }


def _is_worse(severity: Severity, report: Report) -> bool:
    return any(count for other, count in report.counts.severities.items() if other.rank < severity.rank)


def _rule(code: str, found: list[tuple[Outcome, Finding]], sources: dict[str, Source]) -> Values:
    summaries = {rule.code: rule.summary for rule in all_rules()}
    groups = [
        {
            "text": general,
            "groups": [
                {"text": special, "remedy": kind, "findings": [_finding(*each, sources) for each in of_special]}
                for (special, kind), of_special in _gathered(
                    of_general, lambda each: (phrases.split(each[1].message)[1], remedy(each[1]))
                )
            ],
        }
        for general, of_general in _gathered(found, lambda each: phrases.split(each[1].message)[0])
    ]
    return {
        "code": code,
        "summary": summaries.get(code, ""),
        "count": phrases.number(len(found), "finding"),
        "groups": groups,
    }


def _finding(outcome: Outcome, finding: Finding, sources: dict[str, Source]) -> Values:
    tags = {"+": "ins", "-": "del"}
    difference = [line.replace("\t", "    ") for line in sources[outcome.path].difference(finding)]
    lines = [{"tag": tags.get(line[:1], "span"), "text": line or " "} for line in difference]
    at = place_text(outcome.path, finding)[len(outcome.path) :]
    source = shortened(finding.source_line, finding.location.column).strip().replace("\t", "    ")
    return {"path": outcome.path, "at": at, "is_short": not finding.location.label, "lines": lines, "source": source}


def _gathered(found: Iterable[T], key: Callable[[T], Key]) -> list[tuple[Key, list[T]]]:
    groups: dict[Key, list[T]] = {}
    for each in found:
        groups.setdefault(key(each), []).append(each)
    return list(groups.items())


def _check(check: Check) -> Values:
    sign, look = _LOOKS[check.status]
    state = f"{check.done} of {check.total} files" if check.is_partly_done else check.status
    return {"title": check.title, "sign": sign, "look": look, "state": state, "evidence": check.evidence}
