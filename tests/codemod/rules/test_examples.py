"""Every rule's own examples: what is rewritten, what is reported, and what must stay as it is."""

from dataclasses import replace

import pytest

from codemod.engine import migrate
from codemod.findings import Safety, State
from codemod.rules import all_rules, rules_by_module
from codemod.rules.base import Example, Rule
from codemod.settings import Settings
from development.rule_faults import faults

CASES = [
    pytest.param(rule, example, id=f"{rule.code}-{example.title}") for rule in all_rules() for example in rule.examples
]


def outcome_of(rule: Rule, example: Example, text: str):
    settings = replace(Settings(select=(rule.code,)), **example.settings)
    return migrate(example.path, text.encode(), settings)


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example(rule: Rule, example: Example) -> None:
    outcome = outcome_of(rule, example, example.before)
    assert outcome.reason == ""
    new = outcome.new.decode()
    if example.kind == "fixed":
        assert new == example.after
        assert outcome.state is State.CHANGED
        assert all(finding.fixed for finding in outcome.findings)
    else:
        assert new == example.before
        expected = (State.BY_HAND, State.NOT_FIXED) if example.found else (State.UNCHANGED,)
        assert outcome.state in expected
        assert bool(outcome.findings) == example.found


@pytest.mark.parametrize(("rule", "example"), [case for case in CASES if case.values[1].kind == "fixed"])
def test_second_run_finds_nothing(rule: Rule, example: Example) -> None:
    assert example.after is not None
    outcome = outcome_of(rule, example, example.after)
    assert [finding.message for finding in outcome.findings] == []


@pytest.mark.parametrize(("rule", "example"), [case for case in CASES if case.values[1].by_hand is not None])
def test_nothing_is_found_in_what_a_person_wrote(rule: Rule, example: Example) -> None:
    assert example.kind == "reported"
    assert example.by_hand is not None
    assert outcome_of(rule, example, example.by_hand).findings == ()


@pytest.mark.parametrize("module", rules_by_module())
def test_rule_is_complete(module: str) -> None:
    rules = rules_by_module()
    others = [rule for name, rule in rules.items() if name != module]
    found = list(faults(rules[module], module, others))
    assert not found, "\n".join([f"{module} is not complete yet:", *found])


@pytest.mark.parametrize(("rule", "example"), [case for case in CASES if case.values[1].runnable])
def test_a_safe_rewrite_claims_enough(rule: Rule, example: Example) -> None:
    """A safe fix says what the new form does on 3, and what the old one did on 2, with a result that can be compared."""
    known = {f"{line} {side}" for line in "23" for side in ("before", "after", "by hand")}
    assert set(example.runs) <= known, "keys are such as '2 before', '3 after' and '3 by hand'"
    if rule.safety is Safety.SAFE and example.after is not None:
        assert {"2 before", "3 after"} <= set(example.runs)
        assert "result = " in example.before, "the program gives a result to compare"


def test_every_safe_rule_that_edits_code_is_proved() -> None:
    examples = [(rule, example) for rule in all_rules() for example in rule.examples if example.runnable]
    proved = {rule.code for rule, example in examples if example.after is not None}
    unproved = sorted(
        rule.code
        for rule in all_rules()
        if rule.safety is Safety.SAFE
        and rule.code not in proved
        and any(example.after for example in rule.examples if example.path.endswith(".py"))
    )
    assert not unproved, f"safe rules without a program that proves them: {unproved}"
