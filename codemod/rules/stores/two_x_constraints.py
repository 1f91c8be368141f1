"""MLF504: what must stand beside MLflow 2 where it stays."""

from __future__ import annotations

from codemod.findings import Safety, Severity
from codemod.rules.base import Rule, reported_file, untouched_file

RULE = Rule(
    code="MLF504",
    name="two-x-constraints",
    summary="MLflow 2 stays in an environment that its own requirements break.",
    why="""\
Where MLflow 2 is to stay, for instance in the half of a test matrix for libraries that support both lines, its open requirements
resolve to releases that it does not run with. `mlflow server` of 2.22.5 (and of 2.9.2) ends with `ImportError: cannot import name
'FallbackAsyncAdaptedQueuePool' from 'sqlalchemy.pool'` under SQLAlchemy 2.1 (`mlflow/store/db/utils.py`), and `mlflow models serve` of 2.22.5
with `AttributeError: 'FastAPI' object has no attribute 'route'` under Starlette 1 (`mlflow/pyfunc/scoring_server/__init__.py`).
`sqlalchemy<2.1` and `starlette<1` mend both; MLflow 3.11 and later need neither.

A pin counts as one that stays when MLF502 does not speak of it: `# noqa: MLF502` on its line, or MLF502 is ignored or not selected.
A file that bounds the packages from above, or pins them, is in order. `mlflow-skinny` brings neither package.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    on=(),  # it is about dependency files alone
    examples=(
        reported_file("a pin that stays", "requirements-mlflow2.txt", "mlflow==2.22.*\n"),
        reported_file(
            "one of the two is missing",
            "constraints.txt",
            """
            mlflow<3
            sqlalchemy<2.1
            """,
        ),
        untouched_file(
            "both are there",
            "requirements.txt",
            """
            mlflow==2.22.5
            sqlalchemy<2.1
            starlette<1
            """,
        ),
        untouched_file(
            "frozen",
            "requirements.txt",
            """
            mlflow==2.22.5
            SQLAlchemy==2.0.36
            starlette==0.41.2
            """,
        ),
        untouched_file("the small client", "requirements.txt", "mlflow-skinny==2.22.5\n"),
        untouched_file("MLflow 3 is let in", "requirements.txt", "mlflow>=2.22,<4\n"),
        untouched_file("MLflow 1", "requirements.txt", "mlflow==1.30\n"),
    ),
)
