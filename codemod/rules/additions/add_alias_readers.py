"""MLF905: ``models:/name/latest`` reads whatever was registered last; an alias is read by ``models:/name@alias``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.rewriting.edits import Replace
from codemod.rules.base import Match, Rule, fixed, reported, untouched
from codemod.rules.selectors import constructions, literals

_LATEST = "/latest"
_SCHEME = "models:/"


def _check(node: ast.Constant | ast.JoinedStr | ast.BinOp, context: Context) -> Iterator[Match]:
    scopes = context.names.scopes
    if isinstance(scopes.parent(node), (ast.JoinedStr, ast.BinOp)) or not _reads_latest(node):
        return
    alias = context.settings.added("alias-readers") or "champion"
    message = f"`latest` is whatever was registered last; `@{alias}` reads the version that carries the alias"
    text = context.source(node)
    body = text.rstrip("\"'")
    if isinstance(node, ast.BinOp) or not body.endswith(_LATEST):
        yield Match(node, f"{message}; the code puts this string together: change it by hand", Safety.MANUAL)
        return
    new = f"{body.removesuffix(_LATEST)}@{alias}{text[len(body) :]}"
    yield Match(node, message, Safety.UNSAFE, (Replace(node, new),))


def _reads_latest(node: ast.AST) -> bool:
    """Return whether a string is ``models:/<name>/latest``."""
    if isinstance(node, ast.Constant):
        text = node.value
        return isinstance(text, str) and text.startswith(_SCHEME) and text.endswith(_LATEST) and text.count("/") == 2
    if isinstance(node, ast.JoinedStr):
        parts = node.values
        return len(parts) > 1 and _text(parts[0]).startswith(_SCHEME) and _text(parts[-1]).endswith(_LATEST)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        first: ast.expr = node
        while isinstance(first, ast.BinOp):
            first = first.left
        return _text(first).startswith(_SCHEME) and _text(node.right).endswith(_LATEST)
    return False


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


RULE = Rule(
    code="MLF905",
    name="add-alias-readers",
    summary="With `--add alias-readers=NAME`: `models:/name/latest` becomes `models:/name@NAME`.",
    why="""\
`models:/name/latest` is the version with the highest number, whoever registered it and whatever it is worth
(`mlflow/store/artifact/utils/models.py`). `models:/name@alias` reads the version that carries the alias, on MLflow 2.3 and later.

The change is unsafe: reading an alias that nobody set is an error. `--add alias=NAME` sets it where versions are registered
(MLF902).""",
    safety=Safety.UNSAFE,
    severity=Severity.ADVICE,
    on=(
        literals(_LATEST, check=_check, needs=({_SCHEME},)),
        constructions(ast.BinOp, check=_check, needs=({_LATEST}, {_SCHEME})),
    ),
    opt_in=True,
    examples=(
        fixed(
            "a string and an f-string",
            """
            import mlflow
            a = mlflow.pyfunc.load_model("models:/line/latest")
            b = mlflow.pyfunc.load_model(f'models:/{name}/latest')
            """,
            """
            import mlflow
            a = mlflow.pyfunc.load_model("models:/line@champion")
            b = mlflow.pyfunc.load_model(f'models:/{name}@champion')
            """,
            unsafe=True,
        ),
        fixed(
            "an alias by another name",
            """
            import mlflow
            mlflow.pyfunc.load_model("models:/line/latest")
            """,
            """
            import mlflow
            mlflow.pyfunc.load_model("models:/line@best")
            """,
            unsafe=True,
            add=("alias-readers=best",),
        ),
        reported(
            "without --unsafe",
            """
            import mlflow
            mlflow.pyfunc.load_model("models:/line/latest")
            """,
        ),
        reported(
            "a string that is put together",
            """
            import mlflow
            mlflow.pyfunc.load_model("models:/" + name + "/latest")
            """,
            unsafe=True,
        ),
        untouched(
            "a version",
            """
            import mlflow
            mlflow.pyfunc.load_model("models:/line/1")
            """,
        ),
        untouched(
            "an alias",
            """
            import mlflow
            mlflow.pyfunc.load_model("models:/line@champion")
            """,
        ),
        untouched(
            "a stage (MLF302)",
            """
            import mlflow
            mlflow.pyfunc.load_model(f"models:/{name}/Production")
            """,
        ),
        untouched(
            "another path",
            """
            import mlflow
            mlflow.artifacts.download_artifacts("s3://bucket/latest")
            """,
        ),
        untouched("part of a longer string", 'print("reads models:/line/latest")\n'),
        untouched(
            "a model that is called latest",
            """
            import mlflow
            mlflow.pyfunc.load_model("models:/latest")
            """,
        ),
        untouched(
            "a path below a version",
            """
            import mlflow
            mlflow.pyfunc.load_model("models:/line/1/latest")
            """,
        ),
    ),
)
