"""What happens on the target when a place stays as it is, as a rule says and as its programs show."""

from __future__ import annotations

from codemod.analysis.context import Target
from codemod.findings import Severity
from codemod.rules.base import Rule, Run
from codemod.settings import Settings


def severity_of(rule: Rule, settings: Settings) -> Severity:
    """Return what the usual match of a rule means on the target of a run."""
    if isinstance(rule.severity, Severity):
        return rule.severity
    target = Target.of(settings)
    severities = [severity for release, severity in rule.severity.items() if target.at_least(release)]
    return severities[-1] if severities else next(iter(rule.severity.values()))


def shown(run: Run) -> Severity | None:
    """Return what the run of an unchanged program on the target shows of it; None when it shows nothing.

    A failed assertion is the program's own: MLflow did something, but not what the program expects.
    """
    if run.raises is not None:
        return Severity.CHANGES if run.raises.startswith("AssertionError") else Severity.BREAKS
    return Severity.DEPRECATED if run.says is not None else None
