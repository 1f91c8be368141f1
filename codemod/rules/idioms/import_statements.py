"""Makes the new text of a ``from ... import ...`` statement some of whose names have another place or name now."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from codemod.analysis.context import Context
from codemod.rewriting.edits import Replace, UneditableError

if TYPE_CHECKING:
    import libcst as cst


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
        statements = _rewritten(text[start:end].replace(newline, "\n"), node.module or "", targets)
    except UneditableError:
        return None
    separator = f"{newline}{indent}" if own_line else "; "
    return Replace(node, separator.join(statement.replace("\n", newline) for statement in statements))


def _rewritten(text: str, module: str, targets: Mapping[str, str]) -> list[str]:
    import libcst as cst

    try:
        tree = cst.parse_module(text)
    except (cst.ParserSyntaxError, RecursionError) as error:
        raise UneditableError("libcst cannot read the statement") from error
    line = tree.body[0] if len(tree.body) == 1 else None
    statement = line.body[0] if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else None
    if tree.code != text or not isinstance(statement, cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
        raise UneditableError("libcst does not give the statement back as it stands")
    kept: list[cst.ImportAlias] = []
    elsewhere: dict[str, list[str]] = {}
    for index, alias in enumerate(statement.names):
        old = str(alias.name.value)
        place, _, new = targets.get(old, f"{module}.{old}").rpartition(".")
        bound = str(alias.asname.name.value) if alias.asname and isinstance(alias.asname.name, cst.Name) else old
        if place == module:
            kept.append(alias if new == old else _renamed(alias, new, bound))
            continue
        if "#" in tree.code_for_node(alias):
            raise UneditableError("a comment stands beside the name")
        elsewhere.setdefault(place, []).append(new if new == bound else f"{new} as {bound}")
        if index == len(statement.names) - 1 and kept:
            kept[-1] = _ends_like(kept[-1], alias, tree)
    new_lines = [f"from {place} import {', '.join(names)}" for place, names in elsewhere.items()]
    return [*([tree.code_for_node(statement.with_changes(names=kept))] if kept else []), *new_lines]


def _renamed(alias: cst.ImportAlias, new: str, bound: str) -> cst.ImportAlias:
    import libcst as cst

    return alias.with_changes(name=cst.Name(new), asname=alias.asname or cst.AsName(cst.Name(bound)))


def _ends_like(alias: cst.ImportAlias, last: cst.ImportAlias, tree: cst.Module) -> cst.ImportAlias:
    """Return the last name that stays the comma, or the want of one, of the last name that goes."""
    import libcst as cst

    if "#" not in tree.code_for_node(alias):
        return alias.with_changes(comma=last.comma)
    if not isinstance(alias.comma, cst.Comma) or not isinstance(last.comma, cst.Comma):
        raise UneditableError("a comment stands between the names")
    here, end = alias.comma.whitespace_after, last.comma.whitespace_after
    if not isinstance(here, cst.ParenthesizedWhitespace) or not isinstance(end, cst.ParenthesizedWhitespace):
        raise UneditableError("a comment stands between the names")
    # The comment behind the name stays; the way to the bracket is the one that the last name had.
    space = here.with_changes(indent=end.indent, last_line=end.last_line)
    return alias.with_changes(comma=alias.comma.with_changes(whitespace_after=space))


def joined(names: Sequence[str]) -> str:
    """Return names as a list in a sentence."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
