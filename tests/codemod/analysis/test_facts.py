"""Facts are read from resolved code; words in comments and docstrings are none."""

from __future__ import annotations

import ast

import pytest

from codemod.analysis.context import Context
from codemod.analysis.facts import Facts
from codemod.analysis.parsing import read_document
from codemod.engine import migrate
from codemod.engine.project import alone
from codemod.settings import Settings


def context_of(code: str, path: str = "example.py") -> Context:
    reading = read_document(path, code.encode())
    namespace = reading.namespaces[0]
    return Context(
        namespace.names, reading.document.cells, namespace.trees, Settings(), reading.document.kind, alone=alone
    )


def facts_of(code: str) -> Facts:
    return context_of(code).facts


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.environ['A'] = '1'\n",
        "from os import environ as env, environ\nenviron['A'] = '1'\n",
        "import os\nos.environ.setdefault('A', '1')\n",
        "import os\nos.environ.update({'A': '1'})\n",
        "import os\nos.environ.update(A='1')\n",
        "import os\nVALUES = {'A': '1'}\nos.environ.update(VALUES)\n",
        "import os\nNAME = 'A'\nos.environ[NAME] = '1'\n",
        "def test(monkeypatch):\n    monkeypatch.setenv('A', '1')\n",
        "import os\ndef test(monkeypatch):\n    monkeypatch.setitem(os.environ, 'A', '1')\n",
        "from unittest import mock\n@mock.patch.dict('os.environ', {'A': '1'})\ndef test(): ...\n",
        "import os\nfrom unittest import mock\nwith mock.patch.dict(os.environ, A='1'):\n    pass\n",
        "from mlflow import environment_variables as e\ne.A.set('1')\n",
        "import os\nfrom mlflow.environment_variables import A\nos.environ[A.name] = '1'\n",
        "# Databricks notebook source\n# MAGIC %env A=1\n",
        "# Databricks notebook source\n# MAGIC %set_env A 1\n",
    ],
)
def test_variables_that_code_sets(code: str) -> None:
    assert facts_of(code).sets("A")


@pytest.mark.parametrize(
    "code",
    [
        "# os.environ['A'] = '1'\n",
        '"""Set A before you start."""\n',
        "import os\nprint(os.environ['A'])\n",
        "import os\nprint(os.environ.get('A', '1'))\n",
        "settings['A'] = '1'\n",
        "settings.update(A='1')\n",
        "# Databricks notebook source\n# %env A=1\n",
    ],
)
def test_variables_that_code_does_not_set(code: str) -> None:
    assert not facts_of(code).sets("A")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import mlflow\nmlflow.autolog()\n", True),
        ("import mlflow\nmlflow.sklearn.autolog(log_models=True)\n", True),
        ("import mlflow\nf = getattr(mlflow, flavor)\nf.autolog()\n", True),
        ("import mlflow\nmlflow.autolog(log_models=False)\n", False),
        ('"""Not for use with autolog."""\nimport mlflow\n', False),
        ("import mlflow\n# mlflow.autolog()\n", False),
        ("class Log:\n    def autolog(self): ...\nLog().autolog()\n", False),
    ],
)
def test_autologging(code: str, *, expected: bool) -> None:
    assert facts_of(code).autologs is expected


def test_packages_that_are_imported() -> None:
    facts = facts_of("import lightning.pytorch as pl\nfrom xgboost import train\nfrom .keras import net\n# torch\n")
    assert facts.imports("lightning")
    assert facts.imports("lightning.pytorch")
    assert facts.imports("xgboost", "torch")
    assert not facts.imports("torch", "keras")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import mlflow\n", True),
        ("from mine import mlflow_client\n", True),
        ("def f(mlflow_uri): ...\n", True),
        ("x = load('mlflow.yaml')\n", True),
        ("# mlflow\n", False),
        ('"""For MLflow."""\n', False),
    ],
)
def test_code_that_names_mlflow(code: str, *, expected: bool) -> None:
    assert facts_of(code).names_mlflow is expected


def test_callers_of_own_functions_and_methods() -> None:
    context = context_of("def f(a): ...\nclass C:\n    def g(self): f(1)\nf(2)\nC().g()\n")
    calls = {ast.unparse(call) for calls in context.facts.callers.values() for call in calls}
    assert calls == {"f(1)", "f(2)", "C().g()"}


def found(code: str, rule: str) -> list[str]:
    return [finding.code for finding in migrate("job.py", code.encode(), Settings(select=(rule,))).findings]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (
            "MLF501",
            "import mlflow\n# TODO: MLFLOW_ALLOW_FILE_STORE was considered\nmlflow.set_tracking_uri('file:./runs')\n",
        ),
        (
            "MLF206",
            '"""Not for use with autolog."""\nimport mlflow\nmlflow.log_artifact("a.pkl", "a")\n'
            'mlflow.register_model(f"runs:/{run_id}/a", "line")\n',
        ),
        (
            "MLF505",
            "import mlflow\nfrom urllib.parse import urlparse\n# no set_tracking_uri here\n"
            'local = urlparse(mlflow.get_tracking_uri()).scheme == "file"\n',
        ),
    ],
)
def test_a_comment_silences_no_rule(rule: str, code: str) -> None:
    assert found(code, rule) == [rule]
