"""Comments that silence: each finding that can get one has one, and the code says what it said."""

from __future__ import annotations

import ast
import json
from dataclasses import replace

import pytest
from hypothesis import example as explicit
from hypothesis import given, settings
from hypothesis import strategies as st

from codemod.analysis import suppressions
from codemod.engine import migrate
from codemod.errors import WrongUseError
from codemod.findings import Outcome, State
from codemod.gate.silencing import silence
from codemod.reports.base import left
from codemod.rules import all_rules
from codemod.settings import Settings

REASON = "moves in spring"
CASES = [
    pytest.param(each.path, each.before, settings_, id=f"{rule.code}-{each.title}")
    for rule in all_rules()
    for each in rule.examples
    if each.found
    for settings_ in [replace(Settings(select=(rule.code,)), **each.settings)]
]
LINE = "mlflow.xgboost.log_model(b, 'm')"
statements = st.sampled_from(
    [
        LINE,
        LINE + "  # keep",
        LINE + "  # type: ignore[attr]  # noqa: E501",
        LINE + "  # noqa",
        LINE + "; " + LINE,
        LINE + "  # noqa: MLF101 known",
        "mlflow.sklearn.log_model(\n    m,  # the model\n    'm'\n)",
        "mlflow.sklearn.log_model(m, '''m\nn''')",
        "mlflow.sklearn.log_model(m, f'''{x\n}m''', \\\n    signature=s)",
        "mlflow.sklearn \\\n    .log_model(m, 'm')",
        "x = '''\n''' + str(mlflow.sklearn.log_model(m, 'm')) + '''\n'''",
        "if x: " + LINE,
        "é = 'ü'; mlflow.sklearn.log_model(é, 'm')   ",
        "with mlflow.start_run() as run: print(run.info.run_uuid,\n    run.info.run_uuid)",
        "getattr(mlflow, f).log_model(m, 'm')",
        "'# noqa: MLF101'; " + LINE,
    ]
)
newlines = st.sampled_from(["\n", "\r\n", "\r"])


def silenced(path: str, data: bytes, choice: Settings) -> Outcome:
    """Silence, and hold what must be true of every input."""
    outcome = silence(path, data, choice, REASON)
    assert outcome.state is not State.FAILED, outcome.reason
    new = outcome.new or b""
    again = silence(path, new, choice, REASON)
    assert again.new == new
    checked = migrate(path, new, choice, lambda cells, findings, *_: [False] * len(findings))
    assert len(left(checked)) == len(left(outcome))
    assert all(finding.message.endswith("(no comment can be put on its lines)") for finding in left(outcome))
    return outcome


@pytest.mark.parametrize(("path", "before", "choice"), CASES)
def test_examples_of_the_rules(path: str, before: str, choice: Settings) -> None:
    outcome = silenced(path, before.encode(), choice)
    new = (outcome.new or b"").decode()
    if path.endswith(".ipynb"):
        return
    assert [line.split("  # noqa")[0] for line in new.splitlines()] == [
        line.split("  # noqa")[0].rstrip() if REASON in written else line
        for line, written in zip(before.splitlines(), new.splitlines(), strict=True)
    ]
    if "# /// script" in before:
        return  # its lines are TOML within comments
    if path.endswith(".py") and not {"%", "MAGIC"} & set(before.replace("%", " % ").split()):
        assert left(outcome) == []
        assert ast.dump(ast.parse(new)) == ast.dump(ast.parse(before))
        assert outcome.state is State.SUPPRESSED
        assert left(migrate(path, new.encode(), choice)) == []


@given(st.lists(statements, max_size=6), newlines, st.sampled_from(["utf-8", "utf-8-sig", "latin-1"]))
@explicit([LINE], "\n", "utf-8")
@settings(max_examples=120, deadline=None)
def test_programs(lines: list[str], newline: str, encoding: str) -> None:
    head = "# -*- coding: latin-1 -*-\n" if encoding == "latin-1" else ""
    text = head + "\n".join(["import mlflow", *lines])
    data = text.replace("\n", newline).encode(encoding)
    new = (silenced("a.py", data, Settings()).new or b"").decode(encoding)
    assert ast.dump(ast.parse(new)) == ast.dump(ast.parse(text))
    assert new.count("\r\n") == text.replace("\n", newline).count("\r\n")


@given(st.lists(statements, max_size=4))
@settings(max_examples=40, deadline=None)
def test_notebooks(lines: list[str]) -> None:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [{"text": "x"}], "execution_count": 3, "source": source}
        for source in ("import mlflow\n%time x = 1", "\n".join(lines), [f"{line}\n" for line in lines])
    ]
    old = {"cells": cells, "metadata": {"a": "é"}, "nbformat": 4, "nbformat_minor": 5}
    new = json.loads(silenced("a.ipynb", json.dumps(old, indent=3).encode(), Settings()).new or b"")
    for one, other in zip(old["cells"], new["cells"], strict=True):
        source = "".join(one.pop("source"))
        assert ast.dump(ast.parse("".join(other.pop("source")).replace("%time ", ""))) == ast.dump(
            ast.parse(source.replace("%time ", ""))
        )
    assert new == old


def written(path: str, text: str, **choice: object) -> str:
    return (silenced(path, text.encode(), Settings(**choice)).new or b"").decode()  # type: ignore[arg-type]


class TestPlace:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (LINE, LINE + "  # noqa: MLF101 moves in spring"),
            (LINE + "   ", LINE + "  # noqa: MLF101 moves in spring"),
            (LINE + " # why", LINE + " # why  # noqa: MLF101 moves in spring"),
            (LINE + "  # noqa", LINE + "  # noqa  # noqa: MLF101 moves in spring"),
            (LINE + "  # noqa: E501", LINE + "  # noqa: E501, MLF101 moves in spring"),
            (LINE + "  # NOQA:E501 long", LINE + "  # NOQA:E501, MLF101 moves in spring; long"),
            (LINE + "  # noqa: E501  # type: ignore", LINE + "  # noqa: E501, MLF101 moves in spring  # type: ignore"),
            (
                "mlflow.sklearn.log_model(m, 'm')  # noqa: MLF103 moves in spring",
                "mlflow.sklearn.log_model(m, 'm')  # noqa: MLF103, MLF101 moves in spring",
            ),
            (
                "mlflow.sklearn.log_model(\n    m, 'm',\n)",
                "mlflow.sklearn.log_model(  # noqa: MLF101, MLF103 moves in spring\n    m, 'm',\n)",
            ),
            (
                "mlflow.xgboost.log_model(b, '''a\nm''')",
                "mlflow.xgboost.log_model(b, '''a\nm''')  # noqa: MLF101 moves in spring",
            ),
            (
                "mlflow.xgboost \\\n    .log_model(b, 'm')",
                "mlflow.xgboost \\\n    .log_model(b, 'm')  # noqa: MLF101 moves in spring",
            ),
        ],
    )
    def test_in_python(self, old: str, new: str) -> None:
        assert written("a.py", f"import mlflow\n{old}\n", ignore=("MLF102",)) == f"import mlflow\n{new}\n"

    def test_where_none_can_be_put(self) -> None:
        text = "import mlflow\nx = f'''\n{mlflow.xgboost.log_model(b, 'm')}\n'''\n"
        outcome = silenced("a.py", text.encode(), Settings())
        assert outcome.new == text.encode()
        assert [finding.code for finding in left(outcome)] == ["MLF101"]
        assert outcome.state is State.BY_HAND

    def test_never_inside_a_text_though_newer_pythons_allow_it(self) -> None:
        """Since 3.12 a comment may stand in the braces of an f-string; before, it would be an error of syntax."""
        text = "import mlflow\nx = f'''{mlflow.xgboost.log_model(b,\n'm')}'''\n"
        lines = written("a.py", text).splitlines()
        assert lines[:2] == text.splitlines()[:2]
        assert lines[2].startswith("'m')}'''")

    @pytest.mark.parametrize(
        ("path", "old", "new"),
        [
            ("requirements.txt", "mlflow<3\n", "mlflow<3  # noqa: MLF502, MLF504 moves in spring\n"),
            ("requirements.txt", "mlflow==2.9 \\\n  --hash=sha256:1\n", None),
            (
                "environment.yml",
                "dependencies:\n  - mlflow=2.9\n",
                "dependencies:\n  - mlflow=2.9  # noqa: MLF502 moves in spring\n",
            ),
            (
                "pyproject.toml",
                '[project]\ndependencies = ["mlflow<3"] # pins\n',
                '[project]\ndependencies = ["mlflow<3"] # pins  # noqa: MLF502, MLF504 moves in spring\n',
            ),
            ("Dockerfile", "FROM python\nRUN pip install 'mlflow<3'\n", None),
        ],
    )
    def test_in_dependency_files(self, path: str, old: str, new: str | None) -> None:
        assert written(path, old) == (old if new is None else new)

    def test_in_a_notebook_of_databricks(self) -> None:
        text = f"# Databricks notebook source\n# MAGIC %pip install 'mlflow<3'\n\n# COMMAND ----------\n\nimport mlflow\n{LINE}\n"
        new = text.replace(LINE, LINE + "  # noqa: MLF101 moves in spring")
        assert written("a.py", text, select=("MLF101", "MLF502")) == new


def test_an_encoding_that_cannot_hold_the_reason() -> None:
    data = f"# -*- coding: latin-1 -*-\nimport mlflow\n{LINE}\n".encode("latin-1")
    outcome = silence("a.py", data, Settings(), "später €")
    assert outcome.state is State.FAILED
    assert outcome.reason.startswith("the comment cannot be written: ")
    assert outcome.new == data


@pytest.mark.parametrize("reason", ["", "  ", "two\nlines", "a # b", "MLF103 too", "e501"])
def test_reasons_that_are_none(reason: str) -> None:
    with pytest.raises(WrongUseError):
        suppressions.check_reason(reason)
