"""What fixed code needs is known of the code itself: a second run asks for the same release as the first one did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codemod.engine import migrate
from codemod.rewriting.needed_release import newest
from codemod.rules import all_rules
from codemod.rules.base import Example, Rule
from codemod.settings import Settings

NEW = 'mlflow.sklearn.log_model(model, name="m", serialization_format="cloudpickle")\n'
OLD = 'mlflow.sklearn.log_model(model, "m", serialization_format="cloudpickle")\n'
KEYWORDS = ("trace_id=", "trace_ids=", "flush=", "name=", "serialization_format=", "tags=", "locations=")
# Arguments in dicts and partials, and branches on the version, are not told of the code alone.
OTHERWISE = ("**", "partial", "__version__")


def needs(text: str) -> str:
    return migrate("a.py", text.encode(), Settings()).needs


def examples(rule: Rule) -> list[Example]:
    fixed = [each for each in rule.examples if each.after and each.path.endswith(".py")]
    return [
        each
        for each in fixed
        if any(word in str(each.after) for word in KEYWORDS) and not any(word in str(each.after) for word in OTHERWISE)
    ]


@pytest.mark.parametrize("rule", [rule for rule in all_rules() if examples(rule)], ids=lambda rule: rule.code)
def test_fixed_code_needs_what_its_fixes_needed(rule: Rule) -> None:
    for example in examples(rule):
        settings = Settings(**{"select": (rule.code,), **dict(example.settings)})  # type: ignore[arg-type]
        first = migrate(example.path, example.before.encode(), settings)
        assert first.new is not None
        second = migrate(example.path, first.new, replace(settings, select=()))  # some rule reads the file again
        wanted = [finding.needs for finding in first.findings if finding.fixed]
        assert newest([*wanted, second.needs]) == second.needs, example.title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NEW, "3.0"),
        (OLD, ""),
        (NEW.replace("sklearn", "pytorch"), "3.11"),
        (NEW + NEW.replace("sklearn", "lightgbm"), "3.9"),
        ('mlflow.search_traces(locations=["1"])\n', "3.5"),
        ('mlflow.register_model("runs:/1/m", name="m")\n', ""),
        (NEW.replace("mlflow.sklearn", "wandb"), ""),
        (f"if int(mlflow.__version__[0]) >= 3:\n    {NEW}else:\n    {OLD}", ""),
        (f"try:\n    {NEW}except TypeError:\n    {OLD}", ""),
        (f"if model:\n    {NEW}", "3.0"),
    ],
)
def test_the_code_says_what_it_needs(text: str, expected: str) -> None:
    assert needs(f"import mlflow\n{text}") == expected
