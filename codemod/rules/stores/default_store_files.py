"""MLF507: the files of runs below `./mlruns`, which the default tracking store no longer writes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.origins import origins
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.names.nodes import function_name
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.idioms.file_stores import store_is_named
from codemod.rules.selectors import StringNode, literals

_FOLDER = re.compile(r"(?:\.[/\\])?mlruns(?:[/\\].*)?", re.DOTALL)
# Files of a store of files: where they are read, an error is sure.
_OPENS = ("open", "listdir", "scandir")
_USES = frozenset(
    {*_OPENS, "Path", "PurePath", "PosixPath", "join", "glob", "iglob", "rmtree", "walk", "exists", "isdir", "isfile",
     "remove", "unlink", "copytree", "move", "make_archive"}
)  # fmt: skip
_MESSAGE = (
    "without a tracking URI, MLflow 3 tracks into `sqlite:///mlflow.db`: no parameters, metrics or tags of runs lie below "
    "`mlruns`; ask `mlflow.MlflowClient` for them, or name the store"
)


def _check(node: StringNode, context: Context) -> Iterator[Match]:
    if not context.target.at_least("3.7") or not context.facts.imports("mlflow") or context.kind == "databricks":
        return
    text = text_of(node, context.names).filled("*")
    if _FOLDER.fullmatch(text) is None or store_is_named(context):
        return
    use = _use(node, context)
    if use is None or _is_of_artifacts(use, context) or "artifacts" in _with_names(node, context):
        return
    severity = Severity.BREAKS if function_name(use.func) in _OPENS else Severity.CHANGES
    yield Match(node, _MESSAGE, Safety.MANUAL, severity=severity)


def _use(node: ast.expr, context: Context) -> ast.Call | None:
    """Return the call that takes a string as a path; also by the name that it is assigned to."""
    scopes = context.names.scopes
    parent = scopes.parent(node)
    if isinstance(parent, ast.Call):
        return parent if _takes_path(parent, node, context) else None
    if not isinstance(parent, (ast.Assign, ast.AnnAssign)) or parent.value is not node:
        return None
    for call in scopes.of(ast.Call):
        for argument in call.args:
            if isinstance(argument, ast.Name) and _takes_path(call, argument, context):
                if context.names.definition(argument) is node:
                    return call
    return None


def _takes_path(call: ast.Call, argument: ast.expr, context: Context) -> bool:
    if function_name(call.func) not in _USES or context.call(call) is not None:
        return False
    return bool(call.args) and call.args[0] is argument


def _is_of_artifacts(use: ast.Call, context: Context) -> bool:
    """Return whether a path leads to artifacts, which the default store still keeps below ``mlruns``."""
    statement = context.names.scopes.statement(use)
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, str) and "artifacts" in node.value
        for node in ast.walk(statement)
    )


def _with_names(node: StringNode, context: Context) -> str:
    """Return a path with what is known of the variables in it: ``f"mlruns/0/{run_id}/{place}"``."""
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    held = [source for part in parts if isinstance(part, ast.FormattedValue) for source in origins(part.value, context)]
    return "/".join(text_of(each, context.names).filled("*") for each in (node, *held))


_PROGRAM = """\
import os

import mlflow

os.environ.pop("MLFLOW_TRACKING_URI", None)
with mlflow.start_run() as run:
    mlflow.log_param("a", 1)
with open(f"mlruns/{run.info.experiment_id}/{run.info.run_id}/params/a") as file:
    result = file.read()
"""

_BY_HAND = """\
import os

import mlflow

os.environ.pop("MLFLOW_TRACKING_URI", None)
with mlflow.start_run() as run:
    mlflow.log_param("a", 1)
result = mlflow.MlflowClient().get_run(run.info.run_id).data.params["a"]
"""

RULE = Rule(
    code="MLF507",
    name="default-store-files",
    summary="Without a tracking URI, MLflow 3 writes no files of runs below `./mlruns`.",
    why="""\
MLflow 2 kept the runs of code that names no tracking URI as files: `mlruns/<experiment>/<run>/params/<name>`. Since 3.7
the store that nobody named is `sqlite:///mlflow.db` (`_get_default_tracking_uri` in `mlflow/tracking/_tracking_service/utils.py`),
unless the folder holds runs of MLflow 2, which 3.13 and later refuse (MLF501).
Code that reads such files finds none; code that removes the folder to begin anew leaves the runs in the database.

Paths to artifacts are left alone: the default store still keeps these in `./mlruns/<experiment>/<run>/artifacts`.
So is code of a project that names a store.""",
    safety=Safety.MANUAL,
    severity=Severity.CHANGES,
    on=(literals("mlruns", check=_check, needs=({"mlflow"},)),),
    since="3.7",
    examples=(
        program(
            "a parameter that is read from its file",
            _PROGRAM,
            runs={"2 before": Run(), "3 before": Run(raises="FileNotFoundError"), "2 by hand": Run(), "3 by hand": Run()},
            by_hand=_BY_HAND,
        ),
        reported(
            "a path that is put together",
            """
            import pathlib
            import mlflow
            with mlflow.start_run() as run:
                mlflow.log_param("a", 1)
            path = pathlib.Path("mlruns") / run.info.experiment_id / run.info.run_id / "params" / "a"
            """,
        ),
        reported(
            "a folder that is removed to begin anew",
            """
            import shutil
            import mlflow
            STORE = "./mlruns"
            shutil.rmtree(STORE, ignore_errors=True)
            """,
        ),
        reported(
            "a search for files",
            """
            from glob import glob
            import mlflow
            metrics = glob("mlruns/*/*/metrics/*")
            """,
        ),
        untouched(
            "an artifact by a variable",
            """
            import mlflow, os
            with mlflow.start_run() as run:
                mlflow.log_artifact("a.bin", "profiles")
            folder = f"artifacts/{kind}"
            name = os.path.join(folder, "a.bin")
            assert os.path.isfile(f"mlruns/0/{run.info.run_id}/{name}")
            """,
        ),
        untouched(
            "artifacts, which lie where they lay",
            """
            import pathlib
            import mlflow
            path = pathlib.Path("mlruns") / run.info.experiment_id / run.info.run_id / "artifacts" / "a.txt"
            """,
        ),
        untouched(
            "a store that the code names",
            """
            import shutil
            import mlflow
            mlflow.set_tracking_uri(uri)
            shutil.rmtree("mlruns")
            """,
        ),
        untouched(
            "a folder of that name elsewhere",
            """
            import shutil
            import mlflow
            shutil.rmtree("/data/mlruns")
            shutil.rmtree("mlruns_old")
            """,
        ),
        untouched(
            "a word in a string",
            """
            import mlflow
            print("mlruns")
            ignored = ["mlruns", ".git"]
            """,
        ),
        untouched(
            "code without MLflow",
            """
            import shutil
            shutil.rmtree("mlruns")
            """,
        ),
        untouched(
            "before 3.7",
            """
            import mlflow
            open("mlruns/0/meta.yaml")
            """,
            target="3.6",
        ),
    ),
)  # fmt: skip
