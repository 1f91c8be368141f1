"""What the bytes of a file say of other files: the names, modules and stores that it takes or sets."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemod.names.reads import imports_read, includes_in, names_read, opens_runs, shared_names, stores_named


@pytest.mark.parametrize(
    ("line", "module"),
    [
        ("%run ./setup", ".setup"),
        ("%run setup.py", ".setup"),
        ("%run ./includes/setup.ipynb", ".includes.setup"),
        ("%run ../../shared/setup", "...shared.setup"),
        ('%run "./setup"', ".setup"),
        ("%run './model setup'", ".model setup"),
        ("%run ./model-setup", ".model-setup"),
        ('%run ./setup $env="prod" $reset=true', ".setup"),
        ('%run "./setup" $env="a/b"', ".setup"),
        ("# MAGIC %run ./setup", ".setup"),
        ("  %run ./setup  ", ".setup"),
        ("x = 1\r\n%run ./setup\r\ny = 2", ".setup"),
    ],
)
def test_files_that_a_notebook_takes_in(line: str, module: str) -> None:
    assert includes_in(line) == (module,)


@pytest.mark.parametrize(
    "line",
    [
        "%run /Shared/setup",
        '%run "/Shared/setup"',
        "%run {folder}/setup",
        "%run -i setup.py --epochs=3",
        "%run",
        "%run ..",
        "%running ./setup",
        "x = '%run ./setup'",
        "# see %run ./setup",
    ],
)
def test_files_that_nobody_can_tell_or_that_are_not_taken_in(line: str) -> None:
    assert includes_in(line) == ()


def test_files_are_taken_in_by_their_order() -> None:
    assert includes_in("%run ./a\n%run ./b\n") == (".a", ".b")


def test_modules_that_may_be_read() -> None:
    code = b"import os, pkg.sub as s\nfrom .near import (a,\n    b)\nfrom mlflow import log_metric\n"
    assert imports_read(code) >= {"os", "pkg", "pkg.sub", ".near", ".near.a", ".near.b"}
    assert ".lib.setup" in imports_read(b"%run ./lib/setup\n")
    assert imports_read(b"from pkg.do_import import run  # reimport this\n") == {"pkg.do_import", "pkg.do_import.run"}
    assert imports_read(b"from .a_from import b; import os.path\r\nx") == {".a_from", ".a_from.b", "os", "os.path"}
    assert imports_read(b'"source": "import os\\nfrom near import a\\n"') >= {"os", "near", "near.a"}


@pytest.mark.parametrize(
    "source",
    [
        ["%run ./lib/setup\n", "x = 1\n"],
        "%run ./lib/setup\nx = 1",
        ['%run "./lib/setup" $a="b"'],
        "x = 1\n%run ./lib/setup",
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_modules_that_a_notebook_takes_in(source: str | list[str], indent: int | None) -> None:
    assert ".lib.setup" in imports_read(json.dumps({"cells": [{"source": source}]}, indent=indent).encode())


def test_names_that_are_read_of_other_modules() -> None:
    assert names_read(b"from train import fit as f, OPTIONS\nfrom mlflow import log_model\n") == {"fit", "OPTIONS"}
    assert names_read(b"import pkg.train as t\nprint(t.OPTIONS, other.x)\n") == {"OPTIONS"}
    assert "OPTIONS" in names_read(b"from train import *\nprint(OPTIONS)\n")
    assert names_read(b"import mlflow\nmlflow.log_model()\n") == frozenset()
    assert "OPTIONS" in names_read(b"import pkg.train\nprint(pkg.train.OPTIONS)\n")


_PIECES = [
    "import train\n", "from pkg import train, fit as f\n", "from train import (OPTIONS,\n  fit)\n", "from train import *\n", "import pkg.train as t\n",
    "import mlflow\n", "train.OPTIONS", "t . fit", "pkg.train.OPTIONS", "mlflow.fit", "other.OPTIONS", "OPTIONS", " = ", "'train.OPTIONS'", '"fit"',
    "getattr(t, 'OPTIONS')", "import_module(name)", "xOPTIONS", ".fit", "\n", "(", "é.fit",
]  # fmt: skip


@given(
    st.lists(st.sampled_from(_PIECES), max_size=12),
    st.sets(st.sampled_from([b"OPTIONS", b"fit", b"train", b"x"]), min_size=1),
)
def test_names_that_are_asked_for_are_those_of_all(pieces: list[str], asked: set[bytes]) -> None:
    data = "".join(pieces).encode()
    names = {name.decode() for name in asked}
    assert names_read(data, frozenset(asked)) == names_read(data) & names


def test_stores_that_are_named() -> None:
    code = b'mlflow.set_tracking_uri("a")\nMlflowClient(tracking_uri=URI)\nos.environ["MLFLOW_TRACKING_URI"] = "b"\n'
    assert stores_named(code) == {"a", "URI", "b"}
    assert stores_named(b"mlflow.set_tracking_uri(mlflow.get_tracking_uri())\nx = 1\n") == frozenset()
    assert stores_named(b"x = 1\n") == frozenset()


@pytest.mark.parametrize(
    ("code", "opens"),
    [
        (b"with mlflow.start_run() as run:\n    pass\n", False),
        (b"with open(p) as f, mlflow.start_run():\n    pass\n", False),
        (b"run = mlflow.start_run()\n", True),
        (b"with mlflow.start_run():\n    mlflow.end_run()\n", True),
        (b"x = 1\n", False),
    ],
)
def test_runs_that_are_opened_without_with(code: bytes, *, opens: bool) -> None:
    assert opens_runs(code) is opens


def test_variables_whose_keys_a_fix_may_rename() -> None:
    code = b"OPTIONS = {'artifact_path': 'm'}\nlog = partial(log_model, m)\nlog_model(m, **OPTIONS, **kwargs)\n"
    assert shared_names(code) == {b"OPTIONS", b"log"}
    assert shared_names(b"f(**OPTIONS)\nOPTIONS = {}\n") == frozenset()
