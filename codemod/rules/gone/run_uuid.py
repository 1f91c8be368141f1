"""MLF403: a run's identifier is `run_id`; `run_uuid` is gone."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.names import Instance, Unknown
from codemod.rewriting.edits import RenameAttribute, Replace
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.arguments import shown
from codemod.rules.selectors import LIBRARY, attributes, literals

_NAME = "run_uuid"
_RUN_INFO = "mlflow.entities.RunInfo"


def _check_key(node: ast.Constant | ast.JoinedStr, context: Context) -> Iterator[Match]:
    if isinstance(node, ast.Constant) and node.value == _NAME and _is_key_of_info(node, context):
        message = "the values of a `RunInfo` of MLflow 3 have no `run_uuid`, only `run_id`"
        quote = context.source(node)[-1]
        yield Match(node, message, Safety.SAFE, (Replace(node, f"{quote}run_id{quote}"),))


def _check_attribute(node: ast.Attribute, context: Context) -> Iterator[Match]:
    if not isinstance(node.ctx, ast.Load):
        return
    owner = context.resolve(node.value)
    if isinstance(owner, Instance) and owner.path == _RUN_INFO:
        change = RenameAttribute(node, "run_id")
        yield Match(node, "`RunInfo` of MLflow 3 has no `run_uuid`, only `run_id`", Safety.SAFE, (change,))
    elif isinstance(owner, Unknown) and context.facts.names_mlflow:
        message = f"`run_uuid` of a run's info is `run_id` in MLflow 3; cannot tell what `{shown(node.value)}` is: {owner.reason}"
        yield Match(node, message, Safety.MANUAL)


def _is_key_of_info(node: ast.Constant, context: Context) -> bool:
    """Whether a text is a key of ``dict(run.info)`` or of ``run.to_dictionary()["info"]``."""
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.Subscript):
        return parent.slice is node and _is_info(parent.value, context)
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute) and parent.args[:1] == [node]:
        return parent.func.attr in ("get", "pop") and _is_info(parent.func.value, context)
    return False


def _is_info(node: ast.expr, context: Context) -> bool:
    if isinstance(node, (ast.Name, ast.Attribute)):
        names = context.names
        source = names.definition(node) if isinstance(node, ast.Name) else names.attribute_definition(node)
        return source is not None and source is not node and _is_info(source, context)
    if isinstance(node, ast.Subscript):
        is_info = isinstance(node.slice, ast.Constant) and node.slice.value == "info"
        call = context.call(node.value) if is_info and isinstance(node.value, ast.Call) else None
        return call is not None and call.path == "mlflow.entities.Run.to_dictionary"
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "dict"
        and len(node.args) == 1
    ):
        made = context.resolve(node.args[0])
        return isinstance(made, Instance) and made.path == _RUN_INFO
    return False


_PROGRAM = """\
import mlflow

with mlflow.start_run() as run:
    mlflow.log_param("run", run.info.run_uuid)
result = mlflow.get_run(run.info.run_uuid).data.params["run"] == run.info.run_id
"""

_KEYS = """\
import mlflow

with mlflow.start_run() as run:
    info = dict(run.info)
    result = [info["run_uuid"] == run.info.run_id, run.to_dictionary()["info"]["run_uuid"] == run.info.run_id]
"""

RULE = Rule(
    code="MLF403",
    name="run-uuid",
    summary="`run.info.run_uuid` is `run.info.run_id`.",
    why="""\
`RunInfo.run_uuid` had been an alias of `run_id` since 1.0; MLflow 3.0 removed it (`mlflow/entities/run_info.py`), so that reading it is
an `AttributeError`, and `dict(run.info)["run_uuid"]` a `KeyError`. `run_id` means the same on 2.x and 3.x. What servers answer to requests
over HTTP still has both.

The fix is safe where the object is known to be a run's info. Where only its name says so (`something.info.run_uuid`), a person decides:
tables and clients of one's own have columns of that name.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(
        attributes(_NAME, check=_check_attribute, needs=(LIBRARY,)),
        literals(_NAME, check=_check_key, needs=(LIBRARY,)),
    ),
    examples=(
        program(
            "the active run",
            _PROGRAM,
            _PROGRAM.replace("run_uuid", "run_id"),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="AttributeError: run_uuid"),
                "3 after": Run(),
            },
        ),
        program(
            "the values of a run's info",
            _KEYS,
            _KEYS.replace("run_uuid", "run_id"),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="KeyError: run_uuid"),
                "3 after": Run(),
            },
        ),
        fixed(
            "values that an attribute keeps",
            """
            import mlflow


            class Row:
                def __init__(self, run: mlflow.entities.Run):
                    self.values = dict(run.info)

                def id(self):
                    return self.values.get("run_uuid")
            """,
            """
            import mlflow


            class Row:
                def __init__(self, run: mlflow.entities.Run):
                    self.values = dict(run.info)

                def id(self):
                    return self.values.get("run_id")
            """,
        ),
        fixed(
            "runs of a client",
            """
            from mlflow.tracking import MlflowClient

            client = MlflowClient()
            ids = [run.info.run_uuid for run in client.search_runs(["0"])]
            first = client.get_run(ids[0]).info.run_uuid
            """,
            """
            from mlflow.tracking import MlflowClient

            client = MlflowClient()
            ids = [run.info.run_id for run in client.search_runs(["0"])]
            first = client.get_run(ids[0]).info.run_id
            """,
        ),
        fixed(
            "the active run without a name of its own",
            """
            import mlflow
            print(mlflow.active_run().info.run_uuid)
            """,
            """
            import mlflow
            print(mlflow.active_run().info.run_id)
            """,
        ),
        fixed(
            "an annotated parameter",
            """
            from mlflow.entities import Run
            def show(run: Run):
                print(run.info.run_uuid)
            """,
            """
            from mlflow.entities import Run
            def show(run: Run):
                print(run.info.run_id)
            """,
        ),
        reported(
            "a run only by its name",
            """
            import mlflow
            def show(run):
                print(run.info.run_uuid)
            """,
            unsafe=True,
        ),
        reported(
            "a variable that is called information",
            """
            import mlflow
            for information in load_rows():
                print(information.run_uuid)
            """,
            unsafe=True,
        ),
        reported(
            "something else of that name",
            """
            import mlflow
            def show(row):
                print(row.run_uuid)
            """,
            unsafe=True,
        ),
        untouched(
            "run_id",
            """
            import mlflow
            print(mlflow.active_run().info.run_id)
            """,
        ),
        untouched(
            "code without MLflow",
            """
            def show(run):
                return run.info.run_uuid
            """,
        ),
        untouched(
            "a class of one's own",
            """
            import mlflow

            class Info:
                def __init__(self):
                    self.run_uuid = "1"

            print(Info().run_uuid)
            """,
        ),
        untouched(
            "a variable of that name",
            """
            import mlflow
            run_uuid = mlflow.active_run().info.run_id
            print(run_uuid)
            """,
        ),
        untouched(
            "what a server answers",
            """
            import mlflow
            run = rest("mlflow/runs/get")["run"]
            print(run["info"]["run_uuid"])
            """,
        ),
        untouched(
            "a column of a table",
            """
            import mlflow
            frame = mlflow.search_runs()
            print(frame["run_uuid"])
            """,
        ),
    ),
)
