"""The message about a file beside a model names the one argument that takes the file into it."""

from __future__ import annotations

import pytest

from codemod.engine import migrate
from codemod.settings import Settings

SKLEARN = "mlflow.sklearn.log_model(model, 'model')\n"
PYFUNC = "mlflow.pyfunc.log_model('model', python_model=model)\n"
FILE = "mlflow.log_artifact('labels.txt', 'model')\n"


def advice(body: str, **settings: str) -> str:
    outcome = migrate("a.py", f"import mlflow\n{body}".encode(), Settings(select=("MLF110",), **settings))
    return outcome.findings[0].message.rpartition("; ")[2]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            SKLEARN + FILE,
            "give it to `mlflow.sklearn.log_model` as `extra_files=`, which puts it into the model's `extra_files/`",
        ),
        (PYFUNC + FILE, "give it to `mlflow.pyfunc.log_model` as `artifacts=`"),
        (
            PYFUNC + "mlflow.log_text('a b', 'model/labels.txt')\n",
            "write it to a file and give it to `mlflow.pyfunc.log_model` as `artifacts=`",
        ),
        (
            "mlflow.transformers.log_model(model, artifact_path='model')\n" + FILE,
            "give it to `mlflow.transformers.log_model` as `code_paths=`, which puts it into the model's `code/`",
        ),
        # The model under another name does not count.
        (
            PYFUNC.replace("'model'", "'other'") + SKLEARN + FILE,
            "give it to `mlflow.sklearn.log_model` as `extra_files=`, which puts it into the model's `extra_files/`",
        ),
        # Two flavors under one name: which one the file is for, nobody can tell.
        (
            PYFUNC + SKLEARN + FILE,
            "give it to the model's `log_model` (pyfunc takes `artifacts=`, most other flavors `extra_files=`)",
        ),
    ],
)
def test_the_argument_is_that_of_the_models_flavor(body: str, expected: str) -> None:
    assert advice(body) == expected


def test_the_argument_must_be_there_on_both_lines() -> None:
    assert "`code_paths=`" in advice(SKLEARN + FILE, target="both")
    assert "`extra_files=`" in advice(SKLEARN.replace("sklearn", "pytorch") + FILE, target="both")
