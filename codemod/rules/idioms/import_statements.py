"""Makes the new text of a ``from ... import ...`` statement some of whose names have another place or name now."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from codemod.analysis.context import Context
from codemod.rewriting.edits import Replace, UneditableError
from codemod.rewriting.texts import rewrite_import


def move_imports(node: ast.ImportFrom, targets: Mapping[str, str], context: Context) -> Replace | None:
    """Import names from where they are now, under the name by which the code knows them.

    Args:
        node: The statement.
        targets: New dotted names by the imported name.
        context: The namespace that the statement stands in.

    Returns:
        The change, or None where the statement has a shape that no edit is sure of.
    """
    lines = context.lines(context.cell(node))
    start, end = lines.span(node)
    text = lines.text
    line_start = lines.offset(node.lineno, 0)
    line_end = min((at for mark in "\r\n" if (at := text.find(mark, end)) >= 0), default=len(text))
    rest = text[end:line_end].strip()
    indent = text[line_start:start]
    newline = "\r\n" if "\r\n" in text else "\n" if "\n" in text else "\r" if "\r" in text else "\n"
    own_line = not indent.strip() and (not rest or rest.startswith("#"))
    try:
        statements = rewrite_import(text[start:end].replace(newline, "\n"), node.module or "", targets)
    except UneditableError:
        return None
    separator = f"{newline}{indent}" if own_line else "; "
    return Replace(node, separator.join(statement.replace("\n", newline) for statement in statements))


def imported_names(names: Sequence[str]) -> str:
    """Return names as a list in a sentence."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
