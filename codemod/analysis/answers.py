"""What a server answers over HTTP, and what a database holds of runs and versions: only keys and columns tell what it is."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.analysis.origins import origins
from codemod.analysis.texts import text_of
from codemod.names.nodes import function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_QUERYING = ("read_sql", "read_sql_query", "read_database")
_OF_VERSIONS = ("model_version", "model_versions", "latest_versions")


def is_version_of_answer(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is, by its keys, a version in what a server answers: ``answer["model_versions"][0]``."""
    sources = origins(node, context)
    for source in [*sources]:
        sources += [source.value] if isinstance(source, ast.Subscript) else []
        sources += context.names.loops(source) if isinstance(source, ast.Name) else []
    return any(_asked_key(source) in _OF_VERSIONS for source in sources)


def _asked_key(node: ast.expr) -> str:
    """Return the key of ``answer["key"]`` and ``answer.get("key")``."""
    key: ast.expr | None = node.slice if isinstance(node, ast.Subscript) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        key = node.args[0]
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""


def is_query_for_roots(node: ast.Call, context: Context) -> bool:
    """Return whether pandas or polars asks a database for the places of artifacts: ``pd.read_sql("select artifact_uri from runs", engine)``."""
    if function_name(node.func) not in _QUERYING or not node.args or not context.facts.names_mlflow:
        return False
    return "artifact_uri" in text_of(node.args[0], context.names).fixed
