"""MLF209: files that MLflow writes beside what it is given have other names, or are not written."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.selectors import LIBRARY, StringNode, literals


@dataclass(frozen=True, slots=True)
class _Written:
    """What became of a file.

    Attributes:
        since: The first minor release in which it is so.
        message: What a finding says.
    """

    since: str
    message: str


_META = _Written(
    "3.18",
    "MLflow 3 writes no `registered_model_meta` into a model that it downloads; the URI names the registered model and its version",
)
_IMAGE = _Written(
    "3.11",
    "MLflow 3 names the images of `log_image(key=...)` with `+step+` where 2 wrote `%step%`, and writes `~` for a slash in the key where 2 "
    "wrote `#`; runs that were logged before keep the old names",
)
_PARTS: Mapping[str, _Written] = {
    "registered_model_meta": _META,
    "%step%": _IMAGE,
    "%timestamp%": _IMAGE,
    "%compressed": _IMAGE,
}


def _check(node: StringNode, context: Context) -> Iterator[Match]:
    parent = context.names.scopes.parent(node)
    if isinstance(parent, (ast.Expr, ast.JoinedStr, ast.FormattedValue)) or not context.facts.names_mlflow:
        return  # a docstring, or a part of a string that is looked at as a whole
    text = "".join(
        part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
    found = next((written for part, written in _PARTS.items() if part in text), None)
    if found is not None and context.target.at_least(found.since):
        yield Match(node, found.message, Safety.MANUAL)


_PROGRAM = """\
import mlflow
import numpy as np

with mlflow.start_run() as run:
    mlflow.log_image(np.zeros((2, 2, 3), dtype=np.uint8), key="loss", step=3)
names = [file.path for file in mlflow.MlflowClient().list_artifacts(run.info.run_id, "images")]
result = {int(name.split("%step%")[1].split("%")[0]) for name in names} == {3}
"""

RULE = Rule(
    code="MLF209",
    name="written-file-name",
    summary="Images of `log_image(key=...)` have other file names, and `registered_model_meta` is not written.",
    why="""\
`mlflow.log_image(image, key="loss", step=3)` writes `images/loss%step%3%timestamp%...` on MLflow 2. Since 3.11 the file is
`images/loss+step+3+timestamp+...`, and a slash in the key is `~` where it was `#` (`MlflowClient.log_image` in `mlflow/tracking/client.py`).
Code that takes such names apart finds nothing, or fails.

A model that was downloaded by a URI of the registry held a file `registered_model_meta` with the name and the version. Since 3.18 it is not
written (`mlflow/store/artifact/models_artifact_repo.py`).""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    since="3.11",
    on=(literals(*_PARTS, check=_check, needs=(LIBRARY,)),),
    examples=(
        program(
            "the step in the name of an image",
            _PROGRAM,
            by_hand=_PROGRAM.replace(
                'name.split("%step%")[1].split("%")[0]', 'name.replace("%", "+").split("+step+")[1].split("+")[0]'
            ),
            runs={"2 before": Run(), "2 by hand": Run(), "3 before": Run(raises="IndexError"), "3 by hand": Run()},
        ),
        reported(
            "the version in a downloaded model",
            """
            import os
            import mlflow
            import yaml
            folder = mlflow.artifacts.download_artifacts("models:/forest/1")
            version = yaml.safe_load(open(os.path.join(folder, "registered_model_meta")))["model_version"]
            """,
        ),
        untouched(
            "the newer names",
            """
            import mlflow
            steps = [name.split("+step+")[1] for name in names]
            """,
        ),
        untouched("a docstring", '"""Reads registered_model_meta of mlflow."""\nimport mlflow\n'),
        untouched(
            "another program",
            """
            print("{:%step%}")
            open("registered_model_meta")
            """,
        ),
        untouched(
            "an older target",
            """
            import mlflow
            open("registered_model_meta")
            """,
            target="3.17",
        ),
        untouched(
            "an older target of images",
            """
            import mlflow
            name.split("%step%")
            """,
            target="3.10",
        ),
    ),
)
