"""Calls that a fix makes longer stay within the line length of their file."""

from __future__ import annotations

import pytest

from codemod.engine import migrate
from codemod.settings import Settings

HEAD = "import mlflow\n"
LONG = 'mlflow.sklearn.log_model(model, name="churn", signature=signature)'


def fixed(text: str, path: str = "a.py") -> str:
    outcome = migrate(path, text.encode(), Settings(select=("MLF103",)))
    assert outcome.reason == ""
    return outcome.new.decode()


def test_a_call_that_would_be_too_long_gets_one_argument_a_line() -> None:
    assert fixed(f"{HEAD}if model:\n    info = {LONG}  # kept\n") == (
        f"{HEAD}if model:\n"
        "    info = mlflow.sklearn.log_model(\n"
        "        model,\n"
        '        name="churn",\n'
        "        signature=signature,\n"
        '        serialization_format="cloudpickle",\n'
        "    )  # kept\n"
    )


def test_one_that_is_short_enough_stays_on_its_line() -> None:
    assert '(model, "m", serialization_format="cloudpickle")\n' in fixed(
        f'{HEAD}mlflow.sklearn.log_model(model, "m")\n'
    )


def test_the_limit_is_that_of_the_file() -> None:
    wide = f"{HEAD}x = {'x' * 110}\n{LONG}\n"
    assert f'{LONG[:-1]}, serialization_format="cloudpickle")\n' in fixed(wide)


def test_the_limit_is_not_that_of_its_comments() -> None:
    assert "log_model(\n" in fixed(f"{HEAD}# {'x' * 110}\n{LONG}\n")


@pytest.mark.parametrize(("columns", "wrapped"), [(88, False), (89, True)])
def test_a_short_file_may_have_lines_as_long_as_blacks(columns: int, wrapped: bool) -> None:
    end = '", serialization_format="cloudpickle")'
    begin = 'mlflow.sklearn.log_model(model, "'
    call = f"{begin}{'m' * (columns - len(begin) - len(end))}"
    assert (f"{call}{end}\n" in fixed(f'{HEAD}{call}")\n')) is not wrapped


@pytest.mark.parametrize(("columns", "wrapped"), [(60, True), (101, True), (102, False)])
def test_the_limit_of_the_project_outweighs_that_of_the_file(columns: int, wrapped: bool) -> None:
    settings = Settings(select=("MLF103",), line_length=columns)
    text = f"{HEAD}{LONG}\n" if columns > len(LONG) else f'{HEAD}mlflow.sklearn.log_model(model, "m")\n'
    assert ("log_model(\n" in migrate("a.py", text.encode(), settings).new.decode()) is wrapped


def test_a_line_that_was_too_long_stays_one() -> None:
    text = HEAD + "x = 1\n" * 300 + f"mlflow.sklearn.log_model(model, name={'n' * 120})\n"
    assert f'{"n" * 120}, serialization_format="cloudpickle")\n' in fixed(text)


def test_tabs_and_line_ends_are_those_of_the_file() -> None:
    new = fixed(f"{HEAD}if model:\n\t{LONG}\n".replace("\n", "\r\n"))
    assert '\r\n\t\tserialization_format="cloudpickle",\r\n\t)\r\n' in new
    assert "\n" not in new.replace("\r\n", "")


def test_a_call_of_several_lines_is_wrapped_anew_when_one_of_them_outgrows_the_limit() -> None:
    text = f'{HEAD}mlflow.sklearn.log_model(\n    model, name="churn", signature=signature, input_example=example\n)\n'
    assert fixed(text).splitlines()[1:] == [
        "mlflow.sklearn.log_model(",
        "    model,",
        '    name="churn",',
        "    signature=signature,",
        "    input_example=example,",
        '    serialization_format="cloudpickle",',
        ")",
    ]


@pytest.mark.parametrize(
    "call",
    [
        # Comments between arguments have an order that only a person knows.
        'mlflow.sklearn.log_model(  # the model\n    model, name="churn", signature=signature, input_example=example\n)',
        # So have values of several lines.
        'mlflow.sklearn.log_model(model, name="churn", signature=signature, metadata={\n    "a": 1,\n})',
    ],
)
def test_what_has_an_order_of_its_own_keeps_it(call: str) -> None:
    new = fixed(f"{HEAD}{call}\n")
    assert new != f"{HEAD}{call}\n"
    assert new.replace(', serialization_format="cloudpickle"', "") == f"{HEAD}{call}\n"


@pytest.mark.parametrize("comment", ["# noqa: E501", "# type: ignore[attr-defined]", "# pylint: disable=all"])
def test_a_comment_for_tools_stays_on_the_line_that_it_is_about(comment: str) -> None:
    new = fixed(f"{HEAD}{LONG}  {comment}\n")
    assert f'{LONG[:-1]}, serialization_format="cloudpickle")  {comment}\n' in new


def test_a_line_of_ipython_stays_one() -> None:
    text = f"# Databricks notebook source\n{HEAD}\n# COMMAND ----------\n\n%time {LONG}\n"
    new = fixed(text)
    assert "log_model(\n" not in new
