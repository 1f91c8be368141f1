"""What comes out when somebody decides about each fix: what was accepted, all of it, and nothing else."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codemod.documents import open_document
from codemod.documents.base import Cell, TextEdit
from codemod.engine import migrate
from codemod.findings import Finding, Location, Outcome, Safety, State
from codemod.gate.fingerprints import fingerprints
from codemod.rewriting.decisions import Decisions, Question
from codemod.rules import all_rules
from codemod.rules.base import Example, Rule
from codemod.settings import Settings

EVERY = Settings(unsafe=True)


def settings_of(rule: Rule, example: Example) -> Settings:
    select = ("MLF1", "MLF2", "MLF3", "MLF4", "MLF5", rule.code) if rule.opt_in else ()
    return replace(EVERY, select=select, **example.settings)  # type: ignore[arg-type]


CASES = [
    pytest.param(example.path, example.before, settings_of(rule, example), id=f"{rule.code}-{example.title}")
    for rule in all_rules()
    for example in rule.examples
    if example.kind == "fixed"
]
STATEMENTS = (
    "from mlflow import MlflowClient",
    "mlflow.sklearn.log_model(model, 'model')",
    "mlflow.xgboost.log_model(model, artifact_path='a/b')  # keep",
    "mlflow.pytorch.log_model(\n    net,  # the net\n    'net',\n)",
    "mlflow.pyfunc.log_model('m', python_model=mlflow.pyfunc.load_model(f'runs:/{r}/a/b'), code_path=['x'])",
    "mlflow.sklearn.log_model(mlflow.sklearn.log_model(a, 'a'), 'b')",
    "with mlflow.start_run() as run:\n    print(run.info.run_uuid, run.info.run_uuid)",
    "mlflow.sklearn.log_model(m, 'm'); mlflow.sklearn.log_model(m, 'm')",
    "MlflowClient().transition_model_version_stage('m', 1, 'Production')",
    "mlflow.pyfunc.load_model('models:/m/Production')",
    "mlflow.evaluate(m, custom_metrics=[f])",
)
# Statements with a call inside a call that may both change, in one round each.
NESTED = ("log_model(mlflow.sklearn", "python_model=mlflow.pyfunc")
sources = st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=6).map(
    lambda lines: "\n".join(["import mlflow", *lines, ""])
)


def decide(path: str, text: str, choice: Settings, decisions: object) -> tuple[Outcome, Decisions, list[Question]]:
    """Run the engine with a function that decides; give what was asked as well."""
    asked: list[Question] = []

    def ask(question: Question) -> bool | None:
        asked.append(question)
        return decisions(question)  # type: ignore[operator]

    choices = Decisions(ask)
    outcome = migrate(path, text.encode(), choice, choices)
    assert outcome.state is not State.FAILED, outcome.reason
    return outcome, choices, asked


def remembered(path: str, choices: Decisions) -> set[str]:
    names = fingerprints(path, [finding for finding, _ in choices.findings])
    return {name for name, (_, decision) in zip(names, choices.findings, strict=True) if decision is False}


def check_decisions(path: str, text: str, choice: Settings, answers: Iterable[bool]) -> int:
    """Whatever is answered: the declined is as it was, and the next run asks about nothing else.

    Returns:
        How many answers were asked for.
    """
    given = iter(answers)
    outcome, choices, asked = decide(path, text, choice, lambda _: next(given))
    declined = remembered(path, choices)
    new = (outcome.new or b"").decode()
    again, later, questions = decide(path, new, choice, lambda _: False)
    assert again.new == outcome.new
    names = fingerprints(path, questions[0].findings) if questions else []
    of_questions = {names[index] for question in questions for index in positions(question)}
    assert of_questions <= declined
    assert remembered(path, later) == declined
    return len(asked)


def coins(seed: int) -> list[bool]:
    source = random.Random(seed)
    return [source.random() < 0.5 for _ in range(1000)]


def positions(question: Question) -> list[int]:
    return [index for index, finding in enumerate(question.findings) if finding is question.finding]


@pytest.mark.parametrize(("path", "before", "choice"), CASES)
class TestExamples:
    def test_all_accepted_is_what_apply_does(self, path: str, before: str, choice: Settings) -> None:
        plain = migrate(path, before.encode(), choice)
        outcome, _, asked = decide(path, before, choice, lambda _: True)
        assert asked
        assert outcome.new == plain.new
        assert outcome.findings == plain.findings

    @pytest.mark.parametrize("answer", [False, None])
    def test_nothing_accepted_changes_nothing(
        self, path: str, before: str, choice: Settings, answer: bool | None
    ) -> None:
        outcome, choices, asked = decide(path, before, choice, lambda _: answer)
        assert outcome.new == before.encode()
        assert not any(finding.fixed for finding in outcome.findings)
        assert outcome.state in (State.NOT_FIXED, State.BY_HAND)  # by hand, when nothing in the file can be fixed
        assert bool(remembered(path, choices)) == (answer is False)
        assert len(asked) == asked[0].total

    def test_one_accepted_is_its_own_edit(self, path: str, before: str, choice: Settings) -> None:
        _, _, all_asked = decide(path, before, choice, lambda _: False)
        for number in range(len(all_asked)):
            count = iter(range(1000))
            outcome, _, asked = decide(path, before, choice, lambda _, n=number, c=count: next(c) == n)
            edits = asked[number].finding.edits
            assert outcome.new == open_document(path, before.encode()).render(edits)

    def test_some_accepted(self, path: str, before: str, choice: Settings) -> None:
        done: list[list[bool]] = []
        for answers in map(coins, range(4)):
            if not any(answers[: len(given)] == given for given in done):  # the same answers do the same
                done.append(answers[: check_decisions(path, before, choice, answers)])


@given(sources, st.integers(0, 100), st.booleans())
@settings(max_examples=60, deadline=None)
def test_some_accepted_of_many(text: str, seed: int, as_notebook: bool) -> None:
    if as_notebook:
        cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": text}
        text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    check_decisions("a.ipynb" if as_notebook else "a.py", text, EVERY, coins(seed))


@given(sources, st.sets(st.sampled_from(["MLF101", "MLF102", "MLF103", "MLF104", "MLF403"])))
@settings(max_examples=60, deadline=None)
def test_a_rule_that_is_always_declined_might_as_well_not_run(text: str, declined: set[str]) -> None:
    expected = migrate("a.py", text.encode(), replace(EVERY, ignore=tuple(sorted(declined))))
    outcome, _, _ = decide("a.py", text, EVERY, lambda question: question.finding.code not in declined)
    assert outcome.new == expected.new


def test_each_question_shows_what_was_accepted_before() -> None:
    text = "import mlflow\nmlflow.sklearn.log_model(model, 'model')\n"
    shown: list[tuple[str, str]] = []

    def look(question: Question) -> bool:
        (old,), (new,) = question.change()
        shown.append((old, new))
        return True

    outcome, _, _ = decide("a.py", text, Settings(), look)
    named = text.replace("'model'", "name='model'")
    assert shown == [(text, named), (named, (outcome.new or b"").decode())]


@given(st.lists(st.sampled_from([each for each in STATEMENTS if not any(text in each for text in NESTED)]), max_size=6))
@settings(max_examples=60, deadline=None)
def test_what_is_shown_is_what_is_done(lines: list[str]) -> None:
    """Each question begins with the end of the one before, unless a call waits for the one inside it."""
    text = now = "\n".join(["import mlflow", *lines, ""])

    def look(question: Question) -> bool:
        nonlocal now
        (old,), (new,) = question.change()
        assert old == now != new
        now = new
        return True

    outcome, _, _ = decide("a.py", text, EVERY, look)
    assert now == (outcome.new or b"").decode()


def test_what_only_the_new_text_shows_is_asked() -> None:
    text = "import mlflow\nmlflow.sklearn.log_model(mlflow.sklearn.log_model(a, 'a'), 'b')\n"
    _, _, asked = decide("a.py", text, Settings(select=("MLF101",)), lambda _: True)
    assert [(question.number, question.total) for question in asked] == [(1, 2), (2, 2)]


class TestDoubt:
    """A declined fix whose place is lost must not be taken by an answer that was given for all further ones."""

    CELL = (Cell("run(a)", "run(a)"),)

    def none(self, wanted: object) -> list[TextEdit]:
        return []

    def finding(self, message: str, start: int, end: int) -> Finding:
        place = Location(0, start, end, 1, start + 1, 1, end + 1)
        return Finding("MLF101", message, place, Safety.SAFE, (), fixed=True, source_line="run(a)")

    @pytest.mark.parametrize(
        ("message", "start", "end", "made"),
        [("other", 0, 6, ()), ("text", 1, 2, (TextEdit(0, 0, 6, "####"),))],
    )
    def test_is_asked_as_a_question_of_its_own(
        self, message: str, start: int, end: int, made: tuple[TextEdit, ...]
    ) -> None:
        asked: list[Question] = []

        def ask(question: Question) -> bool:
            asked.append(question)
            return False

        choices = Decisions(ask)
        assert choices(self.CELL, [self.finding("text", 0, 6)], (), self.none) == [False]
        assert choices(self.CELL, [self.finding(message, start, end)], made, self.none) == [False]
        assert [question.is_again for question in asked] == [False, True]

    def test_does_not_arise_where_the_place_only_moved(self) -> None:
        choices = Decisions(lambda question: question.finding.message == "yes")
        first = [self.finding("yes", 0, 6), self.finding("no", 0, 6)]
        assert choices(self.CELL, first, (), self.none) == [True, False]
        moved = (Cell("import x\nrun(b=a)", "import x\nrun(b=a)"),)
        made = (TextEdit(0, 0, 0, "import x\n"), TextEdit(0, 0, 6, "run(b=a)"))
        asked = len(choices.findings)
        assert choices(moved, [self.finding("no", 9, 17)], made, self.none) == [False]
        assert asked == 2
        assert choices.findings[0][1] is False
