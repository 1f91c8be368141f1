"""What a rule says of a place is what its programs do on MLflow 3: an error breaks, a warning is deprecated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codemod.analysis.context import Target
from codemod.engine import migrate
from codemod.findings import Severity
from codemod.rules import all_rules
from codemod.rules.base import Example, Rule, Run
from codemod.settings import Settings

PROGRAMS = [
    pytest.param(rule, example, id=f"{rule.code}: {example.title}")
    for rule in all_rules()
    for example in rule.examples
    if "3 before" in example.runs
]
RULES = {rule.code: rule for rule in all_rules()}


@pytest.mark.parametrize(("rule", "example"), PROGRAMS)
def test_programs_prove_what_their_rule_says(rule: Rule, example: Example) -> None:
    settings = replace(Settings(select=(rule.code,)), **example.settings)  # type: ignore[arg-type]
    found = [one.severity for one in migrate(example.path, example.before.encode(), settings).findings]
    run = example.runs["3 before"]
    expected = run.shows
    if expected is not None:
        assert expected in found, (run, found)
    else:  # it ends without an error, and says nothing: nobody would notice, so it may not be said to break
        assert found
        assert Severity.BREAKS not in found


def test_what_runs_show() -> None:
    assert Run(raises="MlflowException: no").shows is Severity.BREAKS
    assert Run(raises="AssertionError").shows is Severity.CHANGES
    assert Run(says="deprecated").shows is Severity.DEPRECATED
    assert Run().shows is None


def test_a_severity_depends_on_the_target() -> None:
    store = RULES["MLF501"]
    assert store.severity_on(Target.of(Settings(target="3.5"))) is Severity.DEPRECATED
    assert store.severity_on(Target.of(Settings(target="3.13"))) is Severity.BREAKS
    assert (
        store.severity_on(Target.of(Settings(target="3")))
        is store.severity_on(Target.of(Settings(target="both")))
        is Severity.BREAKS
    )
    stages = RULES["MLF301"]
    assert {stages.severity_on(Target.of(Settings(target=each))) for each in ("3.0", "3.13", "3")} == {
        Severity.DEPRECATED
    }


def test_improvements_are_advice() -> None:
    for rule in all_rules():
        assert (rule.severity_on(Target.of(Settings())) is Severity.ADVICE) == rule.opt_in, rule.code
