"""Where a new import goes."""

import ast

import pytest

from codemod.rewriting.import_places import import_place


def inserted(text: str, statement: str) -> str:
    """The text with the statement at its place."""
    found = import_place(
        statement, [node for node in ast.parse(text).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    )
    lines = text.splitlines()
    at = found.neighbour.lineno - 1 if found.before else (found.neighbour.end_lineno or 0)
    return "\n".join([*lines[:at], statement, *([""] if found.is_block else []), *lines[at:]])


CASES = [
    (
        "isort's order",
        "import os\n\nimport mlflow\nimport pandas as pd\nfrom sklearn import svm\n\nfrom mine import x",
        "from mlflow import MlflowClient",
        "import os\n\nimport mlflow\nimport pandas as pd\nfrom mlflow import MlflowClient\nfrom sklearn import svm\n\nfrom mine import x",
    ),
    (
        "isort's order with force_sort_within_sections",
        "from alpha import a\nimport mlflow\nfrom sklearn import svm\nimport torch",
        "from mlflow import MlflowClient",
        "from alpha import a\nimport mlflow\nfrom mlflow import MlflowClient\nfrom sklearn import svm\nimport torch",
    ),
    (
        "no order: beside its relatives",
        "import torch\nimport mlflow\nimport lightning\nfrom mine import x",
        "from mlflow import MlflowClient",
        "import torch\nimport mlflow\nfrom mlflow import MlflowClient\nimport lightning\nfrom mine import x",
    ),
    (
        "the standard library",
        "import json\nimport sys\n\nimport mlflow",
        "import os",
        "import json\nimport os\nimport sys\n\nimport mlflow",
    ),
    (
        "the standard library's first",
        "import mlflow\nimport torch",
        "import os",
        "import os\n\nimport mlflow\nimport torch",
    ),
    (
        "never above __future__",
        "from __future__ import annotations\n\nimport mlflow",
        "import os",
        "from __future__ import annotations\n\nimport os\n\nimport mlflow",
    ),
    (
        "nothing but __future__",
        "from __future__ import annotations",
        "import os",
        "from __future__ import annotations\nimport os",
    ),
    (
        "another package, beside MLflow",
        "import os\n\nimport mlflow\nimport torch",
        "from packaging.version import Version",
        "import os\n\nimport mlflow\nimport torch\nfrom packaging.version import Version",
    ),
    (
        "another package, where MLflow is not imported",
        "import torch\n\nfrom mine import mlflow_client",
        "import mlflow",
        "import torch\n\nfrom mine import mlflow_client\nimport mlflow",
    ),
    (
        "relative imports stay behind",
        "import mlflow\nfrom . import x",
        "from mlflow import MlflowClient",
        "import mlflow\nfrom mlflow import MlflowClient\nfrom . import x",
    ),
    (
        "over several lines",
        "import mlflow\nfrom mlflow import (\n    MlflowClient,\n)\nfrom torch import nn",
        "from mlflow.models import infer_signature",
        "import mlflow\nfrom mlflow import (\n    MlflowClient,\n)\nfrom mlflow.models import infer_signature\nfrom torch import nn",
    ),
]


@pytest.mark.parametrize(
    ("before", "statement", "after"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_place(before: str, statement: str, after: str) -> None:
    assert inserted(before, statement) == after


def test_statements_that_share_a_line_are_left_whole() -> None:
    from codemod.engine import migrate
    from codemod.settings import Settings

    text = (
        b"import os; import mlflow\nimport torch\n\nmlflow.sklearn.log_model(m, name='m', registered_model_name='m')\n"
    )
    settings = Settings(select=("MLF902",), unsafe=True, add=("alias=champion",))
    new = migrate("a.py", text, settings).new.decode()
    assert "import torch\nfrom mlflow import MlflowClient\n" in new
