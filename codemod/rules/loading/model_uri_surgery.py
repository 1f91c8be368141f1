"""MLF203: the URI of a logged model is not a path of its run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.names import Instance, LocalFunction, Unknown
from codemod.rewriting.edits import Change
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.joined_model_uri import downloaded_first, joined
from codemod.rules.selectors import attributes

_MODEL_INFO = "mlflow.models.model.ModelInfo"
_SURGERY = ("split", "rsplit", "partition", "rpartition", "replace", "startswith", "endswith", "removeprefix", "index",
            "find", "strip", "lstrip")  # fmt: skip


def _check(node: ast.Attribute, context: Context) -> Iterator[Match]:
    owner = context.resolve(node.value)
    is_info = isinstance(owner, Instance) and owner.path == _MODEL_INFO
    if node.attr == "artifact_path":
        if is_info and isinstance(node.ctx, ast.Load):
            yield Match(
                node,
                "`artifact_path` of a logged model is the place of its files in MLflow 3, not the path that was logged; "
                "use `info.name`, or `info.model_uri` to read it",
                Safety.MANUAL,
            )
        return
    if not is_info and not (isinstance(owner, Unknown) and context.facts.logs_models):
        return
    for value in _values(node, context) if is_info else (node,):
        changes: tuple[Change, ...] = ()
        if _is_taken_apart(value, context):
            message = "take the run from `info.run_id`"
        elif (whole := joined(value, context)) is not None:
            changes = downloaded_first(value, whole, context)
            message = 'a path below it leads nowhere; `f"runs:/{info.run_id}/{info.name}/…"` leads to the file'
            if changes:
                message = "a path below it leads nowhere; the path is joined to the folder that is downloaded instead"
        else:
            continue
        yield Match(
            value,
            f"`model_uri` of a logged model is `models:/m-…` in MLflow 3, not `runs:/…/…`; {message}",
            Safety.UNSAFE if changes else Safety.MANUAL,
            changes,
        )


def _values(node: ast.expr, context: Context) -> Iterator[ast.expr]:
    """Return the expressions that have the value of one: itself, variables, and parameters of the file's own functions."""
    scopes = context.names.scopes
    yield node
    parent = scopes.parent(node)
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        for name in _loads(scopes.nodes(), parent.targets[0].id):
            if context.names.definition(name) is node:
                yield name
                yield from _in_function(name, context)
    else:
        yield from _in_function(node, context)


def _in_function(argument: ast.expr, context: Context) -> Iterator[ast.Name]:
    """Return the uses of the parameter that takes an argument; for the first of several calls, so that each is given once."""
    found = _parameter(argument, context)
    if found is None:
        return
    function, parameter = found
    earlier = (
        each
        for each in context.names.scopes.nodes()
        if isinstance(each, ast.Attribute) and each.attr == "model_uri" and _parameter(each, context) == found
    )
    if next(earlier, argument) is argument:
        yield from _loads(ast.walk(function), parameter)


def _parameter(argument: ast.expr, context: Context) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, str] | None:
    scopes = context.names.scopes
    parent = scopes.parent(argument)
    keyword = parent.arg if isinstance(parent, ast.keyword) else None
    call = scopes.parent(parent) if isinstance(parent, ast.keyword) else parent
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func is argument:
        return None
    function = context.resolve(call.func)
    if not isinstance(function, LocalFunction) or isinstance(function.node, ast.Lambda):
        return None
    taken = function.node.args
    names = [each.arg for each in (*taken.posonlyargs, *taken.args)]
    if keyword is None and argument in call.args:
        index = call.args.index(argument)
        keyword = names[index] if index < len(names) and not _has_star(call.args[:index]) else None
    names += [each.arg for each in taken.kwonlyargs]
    return (function.node, keyword) if keyword is not None and keyword in names else None


def _has_star(arguments: Iterable[ast.expr]) -> bool:
    return any(isinstance(argument, ast.Starred) for argument in arguments)


def _loads(nodes: Iterable[ast.AST], name: str) -> Iterator[ast.Name]:
    for node in nodes:
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            yield node


def _is_taken_apart(node: ast.expr, context: Context) -> bool:
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.Attribute):
        return parent.attr in _SURGERY
    if isinstance(parent, ast.Compare):
        return any(isinstance(operator, (ast.In, ast.NotIn)) for operator in parent.ops)
    return isinstance(parent, ast.Subscript) and parent.value is node


_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run():
    info = mlflow.sklearn.log_model(LinearRegression(), artifact_path="model", serialization_format="cloudpickle")
run_id = info.model_uri.split("/")[1]
result = mlflow.get_run(run_id).info.status
"""

_JOINED = """\
import mlflow
from mlflow.artifacts import load_text
from sklearn.linear_model import LinearRegression


def requirements(uri):
    return load_text(f"{uri}/requirements.txt").split()


with mlflow.start_run():
    info = mlflow.sklearn.log_model(
        LinearRegression(), artifact_path="model", pip_requirements=["scipy"], serialization_format="cloudpickle"
    )
result = "scipy" in requirements(info.model_uri)
"""
_DOWNLOADED = """\
import mlflow
from mlflow.artifacts import download_artifacts
from sklearn.linear_model import LinearRegression


def requirements(uri):
    with open(download_artifacts(artifact_uri=f"{uri}/requirements.txt")) as file:
        return file.read().split()


with mlflow.start_run():
    info = mlflow.sklearn.log_model(
        LinearRegression(), artifact_path="model", pip_requirements=["scipy"], serialization_format="cloudpickle"
    )
result = "scipy" in requirements(info.model_uri)
"""
_JOINED_BY_HAND = _JOINED.replace("artifact_path=", "name=").replace(
    "requirements(info.model_uri)", 'requirements(f"runs:/{info.run_id}/{info.name}")'
)

RULE = Rule(
    code="MLF203",
    name="model-uri-surgery",
    summary="`info.model_uri` is `models:/m-…`, so code that takes it apart breaks.",
    why="""\
`ModelInfo.model_uri` was `runs:/<run id>/<path>`; MLflow 3.0 gives `models:/m-<id>` (`Model.log` in
`mlflow/models/model.py`). The URI still
loads, registers and serves. What breaks is code that splits it for the run's id, tests it for `runs:/`, replaces a part, or joins a
path to it: `models:/m-<id>/requirements.txt` is read as a name and a version of the registry, and not found (run on 3.17.2).
`info.artifact_path` was the path that was logged and is the absolute place of the files now. `info.run_id` and, on 3, `info.name` say
both. What to write depends on what the code wants, so a person decides.

One form is rewritten (unsafe): `download_artifacts` of a path below the URI downloads the model instead, and the path is joined to its
folder. That holds for every URI of a folder on 2 and 3, but brings the whole model where one file was wanted.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    on=(attributes("model_uri", "artifact_path", check=_check, needs=({"mlflow", "log_model"},)),),
    examples=(
        program(
            "the run's id out of the URI",
            _PROGRAM,
            runs={"2 before": Run(), "3 before": Run(raises="MlflowException: not found"), "3 by hand": Run()},
            by_hand=_PROGRAM.replace("artifact_path=", "name=").replace('info.model_uri.split("/")[1]', "info.run_id"),
        ),
        reported(
            "a test for runs:/",
            """
            import mlflow
            info = mlflow.onnx.log_model(m, name="m")
            if info.model_uri.startswith("runs:/"):
                pass
            """,
        ),
        reported(
            "the logged path",
            """
            import mlflow
            info = mlflow.onnx.log_model(m, name="m")
            print(info.artifact_path)
            """,
        ),
        reported(
            "through a parameter",
            """
            import mlflow
            def run_of(info):
                return info.model_uri.split("/")[1]
            run_of(mlflow.onnx.log_model(m, name="m"))
            """,
        ),
        program(
            "a file below it, in a function of one's own",
            _JOINED,
            runs={
                "2 before": Run(),
                "3 before": Run(raises="MlflowException: Registered Model.* not found"),
                "3 by hand": Run(),
            },
            by_hand=_JOINED_BY_HAND,
        ),
        program(
            "a download of a file below it",
            _DOWNLOADED,
            _DOWNLOADED.replace('artifact_uri=f"{uri}/requirements.txt")', 'artifact_uri=uri) + "/requirements.txt"'),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="MlflowException: Registered Model.* not found"),
                "3 after": Run(),
            },
            unsafe=True,
        ),
        fixed(
            "downloads of joined paths",
            """
            import os

            import mlflow

            info = mlflow.onnx.log_model(m, name='m')
            a = mlflow.artifacts.download_artifacts(info.model_uri + '/data/' + name)
            b = mlflow.artifacts.download_artifacts(os.path.join(info.model_uri, 'MLmodel'))
            c = mlflow.artifacts.download_artifacts(f'{info.model_uri}/{name}')
            """,
            """
            import os

            import mlflow

            info = mlflow.onnx.log_model(m, name='m')
            a = mlflow.artifacts.download_artifacts(info.model_uri) + '/data/' + name
            b = os.path.join(mlflow.artifacts.download_artifacts(info.model_uri), 'MLmodel')
            c = mlflow.artifacts.download_artifacts(info.model_uri) + f'/{name}'
            """,
            unsafe=True,
        ),
        reported(
            "a download into a folder of one's own",
            """
            import mlflow
            info = mlflow.onnx.log_model(m, name="m")
            mlflow.artifacts.download_artifacts(info.model_uri + "/MLmodel", dst_path="here")
            """,
            unsafe=True,
        ),
        reported(
            "a download as a part of a longer expression",
            """
            import mlflow
            info = mlflow.onnx.log_model(m, name="m")
            print(mlflow.artifacts.download_artifacts(f"{info.model_uri}/MLmodel").upper())
            """,
            unsafe=True,
        ),
        reported(
            "a path joined to a variable",
            """
            import mlflow
            import os
            uri = mlflow.onnx.log_model(m, name="m").model_uri
            print(os.path.join(uri, "MLmodel"))
            """,
        ),
        untouched(
            "a text that begins with it",
            'import mlflow\nuri = mlflow.onnx.log_model(m, name="m").model_uri\nprint(f"{uri} was logged", uri + "\\n")\n',
        ),
        untouched(
            "a function that loads it",
            """
            import mlflow
            def load(uri):
                return mlflow.pyfunc.load_model(uri)
            load(mlflow.onnx.log_model(m, name="m").model_uri)
            """,
        ),
        untouched(
            "loading by it",
            """
            import mlflow
            mlflow.onnx.load_model(mlflow.onnx.log_model(m, name="m").model_uri)
            """,
        ),
        untouched(
            "an argument of that name",
            """
            import mlflow
            mlflow.pyfunc.load_model(model_uri="models:/m/1".strip())
            """,
        ),
        untouched(
            "another artifact_path",
            """
            import mlflow
            def f(config):
                return config.artifact_path
            """,
        ),
        untouched(
            "a settings object of one's own",
            """
            class Settings:
                model_uri = "a/b"
            print(Settings().model_uri.split("/"))
            """,
        ),
    ),
)
