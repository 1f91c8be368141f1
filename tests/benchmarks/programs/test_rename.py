import json

import pytest

from benchmarks.programs.rename import rename, rename_text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('mlflow.sklearn.log_model(m, "x")', 'mlflow.sklearn.log_model(m, name="x")'),
        ('mlflow.sklearn.log_model(m, artifact_path="x")', 'mlflow.sklearn.log_model(m, name="x")'),
        ('mlflow.pyfunc.log_model("x", python_model=m)', 'mlflow.pyfunc.log_model(name="x", python_model=m)'),
        (
            'é = mlflow.xgboost.log_model(m, artifact_path=f"{é}")',
            'é = mlflow.xgboost.log_model(m, name=f"{é}")',
        ),
    ],
)
def test_the_argument_is_renamed(before: str, after: str) -> None:
    assert rename_text(before) == (after, 1)


@pytest.mark.parametrize(
    "code",
    [
        'mlflow.spark.log_model(m, "x")',
        'client.log_model(m, artifact_path="x")',
        'mlflow.log_artifact("f", artifact_path="x")',
        'mlflow.sklearn.log_model(m, name="x")',
        "mlflow.sklearn.log_model(m, *rest)",
        "this is not Python",
    ],
)
def test_other_code_stays(code: str) -> None:
    assert rename_text(code) == (code, 0)


def test_scripts_and_notebooks_of_a_folder_are_renamed(tmp_path) -> None:
    (tmp_path / "a.py").write_text('mlflow.sklearn.log_model(m, "x")\n')
    cell = {"cell_type": "code", "source": ["%matplotlib inline\n", 'mlflow.sklearn.log_model(m, "x")']}
    (tmp_path / "b.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [cell]}))
    (tmp_path / "c.py").write_bytes(b"\xff\xfe")
    assert rename(tmp_path) == 2
    source = json.loads((tmp_path / "b.ipynb").read_text())["cells"][0]["source"]
    assert source == ["%matplotlib inline\n", 'mlflow.sklearn.log_model(m, name="x")']
