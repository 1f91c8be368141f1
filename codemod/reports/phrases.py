"""What all reports for people call things, so that one thing has one name and the sentences hold the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from codemod.analysis.context import Target
from codemod.findings import Severity, State
from codemod.reports.base import Remedy, Report, left, place_text, reasons, remedy

REMEDIES: Mapping[Remedy, str] = MappingProxyType({"safe": "safe fix", "unsafe": "unsafe fix", "by hand": "by hand"})
"""What a report calls each remedy of a finding."""

MEANINGS: Mapping[Severity, tuple[str, str]] = MappingProxyType(
    {
        Severity.BREAKS: ("Breaks", "an error, to be fixed before the move"),
        Severity.CHANGES: ("Changes", "it runs, but a result, the place of a file, or a record differs"),
        Severity.DEPRECATED: ("Deprecated", "it still works and can wait"),
        Severity.ADVICE: ("Advice", "nothing happens without it"),
    }
)
"""The heading of each severity, and what it means for the person who reads it."""


def number(count: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def target_name(report: Report) -> str:
    """Return the name of the target, such as ``"MLflow 3.18"``."""
    found = Target.of(report.settings)
    return f"MLflow {'.'.join(found.release.split('.')[:2])}" + (" and 2.22" if found.both else "")


def verdict(report: Report) -> str:
    """Return one sentence that says what happens on the target when everything stays as it is.

    Its numbers add up to the findings that are left.
    """
    counts = report.counts
    if not counts.left:
        unread = sum(bool(reasons(outcome)) for outcome in report.outcomes)
        if unread:
            return f"Nothing was found, but {number(unread, 'file')} could not be analysed."
        if report.interrupted:
            return "Nothing was found in the files that were looked at."
        return f"Nothing is left to do for {target_name(report)}."
    severities = counts.severities
    breaks, changes = severities[Severity.BREAKS], severities[Severity.CHANGES]
    works, advice = severities[Severity.DEPRECATED], severities[Severity.ADVICE]
    parts = (
        (breaks, f"{breaks} {'breaks' if breaks == 1 else 'break'}"),
        (changes, f"{changes} {'changes' if changes == 1 else 'change'} something silently"),
        (works, f"{works} still {'works and is' if works == 1 else 'work and are'} deprecated"),
        (advice, f"{advice} {'is' if advice == 1 else 'are'} advice"),
    )
    said = [text for count, text in parts if count]
    return f"On {target_name(report)}, {enumeration(said)}."


def standing(report: Report) -> str:
    """Return where the migration stands: how many findings are left, and what they do on the target."""
    counts = report.counts
    if not counts.left:
        return verdict(report)
    suppressed = f", and {counts.suppressed} suppressed" if counts.suppressed else ""
    return f"{number(counts.left, 'finding')}{suppressed}. {verdict(report)}"


def enumeration(parts: list[str]) -> str:
    """Return parts as an enumeration."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def remedies(report: Report) -> str:
    """Return how the findings that are left can be fixed; its numbers add up to them."""
    counts = report.counts
    parts = (
        (counts.safe, "safe with `apply`"),
        (counts.unsafe, "unsafe with `apply --unsafe`"),
        (counts.by_hand, "by hand"),
    )
    return ", ".join(f"{count} {text}" for count, text in parts if count)


def states(report: Report) -> str:
    """Return how many inputs ended in each state; its numbers add up to the inputs."""
    found = report.counts.states
    parts = [f"{count} {_STATES.get(state, state.value)}" for state, count in found.items() if count]
    return ", ".join(parts) or "nothing to look at"


_PIN = "MLF502"
_PLACES = 3
_STATES = {State.BY_HAND: "to be decided by hand", State.UNCHANGED: "without findings"}


def next_step(report: Report, command: str = "python -m codemod", paths: str = "") -> str:
    """Return the one thing that a person should do next.

    Args:
        report: What was found.
        command: How the program is called.
        paths: What was named, as it is typed; "" for the current folder.
    """
    counts, where = report.counts, f" {paths}" if paths else ""
    fixable = counts.states[State.FIXABLE]
    files = number(fixable, "file")
    if report.mode != "apply" and fixable:
        unsafe = " --unsafe" if report.settings.unsafe else ""
        made = counts.safe + (counts.unsafe if unsafe else 0)
        kind = "fix" if unsafe else "safe fix"
        return f"`{command} apply{unsafe}{where}` makes {number(made, kind, kind + 'es')} in {files}"
    if counts.unsafe and not report.settings.unsafe:
        found = number(counts.unsafe, "unsafe fix", "unsafe fixes")
        return f"`{command} apply --unsafe --diff{where}` shows {found}; without `--diff` it makes them"
    first = worst_by_hand(report)
    if first is not None:
        at, code = first
        return f"decide {number(counts.by_hand, 'finding')} by hand, first {at} (`{command} explain {code}` tells more)"
    bad = [outcome.path for outcome in report.outcomes if outcome.state is State.FAILED or outcome.problems]
    if bad:
        return f"look at {bad[0]}, which could not be analysed"
    return "run your tests on MLflow 3"


def split(message: str) -> tuple[str, str]:
    """Return the two parts of a message: what MLflow does, and behind its first semicolon what is special of the place."""
    general, _, special = message.partition("; ")
    return general, special


def steps(report: Report, paths: str = "", command: str = "python -m codemod") -> tuple[str, ...]:
    """Return what a person should do next, the first step first; see `next_step`."""
    step = next_step(report, command, paths)
    if report.mode != "apply":
        return (step,)
    changed = report.counts.states[State.CHANGED]
    if not changed:
        return (step,)
    files = number(changed, "changed file")
    found = [f"review {files} with `git diff`, and format {'it' if changed == 1 else 'them'} as your project does"]
    if any(finding.fixed and finding.code == _PIN for outcome in report.outcomes for finding in outcome.findings):
        found.append("lock your dependencies anew: a pin of MLflow was raised")
    found += _cautions(report)
    if report.counts.left:
        found.append(step)
    proof = f"`{command} verify . -- COMMAND` runs COMMAND on MLflow 2 and 3, and compares what it recorded"
    return (*found, "run your tests on MLflow 3", proof)


def _cautions(report: Report) -> list[str]:
    """Return what a person should see to although it is fixed, with the first places."""
    places: dict[str, list[str]] = {}
    for outcome in report.outcomes:
        for finding in outcome.findings:
            if finding.fixed and finding.caution:
                places.setdefault(finding.caution, []).append(place_text(outcome.path, finding))
    shown = {what: ", ".join(at[:_PLACES]) for what, at in places.items()}
    more = {what: f" and {len(at) - _PLACES} more" if len(at) > _PLACES else "" for what, at in places.items()}
    return [f"see that {what}: {shown[what]}{more[what]}" for what in places]


def worst_by_hand(report: Report) -> tuple[str, str] | None:
    """Return the place and the rule of the first finding that a person must decide; None when there is none."""
    found = [
        (finding.severity.rank, place_text(outcome.path, finding), finding.code)
        for outcome in report.outcomes
        for finding in left(outcome)
        if remedy(finding) == "by hand"
    ]
    return min(found, key=lambda each: each[0])[1:] if found else None
