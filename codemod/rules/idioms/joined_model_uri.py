"""Downloads of a file below a model's URI: the whole model comes first, the rest of the path is joined to its folder."""

from __future__ import annotations

import ast
import re

from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.rewriting.edits import Change, Replace

_DOWNLOAD = "mlflow.artifacts.download_artifacts"
_FORMATTED = re.compile(
    r"""(?P<open>[fF](?P<quote>"{3}|'{3}|"|'))\{(?P<value>[^{}]*)\}(?P<rest>.*)(?P=quote)""", re.DOTALL
)


def path_below(value: ast.expr, context: Context) -> ast.expr | None:
    """Return the expression that is a path below a value; None when no path is made of it.

    Args:
        value: What should be the path's beginning.
        context: Says what the strings are, and what stands around them.

    Returns:
        A sum, an f-string, or a call of ``os.path.join``.
    """
    parent = context.names.scopes.parent(value)
    if isinstance(parent, ast.BinOp):
        is_path = parent.left is value and text_of(parent.right, context.names).fixed.startswith("/")
        return _sum(parent, context) if is_path else None
    if isinstance(parent, ast.Call):  # `os.path.join`; that of a string takes one argument
        is_join = isinstance(parent.func, ast.Attribute) and parent.func.attr == "join"
        return parent if is_join and len(parent.args) > 1 and parent.args[0] is value else None
    whole = context.names.scopes.parent(parent) if isinstance(parent, ast.FormattedValue) else None
    if not isinstance(whole, ast.JoinedStr) or whole.values[0] is not parent:
        return None
    return whole if text_of(ast.JoinedStr(whole.values[1:]), context.names).fixed.startswith("/") else None


def _sum(node: ast.BinOp, context: Context) -> ast.BinOp:
    """Return the whole of a sum of several terms."""
    parent = context.names.scopes.parent(node)
    is_longer = isinstance(parent, ast.BinOp) and parent.left is node and isinstance(parent.op, ast.Add)
    return _sum(parent, context) if is_longer and isinstance(parent, ast.BinOp) else node


def downloaded_first(value: ast.expr, whole: ast.expr, context: Context) -> tuple[Change, ...]:
    """Download what a URI leads to, and join the rest of the path to the folder that this gives.

    That is right for every URI of a folder, on MLflow 2 and 3; it costs a download of the whole folder.

    Args:
        value: The URI.
        whole: The path below it, from `path_below`.
        context: Says what the calls are.

    Returns:
        The change; none where the path is not all that a `download_artifacts` without a place of its own is given.
    """
    scopes = context.names.scopes
    parent = scopes.parent(whole)
    node = scopes.parent(parent) if isinstance(parent, ast.keyword) else parent
    call = context.call(node) if isinstance(node, ast.Call) else None
    if call is None or call.path != _DOWNLOAD or call.star is not None or call.open_kwargs is not None:
        return ()
    given = call.get("artifact_uri")
    if given is None or given.value is not whole or call.get("dst_path") is not None:
        return ()
    around = scopes.parent(call.node)
    if not isinstance(around, (ast.Assign, ast.AnnAssign, ast.Return, ast.keyword, ast.Call, ast.Expr)):
        return ()  # elsewhere, a sum may need parentheses
    if isinstance(whole, ast.Call):
        download = _with(call.node, whole, context.source(value), context)
        return (Replace(call.node, _with(whole, value, download, context)),)
    parts = _parts(value, whole, context)
    if parts is None:
        return ()
    uri, rest = parts
    return (Replace(call.node, f"{_with(call.node, whole, uri, context)} + {rest}"),)


def _with(node: ast.expr, part: ast.expr, text: str, context: Context) -> str:
    """Return the source of an expression with another string in the place of a part."""
    lines = context.lines(context.cell(node))
    (start, end), (first, last) = lines.span(node), lines.span(part)
    return lines.text[start:first] + text + lines.text[last:end]


def _parts(value: ast.expr, whole: ast.expr, context: Context) -> tuple[str, str] | None:
    """Return the sources of a value and of what is joined to it; None when they cannot be told apart."""
    if isinstance(whole, ast.BinOp):
        parent = context.names.scopes.parent(value)
        assert isinstance(parent, ast.BinOp)  # `path_below` climbed from there
        lines = context.lines(context.cell(whole))
        rest = lines.text[lines.span(parent.right)[0] : lines.span(whole)[1]]
        return (context.source(value), rest) if _parsed(rest) is not None else None
    # Before Python 3.12, `ast` does not know where in an f-string an expression stands.
    found = _FORMATTED.fullmatch(context.source(whole))
    parsed = _parsed(found["value"].strip()) if found is not None else None
    if found is None or parsed is None or ast.dump(parsed) != ast.dump(value):
        return None
    rest = found["rest"]
    text = (found["open"] if "{" in rest or "}" in rest else found["quote"]) + rest + found["quote"]
    return (found["value"].strip(), text) if _parsed(text) is not None else None


def _parsed(text: str) -> ast.expr | None:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None
