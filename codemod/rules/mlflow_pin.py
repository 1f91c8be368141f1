"""MLF502: dependency files that keep MLflow 3 out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.context import Context
from codemod.dependencies import requirement, shell
from codemod.dependencies.places import Choices
from codemod.findings import Safety
from codemod.rules import magic_lines
from codemod.rules.base import Match, Rule
from codemod.rules.mlflow_pin_examples import EXAMPLES

_LISTS = ("install_requires", "extras_require", "tests_require", "setup_requires")


def _check(node: ast.AST, context: Context) -> Iterator[Match]:
    if isinstance(node, ast.Expr):
        yield from magic_lines.matches(node, context, shell.find, "MLF502")
    elif isinstance(node, ast.Call):
        function = node.func
        if (function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")) == "setup":
            yield from _setup(node, context)


def _setup(call: ast.Call, context: Context) -> Iterator[Match]:
    """Judge the lists of requirements of a call of ``setup`` in ``setup.py``."""
    choices = Choices(context.settings.target, context.target.release, context.settings.mlflow_version)
    for keyword in call.keywords:
        if keyword.arg not in _LISTS:
            continue
        value: ast.expr | None = keyword.value
        if isinstance(value, ast.Name):
            value = context.names.definition(value)
        for item in ast.walk(value) if value is not None else ():
            if isinstance(item, ast.Constant) and isinstance(item.value, str):
                for line in item.value.splitlines():
                    places = [*requirement.pep_508(line, 0, choices), *requirement.urls(line)]
                    for place in places[:1]:
                        yield Match(item, place.message, Safety.MANUAL)


RULE = Rule(
    code="MLF502",
    name="mlflow-pin",
    summary="A pin keeps MLflow 3 out.",
    why="""\
Code that was moved to MLflow 3 fails on MLflow 2: `mlflow.sklearn.log_model(model, name=...)` is a `TypeError` on 2.22.5
(`mlflow/sklearn/__init__.py` has no such parameter before 3.0). So every requirement on `mlflow` or `mlflow-skinny` that lets no
MLflow 3 in is a finding: in requirement and constraint files,
`pyproject.toml` (PEP 621, dependency groups, Poetry, uv, PDM, Hatch, Pixi), `Pipfile`, `setup.cfg`, `setup.py`, conda
environments, `python_env.yaml`, in `pip install` lines of Dockerfiles, scripts, workflows and notebooks, and images of MLflow 2
servers. Requirements that let MLflow 3 in, such as `mlflow` or `mlflow>=2.9`, are none.

The fix is unsafe because the environment changes: other pins of the file may not agree with MLflow 3, which the next installation
tells. It takes the pin that `--mlflow-version` gives. Without one that is `>=3,<4` for
the target 3, `>=3.5,<4` for the target 3.5, and for both lines the old lower bound, 2.22 at least, with the upper bound lifted to
4. Extras, markers, comments and quotes stay.

Reported and never edited: lock files, files with hashes or made by pip-compile or uv (make them anew), `setup.py`, images, pins by
a variable, and URLs. Images need the order of the whole move: servers first, since a client of 3.x cannot log a model to a
2.22 server (404 for `/api/2.0/mlflow/logged-models`), and with a copy of the data base, which 3.x changes on opening.
What lies beside an `MLmodel` file or below `mlruns` belongs to a logged model, which is served in the environment it was made in:
it is not read.""",
    safety=Safety.UNSAFE,
    triggers=(
        b"mlflow==", b"mlflow<", b"mlflow~=", b"mlflow=", b"mlflow>", b"mlflow-skinny", b"mlflow_skinny", b"mlflow[", b"mlflow @",
        b"mlflow.git", b"mlflow@", b"mlflow ==", b"mlflow <", b"mlflow ~=",
    ),
    nodes=(ast.Expr, ast.Call),
    check=_check,
    examples=EXAMPLES,
)  # fmt: skip
