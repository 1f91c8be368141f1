"""MLF302: ``models:/name/Production`` reads a stage; an alias is read by ``models:/name@alias``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.dependencies import stage_uris
from codemod.findings import Safety, Severity
from codemod.rewriting.edits import Replace
from codemod.rules.base import Example, Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms import magic_lines
from codemod.rules.idioms.stage_segments import (
    SERVING_STAGES,
    computed_stage,
    ends_in_stage,
    is_part,
    literal_stage,
    with_alias,
)
from codemod.rules.idioms.stages import is_refused, keeper_of_stages, still
from codemod.rules.selectors import LineStatement, calls_named, constructions, literals, masked_lines
from codemod.settings import Project

_SCHEME = "models:/"
_ALONE = (
    "to read an alias by `models:/name@alias`, something must set "
    "it (`set_registered_model_alias`) where the stage is set now"
)
_ENDING = re.compile(r"/(?P<stage>Production|Staging|Archived|None)$", re.IGNORECASE)


def _check_line(node: LineStatement, context: Context) -> Iterator[Match]:
    return magic_lines.matches_of_line(node, context, lambda text, choices, _: stage_uris.find(text, choices), "MLF302")


def _check(node: ast.Constant | ast.JoinedStr | ast.BinOp | ast.Call, context: Context) -> Iterator[Match]:
    last = _last_text(node)
    stage = ends_in_stage(node, context) if isinstance(node, ast.BinOp) else literal_stage(node, context)
    if stage is None or is_part(node, context):
        if computed_stage(node, context):
            yield _alone(node, context)
        return
    new = _in_sum(last, context) if last is not None else None
    if isinstance(node, (ast.Constant, ast.JoinedStr)):
        new = with_alias(node, context)
    is_moved = stage in context.project.stages and stage in SERVING_STAGES and not is_refused(context)
    if is_moved and new is not None:
        message = f"{still(context)}; `@{stage.lower()}` reads the alias instead"
        yield Match(last or node, message, Safety.UNSAFE, (Replace(last or node, new),))
    else:
        yield _alone(last or node, context)


def _in_sum(last: ast.Constant, context: Context) -> str | None:
    """Return the source of the text that ends a sum with the alias in the place of the stage."""
    text = context.source(last)
    body = text.rstrip("\"'")
    ending = _ENDING.search(body)
    return f"{body[: ending.start()]}@{ending['stage'].lower()}{text[len(body) :]}" if ending is not None else None


def _alone(node: ast.AST, context: Context) -> Match:
    if is_refused(context):
        return Match(node, still(context), Safety.MANUAL, severity=Severity.BREAKS)
    said = [
        still(context),
        keeper_of_stages(context) if not isinstance(node, ast.expr) or not computed_stage(node, context) else "",
        _ALONE,
    ]
    return Match(node, "; ".join(filter(None, said)), Safety.MANUAL)


def _last_text(node: ast.AST) -> ast.Constant | None:
    """Return the text that ends a sum: ``"/Production"`` of ``"models:/" + name + "/Production"``."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and isinstance(node.right, ast.Constant):
        return node.right if isinstance(node.right.value, str) else None
    return None


_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0]], [0.0, 2.0]
with mlflow.start_run():
    model = LinearRegression().fit(X, y)
    info = mlflow.sklearn.log_model(model, artifact_path="model", serialization_format="cloudpickle")
mlflow.register_model(info.model_uri, "line")
client = mlflow.MlflowClient()
client.transition_model_version_stage("line", 1, "Production")
client.set_registered_model_alias("line", "production", 1)
result = mlflow.pyfunc.load_model("models:/line/Production").predict(X).tolist()
"""

RULE = Rule(
    code="MLF302",
    name="stage-uri",
    summary="`models:/name/Production` reads a stage; `models:/name@alias` reads an alias.",
    why="""\
A URI that ends in a stage is resolved through `get_latest_versions`, which has been deprecated since 2.9
(`mlflow/store/artifact/utils/models.py`, `mlflow/tracking/client.py`); it still works on 3.17. `models:/name@alias` reads the version
that carries the alias, on MLflow 2.3 and later. The path of a file may stand behind either (`split_models_uri` in
`mlflow/store/artifact/models_artifact_repo.py`, 2.22 and 3.18).

The URI is changed only together with the call that sets the stage (MLF301), in the same run, and with it those in scripts, images and
configurations: as long as nobody sets the alias, reading it is an error. Otherwise the finding says what is missing. A stage that stands in
a variable keeps all of them as they are.""",
    safety=Safety.UNSAFE,
    severity=Severity.DEPRECATED,
    on=(
        masked_lines(check=_check_line, needs=({_SCHEME},)),
        literals(_SCHEME, check=_check),
        calls_named("format", check=_check, needs=({_SCHEME},)),
        # With the quote in front: in comments of other code, models stand in front of a colon.
        calls_named("join", check=_check, needs=({'"models:', "'models:"},)),
        constructions(ast.BinOp, check=_check, needs=({_SCHEME},)),
    ),
    since="2.9",
    examples=(
        fixed(
            "an f-string without values",
            'import mlflow\nmlflow.pyfunc.load_model(f"models:/line/Staging")\n',
            'import mlflow\nmlflow.pyfunc.load_model(f"models:/line@staging")\n',
            unsafe=True,
            project=Project(stages=frozenset({"Staging"})),
        ),
        reported(
            "a URI that is joined",
            'import mlflow\nPARTS = ("models:", "line", "Staging")\nmlflow.pyfunc.load_model("/".join(PARTS))\n',
        ),
        untouched(
            "a URI that is joined of a list with a second name",
            'import mlflow\nparts = held = ["models:", "line", "Staging"]\nheld[2] = "3"\nmlflow.pyfunc.load_model("/".join(parts))\n',
        ),
        reported(
            "a stage or a version",
            """
            import mlflow
            client = mlflow.MlflowClient()
            def load(name, ref):
                return mlflow.pyfunc.load_model(f"models:/{name}/{ref}")
            load("line", "Production")
            load("line", client.get_model_version("line", 1).version)
            """,
        ),
        reported(
            "a stage that nobody sees, or a version",
            """
            import mlflow
            def load(args, client):
                ref = args.stage
                if args.pin:
                    ref = client.get_model_version("line", args.pin).version
                return mlflow.pyfunc.load_model(f"models:/line/{ref}")
            """,
        ),
        untouched(
            "one version or another one, or the latest",
            """
            import mlflow
            def load(client, pin=None, newest=False):
                ref = pin.version if pin else client.get_model_version_by_alias("line", "a").version
                if newest:
                    ref = "latest"
                return mlflow.pyfunc.load_model(f"models:/line/{ref}")
            """,
        ),
        untouched(
            "a version by a short name",
            """
            import mlflow
            def load(name, v):
                return mlflow.pyfunc.load_model(f"models:/{name}/{v}")
            newest = max(mlflow.MlflowClient().search_model_versions("name='line'"), key=lambda each: int(each.version))
            v = newest.version
            print(load("line", v), mlflow.pyfunc.load_model(f"models:/line/{v}"))
            """,
        ),
        untouched(
            "a version in a URI that is joined",
            'import mlflow\nmlflow.pyfunc.load_model("/".join(["models:", "line", "3"]))\n',
        ),
        fixed(
            "reader and writer in one run",
            """
            import mlflow
            from mlflow import MlflowClient

            MlflowClient().set_registered_model_alias(name=name, version=1, alias="production")
            model = mlflow.pyfunc.load_model(f"models:/{name}/Production")
            other = mlflow.pyfunc.load_model("models:/line/production")
            """,
            """
            import mlflow
            from mlflow import MlflowClient

            MlflowClient().set_registered_model_alias(name=name, version=1, alias="production")
            model = mlflow.pyfunc.load_model(f"models:/{name}@production")
            other = mlflow.pyfunc.load_model("models:/line@production")
            """,
            unsafe=True,
            project=Project(stages=frozenset({"Production"})),
        ),
        program(
            "a stage and an alias on one version",
            _PROGRAM,
            _PROGRAM.replace("line/Production", "line@production"),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(),
                "3 after": Run(),
            },
            unsafe=True,
            project=Project(stages=frozenset({"Production"})),
        ),
        fixed(
            "a file of a model in a stage",
            """
            import mlflow
            path = mlflow.artifacts.download_artifacts(f"models:/{name}/Production/{file}")
            other = mlflow.artifacts.download_artifacts(f"models:/{name}/{version}/{file}")
            """,
            """
            import mlflow
            path = mlflow.artifacts.download_artifacts(f"models:/{name}@production/{file}")
            other = mlflow.artifacts.download_artifacts(f"models:/{name}/{version}/{file}")
            """,
            unsafe=True,
            project=Project(stages=frozenset({"Production"})),
        ),
        reported(
            "a reader alone",
            """
            import mlflow
            mlflow.pyfunc.load_model("models:/line/Production")
            """,
            unsafe=True,
        ),
        reported(
            "an f-string",
            """
            import mlflow
            mlflow.pyfunc.load_model(f"models:/{name}/Staging")
            """,
            unsafe=True,
        ),
        fixed(
            "a sum",
            """
            import mlflow
            model = mlflow.pyfunc.load_model("models:/" + name + "/Staging")
            """,
            """
            import mlflow
            model = mlflow.pyfunc.load_model("models:/" + name + "@staging")
            """,
            unsafe=True,
            project=Project(stages=frozenset({"Staging"})),
        ),
        Example(
            "what a script serves",
            "mlflow models serve -m models:/line/Production -p 8080\n",
            "mlflow models serve -m models:/line@production -p 8080\n",
            settings={"unsafe": True, "project": Project(stages=frozenset({"Production"}))},
            path="serve.sh",
        ),
        Example(
            "what a configuration names",
            """
            mlflow:
              uri: models:/line/Production  # served
            """,
            path="config.yaml",
        ),
        Example(
            "what a program reads from JSON",
            '{"model_uri": "models:/line/Production"}\n',
            '{"model_uri": "models:/line@production"}\n',
            settings={"unsafe": True, "project": Project(stages=frozenset({"Production"}))},
            path="config.json",
        ),
        Example("what nobody sets, in TOML", 'uri = "models:/line/Staging"\n', path="settings.toml"),
        Example("an alias in JSON", '{"uri": "models:/line@production"}\n', found=False, path="config.json"),
        Example("a word in JSON", '{"environment": "Production"}\n', found=False, path="config.json"),
        Example(
            "what a notebook starts",
            """
            # Databricks notebook source
            # MAGIC !mlflow models serve -m 'models:/line/Production'
            """,
        ),
        reported(
            "a stage in a variable",
            """
            import mlflow
            mlflow.pyfunc.load_model(f"models:/{name}/{stage}")
            """,
            unsafe=True,
        ),
        reported(
            "a format",
            """
            import mlflow
            uri = "models:/{}/{}".format(name, args.stage)
            """,
            unsafe=True,
        ),
        untouched(
            "a version in a variable",
            """
            import mlflow
            mlflow.pyfunc.load_model(f"models:/{name}/{version}")
            """,
        ),
        Example("a version in a script", "mlflow models serve -m models:/line/1\n", found=False, path="serve.sh"),
        untouched(
            "a version",
            """
            import mlflow
            mlflow.pyfunc.load_model("models:/line/1")
            """,
        ),
        untouched(
            "the latest version",
            """
            import mlflow
            mlflow.pyfunc.load_model(f"models:/{name}/latest")
            """,
        ),
        untouched(
            "an alias",
            """
            import mlflow
            mlflow.pyfunc.load_model("models:/line@production")
            """,
        ),
        untouched(
            "a logged model",
            """
            import mlflow
            mlflow.pyfunc.load_model("models:/m-123")
            """,
        ),
        untouched("part of a longer string", 'print("load models:/line/Production with mlflow")\n'),
        untouched(
            "other paths",
            """
            open("models/line/Production")
            load(f"s3://{bucket}/Production")
            """,
        ),
    ),
)
