"""What the codemod's rules claim about MLflow, as programs with what they must do.

The programs are the rules' own examples: what a rule says of itself in its documentation is what is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from codemod.engine import migrate
from codemod.rules import all_rules
from codemod.rules.base import Example, Rule, Run
from codemod.settings import Settings
from compat_tests.environments import PROJECT, Environment
from compat_tests.programs import ProgramResult, outcomes_of


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
        assert text is not None, f"{self}: claims something of a string that the example does not have"
        return text

    def __str__(self) -> str:
        """Return the claim's name."""
        return f"{self.rule.code}: {self.example.title}: {self.line} {self.side}"


CLAIMS = [
    Claim(rule, example, side, line, expected)
    for rule in all_rules()
    for example in rule.examples
    if example.runnable
    for key, expected in example.runs.items()
    for line, side in [key.split(" ", 1)]
]


def run_programs(client: Environment, claims: Iterable[Claim]) -> Mapping[str, ProgramResult]:
    """Run the programs of ``claims`` and return their outcomes by the claims' names."""
    texts = {str(claim): claim.program for claim in claims}
    return outcomes_of(texts, client.command(), client.variables({"PYTHONPATH": str(PROJECT)}))


def is_expected(claim: Claim, release: str) -> bool:
    """Return whether the rule says on a release of MLflow 3 what it claims of the newest: asked of the rule, with that release as the target.

    The old form need not fail where the rule finds nothing in it, and the new form need not run where the codemod writes another one.
    """
    example = claim.example
    target = example.settings.get("target", "3")
    if target == "3":
        target = ".".join(release.split(".")[:2])
    given: dict[str, Any] = {**example.settings, "target": target}
    outcome = migrate(example.path, example.before.encode(), replace(Settings(select=(claim.rule.code,)), **given))
    if claim.side == "after":
        return outcome.new == str(example.after).encode()
    return not example.found or bool(outcome.findings)


def before_on_2(claim: Claim) -> Claim | None:
    """Return the claim about the old form on MLflow 2 if that is said to end normally."""
    expected = claim.example.runs.get("2 before")
    return Claim(claim.rule, claim.example, "before", "2", expected) if expected and expected.raises is None else None


def contradiction(claim: Claim, outcome: ProgramResult) -> str | None:
    """Return how the outcome contradicts the claim, in one line; None when it holds."""
    expected, said = claim.expected, "\n".join(outcome.messages)
    if expected.raises is None:
        if outcome.error is not None:
            return f"should end normally, ended in {_line(outcome.error)}"
    else:
        if outcome.error is None:
            return f"should raise {expected.raises}, ended normally"
        kinds, _, pattern = expected.raises.partition(": ")
        actual, _, text = outcome.error.partition(": ")
        if actual not in kinds.split("|") or not re.search(pattern, text):
            return f"should raise {expected.raises}, raised {_line(outcome.error)}"
    if expected.says is not None and not re.search(expected.says, said):
        return f"should say {expected.says!r}, said {_line(said)!r}"
    if expected.silent is not None and re.search(expected.silent, said):
        return f"should not say {expected.silent!r}, said {_line(said)!r}"
    return None


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 300 else f"{line[:300]}…"
