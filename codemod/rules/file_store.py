"""MLF501: tracking in a folder of files is refused."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.calls import BoundCall
from codemod.context import Context
from codemod.edits import InsertStatements, RequireImport
from codemod.findings import Safety
from codemod.names import Foreign
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.texts import text_of

_URI_OF = {
    "mlflow.set_tracking_uri": "uri",
    "mlflow.set_registry_uri": "uri",
    "mlflow.MlflowClient": "tracking_uri",
}
_VARIABLE = "MLFLOW_ALLOW_FILE_STORE"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_PATH_MAKERS = (
    "Path",
    "PurePath",
    "PosixPath",
    "abspath",
    "join",
    "realpath",
    "expanduser",
    "mkdtemp",
    "getcwd",
    "cwd",
)
_PATH_METHODS = ("as_uri", "absolute", "resolve", "as_posix", "joinpath", "expanduser")


def _check(node: ast.AST, context: Context) -> Iterator[Match]:
    if not context.target.at_least("3.13") or context.mentions(_VARIABLE):
        return
    place = _file_uri(node, context)
    if place is None or _earlier(node, context):
        return
    message = (
        "MLflow 3.13 and later refuse a tracking store made of files; set a database (`sqlite:///mlflow.db`) or a server, or "
        f"keep the files with {_VARIABLE}=true"
    )
    scopes = context.names.scopes
    statement = scopes.statement(node)
    top = [item for item in (statement, *scopes.ancestors(statement)) if isinstance(item, ast.stmt)][-1]
    assert isinstance(top, ast.stmt)
    line = f'os.environ.setdefault("{_VARIABLE}", "true")'
    is_definition = isinstance(top, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    insertion = InsertStatements(top, (line, "", "") if is_definition else (line,), before=True)
    yield Match(place, message, Safety.UNSAFE, (insertion, RequireImport("os", "", top)))


def _earlier(node: ast.AST, context: Context) -> bool:
    """Whether the namespace has such a place before this one: one variable serves them all."""
    order = context.names.scopes.order
    return any(
        order(other) < order(node) and _file_uri(other, context) is not None
        for other in context.names.scopes.nodes()
        if isinstance(other, (ast.Call, ast.Assign))
    )


def _file_uri(node: ast.AST, context: Context) -> ast.expr | None:
    """Give the expression that sets a store of files."""
    if isinstance(node, ast.Call):
        call = context.call(node)
        parameter = _URI_OF.get(call.path) if isinstance(call, BoundCall) else None
        argument = call.get(parameter) if call is not None and parameter is not None else None
        value = argument.value if argument is not None else None
    elif isinstance(node, ast.Assign):
        value = node.value if any(_is_environment(target, context) for target in node.targets) else None
    else:
        value = None
    return value if value is not None and _is_files(value, context) else None


def _is_environment(target: ast.expr, context: Context) -> bool:
    """Whether the target is ``os.environ["MLFLOW_TRACKING_URI"]``."""
    return (
        isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and target.slice.value in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI")
        and context.source(target.value).endswith("environ")
    )


def _is_files(node: ast.expr, context: Context, depth: int = 0) -> bool:
    """Whether the value is seen to be a path or a ``file:`` URI."""
    if depth > 6:
        return False
    text = text_of(node, context.names)
    start = text.parts[0]
    if start is not None:
        if start == "" or start.startswith("databricks") or start == "uc":
            return False
        scheme = _SCHEME.match(start)
        return start.startswith("file:") or (scheme is None and (text.known is not None or start[0] in "./~"))
    if isinstance(node, ast.Name):
        source = context.names.definition(node)
        return source is not None and _is_files(source, context, depth + 1)
    if isinstance(node, ast.Attribute):
        source = context.names.attribute_definition(node)
        return source is not None and _is_files(source, context, depth + 1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return True  # only paths are divided by texts
    if isinstance(node, ast.Call):
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name in _PATH_METHODS and isinstance(function, ast.Attribute):
            return True
        if name == "str" and node.args:
            return _is_files(node.args[0], context, depth + 1)
        made = context.resolve(function)
        return name in _PATH_MAKERS and isinstance(made, Foreign) and made.what in ("pathlib", "os", "tempfile")
    return False


_PROGRAM = """\
import mlflow

mlflow.set_tracking_uri("file:./runs")
with mlflow.start_run() as run:
    mlflow.log_metric("rmse", 0.5)
result = mlflow.get_run(run.info.run_id).data.metrics
"""

RULE = Rule(
    code="MLF501",
    name="file-store",
    summary="Tracking in a folder of files is refused since 3.13.",
    why="""\
MLflow 2 tracked into `./mlruns` by default. Since 3.7 the default is `sqlite:///mlflow.db`, and since 3.13 a store of files is refused at
the first call that needs it: `MlflowException: The filesystem tracking backend (e.g., './mlruns') is in maintenance mode`
(`mlflow/store/tracking/file_store.py`), unless the environment has `MLFLOW_ALLOW_FILE_STORE=true`. A folder `mlruns` with runs in
the working directory makes MLflow choose it even when no URI is set.

The better way is a database or a server: `mlflow.set_tracking_uri("sqlite:///mlflow.db")`; older runs stay in their folder.
The unsafe fix keeps the folder and what is in it: it sets the variable before the store is made. MLflow 2 ignores it.

A URI that is known only at run time (an argument, a setting) is not reported: most of them name a server.""",
    safety=Safety.UNSAFE,
    triggers=(b"tracking_uri", b"registry_uri", b"TRACKING_URI", b"REGISTRY_URI"),
    nodes=(ast.Call, ast.Assign),
    calls=("set_tracking_uri", "set_registry_uri", "MlflowClient"),
    check=_check,
    since="3.13",
    examples=(
        program(
            "a file URI",
            _PROGRAM,
            'import mlflow\nimport os\n\nos.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")\n'
            + _PROGRAM.removeprefix("import mlflow\n\n"),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="MlflowException: maintenance mode"),
                "3 after": Run(),
            },
            unsafe=True,
        ),
        fixed(
            "paths in functions, once for the file",
            """\
import os
from pathlib import Path

import mlflow


def connect():
    mlflow.set_tracking_uri(uri=(Path(__file__).parent / "mlruns").as_uri())


def client():
    return mlflow.MlflowClient(tracking_uri="mlruns")
""",
            """\
import os
from pathlib import Path

import mlflow


os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")


def connect():
    mlflow.set_tracking_uri(uri=(Path(__file__).parent / "mlruns").as_uri())


def client():
    return mlflow.MlflowClient(tracking_uri="mlruns")
""",
            unsafe=True,
        ),
        reported("without --unsafe it is only named", 'import mlflow\nmlflow.set_tracking_uri("./mlruns")\n'),
        reported(
            "in the environment",
            'import os\nimport mlflow\nos.environ["MLFLOW_TRACKING_URI"] = "file:///data/mlruns"\n',
        ),
        untouched("a server", 'import mlflow\nmlflow.set_tracking_uri("http://localhost:5000")\n'),
        untouched("a database", 'import mlflow\nmlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")\n'),
        untouched("Databricks", 'import mlflow\nmlflow.set_tracking_uri("databricks")\n'),
        untouched("known only at run time", "import mlflow\nmlflow.set_tracking_uri(arguments.uri)\n"),
        untouched("back to the default", 'import mlflow\nmlflow.set_tracking_uri("")\n'),
        untouched(
            "files are allowed",
            'import os\nimport mlflow\nos.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"\nmlflow.set_tracking_uri("mlruns")\n',
        ),
        untouched("before 3.13", 'import mlflow\nmlflow.set_tracking_uri("mlruns")\n', target="3.12"),
        untouched("another library", 'import dvclive\ndvclive.set_tracking_uri("./runs")\n'),
    ),
)
