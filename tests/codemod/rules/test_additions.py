"""What is added on request: asked for by name, once, in every kind of document, and in code that still means the same."""

import json

import pytest

from codemod.configuration import ConfigurationError, check_add, check_sample
from codemod.engine import migrate
from codemod.findings import State
from codemod.rules import IMPROVEMENTS, all_rules, selected
from codemod.settings import Settings

EVERYTHING = ("signature", "alias=champion", "autolog", "alias-readers=champion")

SCRIPT = """\
import mlflow
from sklearn.linear_model import Ridge

def train(X, y, name):
    model = Ridge()
    model.fit(X, y)
    return mlflow.sklearn.log_model(
        model,
        "model",
        registered_model_name=f"{name}-ridge",
    ).model_uri

def read(name):
    return mlflow.pyfunc.load_model(f"models:/{name}-ridge/latest")
"""

ADDED = """\
import mlflow
from sklearn.linear_model import Ridge
from mlflow import MlflowClient
from mlflow.models import infer_signature

def train(X, y, name):
    model = Ridge()
    mlflow.sklearn.autolog(log_models=False)
    model.fit(X, y)
    registered_name = f"{name}-ridge"
    model_info = mlflow.sklearn.log_model(
        model,
        name="model",
        registered_model_name=registered_name,
        serialization_format="cloudpickle",
        signature=infer_signature(X, model.predict(X[:5])),
        input_example=X[:5],
    )
    MlflowClient().set_registered_model_alias(registered_name, "champion", model_info.registered_model_version)
    return model_info.model_uri

def read(name):
    return mlflow.pyfunc.load_model(f"models:/{name}-ridge@champion")
"""


def outcome_of(text: str, **settings: object):
    return migrate("example.py", text.encode(), Settings(**settings))  # type: ignore[arg-type]


def imports_first(text: str) -> list[str]:
    """The lines of a string, its imports sorted: which of two new ones comes first is no matter."""
    lines = text.splitlines()
    return sorted(line for line in lines[:6] if "import" in line) + [line for line in lines if "import" not in line]


def test_nothing_is_added_without_being_asked_for() -> None:
    codes = {rule.code for rule in selected(Settings())}
    assert not codes & set(IMPROVEMENTS.values())
    assert {rule.code for rule in all_rules() if rule.opt_in} == set(IMPROVEMENTS.values())


@pytest.mark.parametrize("name", IMPROVEMENTS)
def test_add_chooses_a_rule_beside_all_others(name: str) -> None:
    usual = {rule.code for rule in selected(Settings())}
    value = name if not name.startswith("alias") else f"{name}=champion"
    assert {rule.code for rule in selected(Settings(add=(value,)))} == usual | {IMPROVEMENTS[name]}
    assert {rule.code for rule in selected(Settings(add=(value,), select=("MLF101",)))} == {
        "MLF101",
        IMPROVEMENTS[name],
    }
    assert {rule.code for rule in selected(Settings(add=(value,), ignore=("MLF9",)))} == usual


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_all_additions_settle_together_with_the_other_rules(newline: str) -> None:
    outcome = migrate("a.py", SCRIPT.replace("\n", newline).encode(), Settings(add=EVERYTHING, unsafe=True))
    assert outcome.state is State.CHANGED, outcome.findings
    new = outcome.new.decode()
    assert new.count("\n") == new.count(newline)
    assert imports_first(new.replace(newline, "\n")) == imports_first(ADDED)
    again = migrate("a.py", outcome.new, Settings(add=EVERYTHING, unsafe=True))
    assert (again.new, again.findings) == (outcome.new, ())


def test_a_notebook_imports_once_where_it_imports_mlflow() -> None:
    cells = ["import mlflow", "X, y = load()\nfirst.fit(X, y)\nsecond.fit(X, y)",
             "mlflow.sklearn.log_model(first, name='a')", "%time\nmlflow.sklearn.log_model(second, name='b')"]  # fmt: skip
    notebook = {
        "cells": [
            {
                "cell_type": "code",
                "execution_count": None,
                "metadata": {},
                "outputs": [],
                "source": cell.splitlines(True),
            }
            for cell in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    choice = Settings(add=("signature",), select=("MLF901",), unsafe=True)
    outcome = migrate("a.ipynb", json.dumps(notebook).encode(), choice)
    new = ["".join(cell["source"]) for cell in json.loads(outcome.new)["cells"]]
    assert new == [
        "import mlflow\nfrom mlflow.models import infer_signature",
        cells[1],
        "mlflow.sklearn.log_model(\n    first,\n    name='a',\n"
        "    signature=infer_signature(X, first.predict(X[:5])),\n    input_example=X[:5],\n)",
        "%time\nmlflow.sklearn.log_model(\n    second,\n    name='b',\n"
        "    signature=infer_signature(X, second.predict(X[:5])),\n    input_example=X[:5],\n)",
    ]
    assert migrate("a.ipynb", outcome.new, choice).findings == ()


def test_two_new_imports_at_one_place() -> None:
    code = "import mlflow\nrows = load()\nmlflow.pytorch.log_model(net, name='n', serialization_format='pickle')\n"
    outcome = outcome_of(code, add=("signature",), sample="rows", unsafe=True)
    assert outcome.state is State.CHANGED
    assert outcome.new.decode().startswith(
        "import mlflow\nimport torch\nfrom mlflow.models import infer_signature\nrows = "
    )


def test_a_name_that_means_something_else_is_not_taken() -> None:
    code = "import mlflow\ndef infer_signature(data): ...\nsample = 1\nmodel.fit(T.drop('y'), y)\nmlflow.sklearn.log_model(model)\n"
    new = outcome_of(code, add=("signature",), select=("MLF901",), unsafe=True).new.decode()
    assert "sample_2 = T.drop('y')\n" in new
    assert "signature=mlflow.models.infer_signature(sample_2, model.predict(sample_2[:5]))" in new
    assert "import infer_signature" not in new


def test_the_example_of_an_export_settles_the_rule_that_misses_it() -> None:
    code = "import lightning, mlflow, torch\ntrainer = lightning.Trainer()\ntrainer.fit(net, loader)\n{}"
    call = "mlflow.pytorch.log_model(net, name='n', signature=s)\n"
    alone = outcome_of(code.format(call), pytorch_format="pt2", select=("MLF104",))
    assert [finding.code for finding in alone.findings] == ["MLF104"]
    together = outcome_of(code.format(call), pytorch_format="pt2", select=("MLF104",), add=("signature",), unsafe=True)
    assert [(finding.code, finding.fixed) for finding in together.findings] == [("MLF901", True)]


def test_a_pipeline_that_sets_its_own_alias_keeps_it() -> None:
    code = (
        "import mlflow\nfrom mlflow import MlflowClient\ndef train(alias=None):\n"
        "    info = mlflow.pytorch.log_model(net, name='n', registered_model_name=settings.name)\n"
        "    if alias:\n        MlflowClient().set_registered_model_alias(settings.name, alias, info.registered_model_version)\n"
    )
    assert outcome_of(code, add=("alias=champion",), select=("MLF902",)).findings == ()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["signatur"], "did you mean 'signature'"),
        (["signature=X"], "signature takes no value"),
        (["alias"], "needs the name of an alias"),
        (["alias=latest"], "needs the name of an alias"),
        (["alias-readers=v1"], "needs the name of an alias"),
        (["alias=a", "alias=b"], "alias is given twice"),
    ],
)
def test_a_request_that_cannot_be_followed_is_refused(values: list[str], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        check_add(values)


def test_requests_and_sample_names_that_can_be_followed() -> None:
    assert check_add([*EVERYTHING, "signature"]) == EVERYTHING
    assert check_sample("batch") == "batch"
    assert check_sample(" rows['test'].head(20) ") == "rows['test'].head(20)"
    for name in ("x =", "class", "", "x\ny", "(x,\ny)"):
        with pytest.raises(ConfigurationError):
            check_sample(name)
