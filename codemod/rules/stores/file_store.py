"""MLF501: tracking in a folder of files is refused."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Union

from codemod.analysis.context import Context
from codemod.dependencies import servers
from codemod.dependencies.places import Choices, Place
from codemod.dependencies.variables import Variables
from codemod.findings import Safety, Severity
from codemod.names import LocalClass
from codemod.names.nodes import defaults, dotted_text, function_name, is_none
from codemod.rewriting.edits import InsertStatements, RequireImport
from codemod.rules.base import Example, Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms import magic_lines
from codemod.rules.idioms.file_uris import is_files, is_plain_store
from codemod.rules.selectors import LIBRARY, LineStatement, calls_named, constructions, masked_lines

_URI_OF = {
    "mlflow.set_tracking_uri": "uri",
    "mlflow.set_registry_uri": "uri",
    "mlflow.MlflowClient": "tracking_uri",
}
_VARIABLE = "MLFLOW_ALLOW_FILE_STORE"
_VARIABLES = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI")
# Names of settings that hold such a URI; where artifacts lie is another matter.
_SETTING = re.compile(r"(?:\A|_)(?:mlflow|tracking|registry|backend)(?=_|ur[il]\Z)")
# What stands in a file with such a setting: a part of its name, and of its value.
_SETTING_NEEDS = ({"mlflow", "tracking", "registry", "backend"}, {"uri", "url"}, {"file:", "mlruns", "ml-runs"})
_SETTERS = tuple(path.rpartition(".")[2] for path in _URI_OF)
_LOGGER = "MLFlowLogger"
_NODES = (ast.Call, ast.Assign, ast.AnnAssign, ast.keyword, ast.Dict, ast.arguments)
_Setter = Union[ast.Call, ast.Assign, ast.AnnAssign, ast.keyword, ast.Dict, ast.arguments]


def _check_line(node: LineStatement, context: Context) -> Iterator[Match]:
    if _is_refused(context):
        yield from magic_lines.matches(node, context, _find, "MLF501")


def _is_refused(context: Context) -> bool:
    return context.target.at_least("3.13") and not context.facts.sets(_VARIABLE)


def _check(node: _Setter, context: Context) -> Iterator[Match]:
    if not _is_refused(context):
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


def _find(text: str, choices: Choices, variables: Variables) -> Iterator[Place]:
    return servers.find(text, choices, variables, notebook=True)


def _earlier(node: ast.AST, context: Context) -> bool:
    """Whether the namespace has such a place before this one: one variable serves them all."""
    order = context.names.scopes.order
    return any(
        order(other) < order(node) and _file_uri(other, context) is not None
        for other in context.names.scopes.nodes()
        if isinstance(other, _NODES)
    )


def _file_uri(node: ast.AST, context: Context) -> ast.expr | None:
    """Return the expression that sets a store of files."""
    if isinstance(node, ast.Call):
        return _given(node, context) or _option(node, context)
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is None:
            return None
        if any(_is_environment(target, context) for target in targets) and is_files(node.value, context):
            return node.value
        names = [dotted_text(target).rpartition(".")[2] for target in targets]
        return _setting(names, node.value, context)
    if isinstance(node, ast.keyword):
        return _setting([node.arg or ""], node.value, context)
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        found = (_setting([str(key.value)], value, context) for key, value in pairs if isinstance(key, ast.Constant))
        return next((value for value in found if value is not None), None)
    if isinstance(node, ast.arguments):
        found = (_setting([parameter.arg], value, context) for parameter, value in defaults(node))
        return next((value for value in found if value is not None), None)
    return None


def _given(node: ast.Call, context: Context) -> ast.expr | None:
    """Return the URI that MLflow, or Lightning's logger, gets from a call."""
    call = context.call(node)
    if call is not None:
        argument = call.get(_URI_OF[call.path]) if call.path in _URI_OF else None
        return argument.value if argument is not None and is_files(argument.value, context) else None
    if function_name(node.func) != _LOGGER or not context.facts.imports(
        "lightning", "pytorch_lightning", "lightning_fabric"
    ):
        return None
    if isinstance(context.resolve(node.func), LocalClass) or any(keyword.arg is None for keyword in node.keywords):
        return None
    value = next((keyword.value for keyword in node.keywords if keyword.arg == "tracking_uri"), None)
    if value is None and len(node.args) > 2:
        value = node.args[2]
    if value is not None and not is_none(value):
        return value if is_files(value, context) else None
    # Without a URI it takes the folder `save_dir`, by default "./mlruns", unless the environment names a server.
    is_set = context.facts.sets("MLFLOW_TRACKING_URI") or context.kind == "databricks"
    return None if is_set else node.func


def _option(node: ast.Call, context: Context) -> ast.expr | None:
    """Return the default of an option, as ``add_argument`` and ``click.option`` take it, or what sets a variable."""
    first = node.args[0] if node.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return None
    if first.value in _VARIABLES and function_name(node.func) in ("setdefault", "setenv", "putenv"):
        return node.args[1] if len(node.args) == 2 and is_files(node.args[1], context) else None
    if not first.value.startswith("-"):
        return None
    default = next((keyword.value for keyword in node.keywords if keyword.arg == "default"), None)
    name = first.value.lstrip("-").replace("-", "_")
    return _setting([name], default, context) if default is not None else None


def _setting(names: list[str], value: ast.expr, context: Context) -> ast.expr | None:
    """Return the value of a setting that is, by its name and its value, a store of files."""
    is_uri = any(_is_setting(name.lower()) for name in names)
    return value if is_uri and is_plain_store(value, context) else None


def _is_setting(name: str) -> bool:
    return name.endswith(("uri", "url")) and "artifact" not in name and _SETTING.search(name) is not None


def _is_environment(target: ast.expr, context: Context) -> bool:
    """Whether the target is ``os.environ["MLFLOW_TRACKING_URI"]``."""
    return (
        isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and target.slice.value in _VARIABLES
        and context.source(target.value).endswith("environ")
    )


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
(`mlflow/store/tracking/file_store.py`), unless the environment has `MLFLOW_ALLOW_FILE_STORE=true`.

Without any URI, MLflow 3.7 and later still take a folder `mlruns` in the working directory that holds `<number>/meta.yaml`
(`_has_existing_mlruns_data` in `mlflow/tracking/_tracking_service/utils.py`), and 3.13 and later then refuse it: code that names no URI stops where an
MLflow 2 has run before. `check` looks into the folder `mlruns` of each folder that it is given, also when Git ignores it, and says so unless a file
there names a tracking URI. `mlflow migrate-filestore` copies the runs into a database; as the folder stays, with the artifacts, the URI of the
database must be set, too (run on 3.17.2).

The better way is a database or a server: `mlflow.set_tracking_uri("sqlite:///mlflow.db")`; older runs stay in their folder.
The unsafe fix keeps the folder and what is in it: it sets the variable before the store is made. MLflow 2 ignores it.

Lightning's `MLFlowLogger` without a `tracking_uri` takes the folder `save_dir`, by default `./mlruns`, unless the environment names a server
(`lightning/pytorch/loggers/mlflow.py`): it is refused, too. So is a folder that is only a default: of `os.getenv("MLFLOW_TRACKING_URI", ...)`, of
`settings.get("tracking_uri", ...)`, of a parameter, an option or a setting.

A URI that is known only at run time (an argument, a setting without default) is not reported: most of them name a server.""",
    safety=Safety.UNSAFE,
    severity={"3.0": Severity.DEPRECATED, "3.13": Severity.BREAKS},
    on=(
        masked_lines(check=_check_line, needs=(LIBRARY,)),
        calls_named(*_SETTERS, check=_check, aliased=True, needs=(LIBRARY,)),
        calls_named(_LOGGER, check=_check, needs=({"lightning"},)),
        calls_named("setdefault", "setenv", "putenv", check=_check, needs=(set(_VARIABLES),)),
        constructions(ast.Assign, ast.AnnAssign, check=_check, needs=(set(_VARIABLES),)),
        constructions(ast.Assign, ast.AnnAssign, check=_check, needs=_SETTING_NEEDS),
        constructions(ast.Call, ast.keyword, check=_check, needs=_SETTING_NEEDS),
        constructions(ast.Dict, ast.arguments, check=_check, needs=_SETTING_NEEDS),
    ),
    since="3.13",
    examples=(
        program(
            "a file URI",
            _PROGRAM,
            'import os\n\nimport mlflow\n\nos.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")\n'
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
        fixed(
            "a comment stays with its function",
            """\
import os
import mlflow

# Where the runs are.
def connect():
    mlflow.set_tracking_uri("mlruns")
""",
            """\
import os
import mlflow

os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")


# Where the runs are.
def connect():
    mlflow.set_tracking_uri("mlruns")
""",
            unsafe=True,
        ),
        program(
            "files by default",
            'import os\n\nimport mlflow\n\nmlflow.set_tracking_uri(os.getenv("MY_TRACKING_URI", "file:./runs"))\nmlflow.log_metric("rmse", 0.5)\n',
            "import os\n\nimport mlflow\n\n"
            'os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")\n'
            'mlflow.set_tracking_uri(os.getenv("MY_TRACKING_URI", "file:./runs"))\nmlflow.log_metric("rmse", 0.5)\n',
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="MlflowException: maintenance mode"),
                "3 after": Run(),
            },
            unsafe=True,
        ),
        reported(
            "a path below the folder that a function of one's own gives",
            'import mlflow\nfrom paths import project_root\nmlflow.set_tracking_uri(project_root() / "mlruns")\n',
        ),
        reported(
            "a parameter's default",
            'import mlflow\ndef connect(uri="mlruns"):\n    mlflow.set_tracking_uri(uri)\n',
        ),
        reported(
            "an option's default",
            'parser.add_argument("--mlflow-tracking-uri", type=str, default="file:./mlruns")\n',
        ),
        reported(
            "where nothing is set",
            'import mlflow\nuri = config.get("mlflow", {}).get("tracking_uri", "file:./mlruns")\nmlflow.set_tracking_uri(uri)\n',
        ),
        reported("a setting", 'class Settings:\n    mlflow_tracking_uri: str = "file:./mlruns"\n'),
        reported("a setting in a dict", 'config = {"mlflow": {"tracking_uri": "./mlruns"}}\n'),
        reported(
            "Lightning's logger with a folder",
            'from lightning.pytorch.loggers import MLFlowLogger\nlogger = MLFlowLogger("net", tracking_uri="file:./ml-runs")\n',
        ),
        reported(
            "Lightning's logger without a URI",
            'from lightning.pytorch.loggers import MLFlowLogger\nlogger = MLFlowLogger(experiment_name="net")\n',
        ),
        untouched(
            "Lightning's logger with a server",
            "from lightning.pytorch.loggers import MLFlowLogger\n"
            'logger = MLFlowLogger("net", tracking_uri="http://localhost:5000")\n',
        ),
        untouched(
            "Lightning's logger in an environment that is set",
            "import os\nfrom lightning.pytorch.loggers import MLFlowLogger\n"
            'os.environ["MLFLOW_TRACKING_URI"] = "http://localhost:5000"\nlogger = MLFlowLogger("net")\n',
        ),
        untouched(
            "Lightning's logger on Databricks, which sets the variable",
            "# Databricks notebook source\nfrom lightning.pytorch.loggers import MLFlowLogger\nlogger = MLFlowLogger('net')\n",
        ),
        reported(
            "in a magic",
            "# Databricks notebook source\n# MAGIC %env MLFLOW_TRACKING_URI=file:./mlruns\n",
        ),
        untouched(
            "a server by default",
            'import os\nimport mlflow\nmlflow.set_tracking_uri(os.getenv("URI", "http://localhost:5000"))\n',
        ),
        untouched(
            "a server where nothing is set", 'import mlflow\nmlflow.set_tracking_uri(config.get("uri", "http://a"))\n'
        ),
        untouched("a database in a setting", 'tracking_uri = "sqlite:///mlruns.db"\n'),
        untouched("where artifacts lie", 'mlflow_artifact_uri = "file:./mlruns"\n'),
        untouched("a comparison", 'assert config.tracking_uri == "file:./mlruns"\n'),
        Example(
            "runs that code without a URI has left, in the file that shows MLflow where they are",
            "artifact_location: file:///home/ann/net/mlruns/0\nexperiment_id: '0'\nlifecycle_stage: active\nname: Default\n",
            path="mlruns/0/meta.yaml",
        ),
        Example(
            "such runs before 3.13",
            "artifact_location: file:///home/ann/net/mlruns/0\nexperiment_id: '0'\nlifecycle_stage: active\nname: Default\n",
            found=False,
            settings={"target": "3.12"},
            path="mlruns/0/meta.yaml",
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
