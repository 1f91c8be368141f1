"""The tags of a run's Git repository that MLflow 3 does not set any more, and who writes and reads them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.context import Context

TAGS = {"mlflow.gitBranchName": "mlflow.source.git.branch", "mlflow.gitRepoURL": "mlflow.source.git.repoURL"}
OLD = re.compile("|".join(map(re.escape, TAGS)))
# How a filter of runs or a column of their table names a tag.
_ASKED = re.compile(rf"""\btags?\.[`"']?(?:{OLD.pattern})\b""")
_ASKING = ("get", "pop", "startswith", "search_runs")


# The beginning of their names, as what is put together or looked for at run time has it.
_BEGINNING = re.compile(
    r"(?:\A|(?<=[`\"'^(])|(?<=\btags\.)|(?<=\btag\.))(?P<word>mlflow\.git\w*)(?P<after>\Z|[*%`\"'.\\])"
)


def is_beginning(text: str) -> bool:
    """Return whether a string with a star for each gap is one of the tags, or the beginning of one: ``mlflow.git``, ``mlflow.git*``."""
    return any(
        tag.startswith(found["word"]) and (found["after"] in ("", "*", "%") or tag == found["word"])
        for found in _BEGINNING.finditer(text)
        for tag in TAGS
    )


def parts(node: ast.expr) -> Iterator[str]:
    """Return the known parts of a string."""
    values = node.values if isinstance(node, ast.JoinedStr) else [node]
    yield from (value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str))


def reads(node: ast.expr, context: Context) -> bool:
    """Return whether a string only asks for a tag: as a key, in a filter, or as a column."""
    if _ASKED.search("".join(parts(node))):
        return True
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.Subscript):
        return parent.slice is node and isinstance(parent.ctx, ast.Load)
    if isinstance(parent, ast.Compare):
        return all(isinstance(operator, (ast.In, ast.NotIn, ast.Eq, ast.NotEq)) for operator in parent.ops)
    return (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Attribute)
        and parent.func.attr in _ASKING
        and parent.args[:1] == [node]
    )


def is_written(context: Context) -> bool:
    """Return whether the code does anything else with the tags: then reading another one may miss what it wrote."""
    return OLD.search(context.text) is not None and any(
        isinstance(node, (ast.Constant, ast.JoinedStr))
        and OLD.search("".join(parts(node)))
        and not isinstance(context.names.scopes.parent(node), (ast.Expr, ast.JoinedStr, ast.FormattedValue))
        and not reads(node, context)
        for node in context.names.scopes.nodes()
    )
