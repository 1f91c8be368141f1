"""docs/rules.md says what the rules say."""

import subprocess
import sys
from pathlib import Path

import pytest

from codemod.documentation import COMMAND, page
from codemod.rules import all_rules
from codemod.rules.base import Rule
from codemod.sources import changed_lines

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def rules_page() -> str:
    return page()


def test_the_page_is_current(rules_page: str) -> None:
    current = (PROJECT / "docs" / "rules.md").read_text("utf-8")
    assert current == rules_page, f"docs/rules.md is not what the rules say; refresh it: {COMMAND}"


def test_the_command_writes_the_page(rules_page: str) -> None:
    command = [sys.executable, *COMMAND.split(" > ")[0].split()[1:]]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True)
    assert done.stdout.decode("utf-8") == rules_page


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_every_rule_has_its_part(rule: Rule, rules_page: str) -> None:
    _, heading, rest = rules_page.partition(f"\n### {rule.code} {rule.name}\n")
    part = rest.partition("\n### ")[0]
    assert heading
    assert rule.why.strip() in part
    assert all(example.title in part for example in rule.examples)
    assert part.count("> line ") >= sum(example.kind == "reported" for example in rule.examples)


def test_a_diff_shows_the_whole_example() -> None:
    before = "import mlflow\n\nold(1)\nlast()\n"
    lines = changed_lines(before, before.replace("old", "new"))
    assert lines == [" import mlflow", " ", "-old(1)", "+new(1)", " last()"]
    assert changed_lines(before, None) == before.splitlines()
