"""The tags of a run's Git repository that MLflow 3 does not set any more, and who writes and reads them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.names.nodes import function_name

TAGS = {"mlflow.gitBranchName": "mlflow.source.git.branch", "mlflow.gitRepoURL": "mlflow.source.git.repoURL"}
OLD = re.compile("|".join(map(re.escape, TAGS)))
_OLD_BYTES = re.compile(OLD.pattern.encode())
#: One of these stands in all code that names one of the tags, also by parts.
WORDS = frozenset({"mlflow.git", "gitBranchName", "gitRepoURL"})
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
    if not may_name_tag(context.text):
        return False
    return any(_names_whole(node, context) or _puts_together(node, context) for node in context.names.scopes.nodes())


def names_tag(data: bytes) -> bool:
    """Return whether a file that is no code names one of the tags: who knows what reads it, and sets them."""
    return _OLD_BYTES.search(data) is not None


def may_name_tag(text: str) -> bool:
    """Return whether code may name one of the tags, as a whole or by parts."""
    return any(word in text for word in WORDS)


def _names_whole(node: ast.AST, context: Context) -> bool:
    return (
        isinstance(node, (ast.Constant, ast.JoinedStr))
        and OLD.search("".join(parts(node))) is not None
        and not isinstance(context.names.scopes.parent(node), (ast.Expr, ast.JoinedStr, ast.FormattedValue))
        and not reads(node, context)
    )


def _puts_together(node: ast.AST, context: Context) -> bool:
    """Return whether a node makes one of the names of parts for more than to read it: ``{"mlflow.git" + "BranchName": branch}``."""
    is_made = isinstance(node, ast.Call) and function_name(node.func) == "format"
    if not isinstance(node, (ast.BinOp, ast.JoinedStr, ast.Call)) or not (is_made or not isinstance(node, ast.Call)):
        return False
    return is_put_together(node, context) and not reads(node, context)


def is_put_together(node: ast.expr, context: Context) -> bool:
    """Return whether an expression makes one of the names, or one that begins so, of parts of which none is a whole one."""
    if isinstance(context.names.scopes.parent(node), (ast.BinOp, ast.JoinedStr, ast.FormattedValue)):
        return False  # a part of one
    is_whole = any(isinstance(each, ast.Constant) and OLD.search(str(each.value)) for each in ast.walk(node))
    return not is_whole and is_beginning(text_of(node, context.names).filled("*"))
