"""What is said of a column of the table of traces: its new name, and whether the table may be another one."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.analysis.elsewhere import item_keys
from codemod.analysis.origins import origins
from codemod.analysis.texts import text_of
from codemod.findings import Safety
from codemod.names.nodes import function_name
from codemod.rewriting.edits import RenameAttribute, Replace
from codemod.rules.base import Match
from codemod.rules.idioms.joined_tables import may_set_column
from codemod.rules.idioms.trace_tables import NEW_COLUMNS

# What names the columns that it is given: ``list(COLUMNS)``, ``pl.col(NAME)``.
_HANDING = ("list", "tuple", "sorted", "set", "col")


def columns_named_by(node: ast.expr, context: Context) -> list[str]:
    """Return the columns of MLflow 2 that an expression may name otherwise than in so many words: a variable, a list in one, a dict's keys."""
    if isinstance(node, ast.Call):
        inside = node.args if function_name(node.func) in _HANDING else []
        return [name for each in inside for name in columns_named_by(each, context)]
    if isinstance(node, (ast.List, ast.Tuple)):
        return [name for each in node.elts for name in columns_named_by(each, context)]
    if isinstance(node, ast.Starred):
        return columns_named_by(node.value, context)
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return []
    default = context.names.default(node) if isinstance(node, ast.Name) else None
    keys = item_keys(node, context.names) if isinstance(node, ast.Name) else []
    for source in (*origins(node, context), *([default] if default is not None else [])):
        listed = source.keys if isinstance(source, ast.Dict) else getattr(source, "elts", [source])
        keys += [known for each in listed if each is not None and (known := text_of(each, context.names).known)]
    return [key for key in dict.fromkeys(keys) if key in NEW_COLUMNS]


def of_join(node: ast.expr, name: str) -> Match:
    """Say that a column may be one of traces, or one of another table."""
    message = f"the column `{name}` of `mlflow.search_traces` is now `{NEW_COLUMNS[name]}`, and this may be that one or another table's"
    return Match(node, message, Safety.MANUAL)


def renamed_key(key: ast.expr, name: str, context: Context) -> Replace:
    """Return the change of a key to the new name of a column."""
    quote = context.source(key)[-1]
    return Replace(key, f"{quote}{NEW_COLUMNS[name]}{quote}")


def text_of_trace(node: ast.expr) -> Match:
    """Say that the traces of a table are strings in MLflow 3."""
    message = (
        "the table of `mlflow.search_traces` of MLflow 3 holds each trace as a JSON string: pass "
        '`return_type="list"`, or read one by `mlflow.entities.Trace.from_json`'
    )
    return Match(node, message, Safety.MANUAL)


def renamed_column(
    node: ast.expr, old: str, change: Replace | RenameAttribute, context: Context, of: ast.expr | None = None
) -> Match:
    """Give a column its new name, or leave it to a person where its values have another form or the code may have put it there.

    Args:
        node: What names the column.
        old: The name.
        change: What gives it the new one.
        context: The namespace.
        of: The table or row; None where the code puts no columns into it.
    """
    if of is not None and may_set_column(of, old, context):
        return of_join(node, old)
    message = f"the column `{old}` of `mlflow.search_traces` is now `{NEW_COLUMNS[old]}`"
    if old == "status":
        return Match(node, f"{message}, and its values are strings such as 'OK'", Safety.MANUAL)
    if context.target.both:
        return Match(node, f"{message}; no form runs on 2.22 and 3", Safety.MANUAL, (change,), for_3=True)
    return Match(node, message, Safety.UNSAFE, (change,))
