"""MLF414: `start_run` of a run that exists renames it."""

from __future__ import annotations

from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.names.nodes import is_none
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.selectors import calls


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    run, name = call.get("run_id"), call.get("run_name")
    if not context.target.at_least("3.6") or run is None or name is None:
        return
    if all(is_none(value) for value in run.values) or all(is_none(value) for value in name.values):
        return
    message = "where `run_id` names a run, MLflow 3 gives it this name; MLflow 2 left it its own"
    yield Match(name.value, f"{message}. Leave `run_name` out, if that is not meant", Safety.MANUAL)


_PROGRAM = """\
import mlflow

with mlflow.start_run(run_name="training") as run:
    pass
with mlflow.start_run(run_id=run.info.run_id, run_name="evaluation"):
    mlflow.log_metric("rmse", 0.5)
assert mlflow.get_run(run.info.run_id).info.run_name == "training", "the run was renamed"
"""

RULE = Rule(
    code="MLF414",
    name="resumed-run-name",
    summary="`start_run(run_id=..., run_name=...)` renames the run since 3.6.",
    why="""\
`mlflow.start_run` with the id of a run goes on with that run. MLflow 2 did not look at `run_name` then, and neither did 3.5; since 3.6 the run
gets that name (`start_run` in `mlflow/tracking/fluent.py`: `update_run_info(..., run_name=run_name)`). Filters such as
`attributes.run_name = 'training'` do not find it any more.

Without `run_name` it is as it was, on 2 and 3. A person decides, because the old code may have meant the new name.""",
    safety=Safety.MANUAL,
    severity=Severity.CHANGES,
    since="3.6",
    on=(calls("mlflow.start_run", check=_check, needs=({"run_name"},)),),
    examples=(
        program(
            "a run that is gone on with",
            _PROGRAM,
            by_hand=_PROGRAM.replace(', run_name="evaluation"', ""),
            runs={
                "2 before": Run(),
                "2 by hand": Run(),
                "3 before": Run(raises="AssertionError: the run was renamed"),
                "3 by hand": Run(),
            },
        ),
        reported(
            "an id that may be given",
            """
            import mlflow
            def train(run_id=None):
                with mlflow.start_run(run_id, run_name="training"):
                    pass
            """,
        ),
        untouched(
            "a new run",
            """
            import mlflow
            mlflow.start_run(run_name="training")
            """,
        ),
        untouched(
            "no run is meant",
            """
            import mlflow
            mlflow.start_run(run_id=None, run_name="training")
            """,
        ),
        untouched(
            "no name is given",
            """
            import mlflow
            mlflow.start_run(run_id=run_id, run_name=None)
            """,
        ),
        untouched(
            "another library",
            """
            import tracker
            tracker.start_run(run_id=run_id, run_name="training")
            """,
        ),
        untouched(
            "an older target",
            """
            import mlflow
            mlflow.start_run(run_id=run_id, run_name="again")
            """,
            target="3.5",
        ),
    ),
)
