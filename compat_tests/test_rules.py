"""What the codemod's rules claim about MLflow, run on the real one: the old form, the new form, and that both do the same.

The programs are the rules' own examples: what a rule says of itself in its documentation is what is run here.
"""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from codemod.rules import all_rules
from codemod.rules.base import Example, Rule, Run
from compat_tests import environments
from compat_tests.environments import PROJECT, Environment
from compat_tests.programs import Outcome, outcomes_of


@dataclass(frozen=True, slots=True)
class Claim:
    """One program of one example on one line of MLflow.

    Attributes:
        rule: The rule that claims it.
        example: The example whose program is run.
        side: ``before``, ``after`` or ``by hand``.
        line: ``2`` or ``3``.
        expected: What the rule says will happen.
    """

    rule: Rule
    example: Example
    side: str
    line: str
    expected: Run

    @property
    def program(self) -> str:
        """The text of the program."""
        example = self.example
        text = {"before": example.before, "after": example.after, "by hand": example.by_hand}[self.side]
        assert text is not None, f"{self}: claims something of a text that the example does not have"
        return text

    def __str__(self) -> str:
        """Return the claim's name."""
        return f"{self.rule.code}: {self.example.title}: {self.line} {self.side}"


EXAMPLES = [(rule, example) for rule in all_rules() for example in rule.examples if example.runnable]
CLAIMS = [
    Claim(rule, example, side, line, expected)
    for rule, example in EXAMPLES
    for key, expected in example.runs.items()
    for line, side in [key.split(" ", 1)]
]


def run_programs(client: Environment, claims: list[Claim]) -> Mapping[str, Outcome]:
    """Runs the programs of ``claims`` and returns their outcomes by the claims' names."""
    texts = {str(claim): claim.program for claim in claims}
    return outcomes_of(texts, client.command(), client.variables({"PYTHONPATH": str(PROJECT)}))


@pytest.fixture(scope="module")
def outcomes(client_line: str) -> Mapping[str, Outcome]:
    """Outcomes of all programs that have a claim for the line under test."""
    return run_programs(environments.client(client_line), [claim for claim in CLAIMS if claim.line == client_line])


@pytest.fixture(scope="module")
def outcomes_before(client_line: str, outcomes: Mapping[str, Outcome]) -> Mapping[str, Outcome]:
    """Outcomes of the old forms on MLflow 2: what every new form must still do."""
    if client_line == "2":
        return outcomes
    return run_programs(environments.client("2"), [c for c in CLAIMS if (c.line, c.side) == ("2", "before")])


def before_on_2(claim: Claim) -> Claim | None:
    """Return the claim about the old form on MLflow 2 if that is said to end normally."""
    expected = claim.example.runs.get("2 before")
    return Claim(claim.rule, claim.example, "before", "2", expected) if expected and expected.raises is None else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Makes one test of each claim about the line under test, and one of each pair of forms that must do the same."""
    line = importlib.metadata.version("mlflow").split(".")[0]
    claims = [claim for claim in CLAIMS if claim.line == line]
    if "claim" in metafunc.fixturenames:
        metafunc.parametrize("claim", claims, ids=str)
    if "new" in metafunc.fixturenames:
        pairs = [
            (claim, before_on_2(claim)) for claim in claims if claim.side != "before" and claim.expected.raises is None
        ]
        metafunc.parametrize(("new", "old"), [(new, old) for new, old in pairs if old], ids=str)


def test_a_claim_holds(claim: Claim, outcomes: Mapping[str, Outcome]) -> None:
    outcome, expected = outcomes[str(claim)], claim.expected
    said = "\n".join(outcome.messages)
    if expected.raises is None:
        assert outcome.error is None, f"{claim} should end normally"
    else:
        kind, _, pattern = expected.raises.partition(": ")
        assert outcome.error is not None, f"{claim} should raise {expected.raises}"
        actual_kind, _, text = outcome.error.partition(": ")
        assert actual_kind == kind, outcome.error
        assert re.search(pattern, text), outcome.error
    if expected.says is not None:
        assert re.search(expected.says, said), f"{claim} should say {expected.says!r}, it said:\n{said}"
    if expected.silent is not None:
        assert not re.search(expected.silent, said), f"{claim} should not say {expected.silent!r}, it said:\n{said}"


def test_the_new_form_does_what_the_old_one_did_on_mlflow_2(
    new: Claim, old: Claim, outcomes: Mapping[str, Outcome], outcomes_before: Mapping[str, Outcome]
) -> None:
    assert outcomes[str(new)].result == outcomes_before[str(old)].result
