"""Which files the rules look at: never fewer than those in which they find something."""

import json

import pytest

from codemod import mlflow_api
from codemod.engine import migrate
from codemod.engine.triggers import concerned, triggers
from codemod.findings import State
from codemod.names.reads import words_of_file
from codemod.rules import all_rules
from codemod.rules.removed.vocabulary import DATA_FILE, speaks_of_removed
from codemod.settings import Settings
from development import vocabulary

MOVED = next(rule for rule in all_rules() if rule.code == "MLF409")
PLACES = json.loads(DATA_FILE.read_text())["places"]


def test_every_name_that_is_gone_is_found_by_the_way_that_leads_to_it() -> None:
    for path, (gone, _, _) in PLACES.items():
        for name in gone:
            if mlflow_api.kind_in_api(path) == "module":
                code = f"from {path} import {name}\n"
                assert triggers((MOVED,)).search(code.encode()), code


def test_the_data_was_read_from_the_api_data_that_is_here() -> None:
    read_from = json.loads(DATA_FILE.read_bytes())["api"]
    assert read_from == vocabulary.digest(), (
        f"the API data is another one now; refresh {DATA_FILE.name}: {vocabulary.COMMAND}"
    )


def test_the_data_is_what_the_api_says_of_these_names() -> None:
    """The whole page takes a minute to make, so a part of it is held against the API data."""
    for path in ("mlflow.langchain.Schema", "mlflow.types.llm.ChatRequest", "mlflow.entities.Prompt.template"):
        place, _, name = path.rpartition(".")
        assert vocabulary._reporting(path) == {"MLF409"}
        assert name in PLACES[place][0]
    for path in ("mlflow.log_metric", "mlflow.MlflowClient.get_run", "mlflow.start_run"):
        place, _, name = path.rpartition(".")
        assert vocabulary._reporting(path) == set()
        assert name not in PLACES[place][0]


@pytest.mark.parametrize(
    "code",
    [
        "import mlflow\nmlflow.start_run()\nprint(run.info)\n",
        "import mlflow\nmlflow.log_metric('Schema', 1)\n",
        "from mlflow import MlflowClient\nMlflowClient().get_run('1')\n",
    ],
)
def test_a_common_word_alone_is_no_reason_to_parse(code: str) -> None:
    assert not speaks_of_removed(words_of_file(code.encode()))


@pytest.mark.parametrize(
    "code",
    [
        "import mlflow\nprint(getattr(mlflow, 'evaluate'))\n",
        "from unittest import mock\nmock.patch('mlflow.evaluate')\n",
        "from mlflow import *\nget_last_active_trace()\n",
        "import mlflow as ml\nml.langchain.Schema\n",
        "def f(client):\n    return client.list_experiments()  # of mlflow\n",
    ],
)
def test_other_ways_to_a_name(code: str) -> None:
    assert speaks_of_removed(words_of_file(code.encode()))


def test_a_word_begins_behind_an_escape_of_a_notebook() -> None:
    assert "evaluate" in words_of_file(rb'"import mlflow\nevaluate(\tmodel)"')
    assert triggers(tuple(rule for rule in all_rules() if rule.code == "MLF405")).search(rb'"mlflow\nevaluate(m)"')


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_every_rule_sees_the_files_of_its_examples(rule) -> None:
    for example in rule.examples:
        if example.found and example.path.endswith((".py", ".ipynb")):
            assert concerned((rule,), example.before.encode())


_LFS_POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


def test_a_file_that_speaks_of_mlflow_must_be_readable() -> None:
    """Whatever words it has: nobody knows what broken code means."""
    assert migrate("a.py", b"import mlflow\nprint 1\n", Settings()).state is State.FAILED
    assert migrate("a.py", b"import mlflow\nprint 1\n", Settings(select=("MLF103",))).state is State.FAILED
    assert migrate("a.ipynb", b'{"cells": [{"source": ["import mlflow', Settings()).state is State.FAILED
    assert migrate("a.py", b"# codemod: skip-file\nimport mlflow\nprint 1\n", Settings()).state is State.SKIPPED
    assert migrate("a.py", b"print 1\n", Settings()).state is State.UNCHANGED
    assert migrate("a.py", "import mlflow\n".encode("utf-16"), Settings()).state is State.FAILED
    assert migrate("a.py", "import mlflow\n".encode("utf-16-le"), Settings()).state is State.FAILED
    assert migrate("a.py", "import os\n".encode("utf-16"), Settings()).state is State.UNCHANGED
    assert migrate("a.ipynb", _LFS_POINTER, Settings()).state is State.FAILED
    assert migrate("a.py", b"import mlflow\n", Settings()).state is State.UNCHANGED


def test_a_broken_cell_that_speaks_of_mlflow_is_named() -> None:
    text = b"# Databricks notebook source\nimport os\n# COMMAND ----------\nimport mlflow as\n"
    outcome = migrate("a.py", text, Settings())
    assert outcome.state is State.UNCHANGED
    assert [problem.startswith("cell 2, line 4") for problem in outcome.problems] == [True]
