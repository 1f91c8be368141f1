"""Turns what rules want changed into edits of text: all changes but those of calls, which `codemod.rewriting.edits` makes."""

from __future__ import annotations

import ast
import re

from codemod.analysis.context import Context
from codemod.documents.base import TextEdit
from codemod.names import Mlflow
from codemod.names.bindings import Binding
from codemod.rewriting.edits import (
    InsertStatements,
    RenameAttribute,
    Replace,
    ReplaceText,
    RequireImport,
    UneditableError,
)
from codemod.rewriting.import_places import import_place

_BREAK = re.compile(r"\r\n|\r|\n")
_MARK = re.compile(
    r"[ \t]*#[ \t]*(?:%%|MAGIC|COMMAND|DBTITLE|Databricks|In\[|<(?:code)?cell|!|region|endregion|---|===|\+\+)"
)
_ONLY_COMMENT = re.compile(r"[ \t]*(#[^\r\n]*)?")


def text_edits(
    change: Replace | ReplaceText | RenameAttribute | InsertStatements | RequireImport, context: Context
) -> list[TextEdit]:
    """Return the edits of one change.

    Raises:
        UneditableError: If the place has a shape that no edit is sure of.
    """
    if isinstance(change, RequireImport):
        return _import(change, context)
    if isinstance(change, InsertStatements):
        return [_insertion(change.anchor, change.lines, context, before=change.before)]
    cell = context.cell(change.node)
    if isinstance(change, ReplaceText):
        return [TextEdit(cell, change.start, change.end, change.text)]
    lines = context.lines(cell)
    start, end = lines.span(change.node)
    if isinstance(change, Replace):
        return [TextEdit(cell, start, end, change.text)]
    if not lines.text[start:end].endswith(change.node.attr):
        raise UneditableError("the attribute is written in another form")
    return [TextEdit(cell, end - len(change.node.attr), end, change.name)]


def _insertion(anchor: ast.stmt, new: tuple[str, ...], context: Context, *, before: bool) -> TextEdit:
    cell = context.cell(anchor)
    lines = context.lines(cell)
    text = lines.text
    found = _BREAK.search(text)
    newline = found.group() if found else "\n"
    first = min([anchor.lineno, *(item.lineno for item in getattr(anchor, "decorator_list", ()))])
    start = lines.offset(first, 0)
    _, end = lines.span(anchor)
    indent = text[start : lines.offset(anchor.lineno, anchor.col_offset)] if first == anchor.lineno else ""
    if first != anchor.lineno:
        line_start = lines.offset(anchor.lineno, 0)
        indent = text[line_start : lines.offset(anchor.lineno, anchor.col_offset)]
    if indent.strip():
        raise UneditableError("the statement shares its line with another one")
    if before:
        start = _above_comments(text, start, indent)
        return TextEdit(cell, start, start, "".join(f"{indent}{line}{newline}" for line in new))
    rest = _ONLY_COMMENT.match(text, end)
    assert rest is not None
    after = rest.end()
    if after == len(text):
        return TextEdit(cell, after, after, "".join(f"{newline}{indent}{line}" for line in new))
    following = _BREAK.match(text, after)
    if following is None:
        raise UneditableError("the statement shares its line with another one")
    place = following.end()
    return TextEdit(cell, place, place, "".join(f"{indent}{line}{newline}" for line in new))


def _above_comments(text: str, start: int, indent: str) -> int:
    """Return the start of the comment lines right above a line: they speak of it, and stay with it.

    Those at the very top speak of the whole text, and some are marks of notebooks.
    """
    first = start
    while first > 0:
        end = first - 2 if text.endswith("\r\n", 0, first) else first - 1
        above = max(text.rfind("\n", 0, end), text.rfind("\r", 0, end)) + 1
        line = text[above:end]
        if not line.startswith(indent + "#"):
            return first
        if above == 0 or _MARK.match(line):
            return start
        first = above
    return start


# An anchor that is an import itself only says beside what the new one shall stand.
_IMPORTS = (ast.Import, ast.ImportFrom)


def _import(change: RequireImport, context: Context) -> list[TextEdit]:
    scopes = context.names.scopes
    bound = change.name or change.module.partition(".")[0]
    wanted = f"{change.module}.{change.name}" if change.name else bound
    bindings = scopes.module.bindings.get(bound, [])
    found = [binding for binding in bindings if binding.kind == "import" and binding.module == wanted]
    if any(_is_bound_before(binding, change, context) for binding in found):
        return []
    if bindings and not found:
        raise UneditableError(f"`{bound}` is the name of something else here")
    names = context.names
    if names.is_bound(bound, change.anchor) and names.lookup(bound, change.anchor) == Mlflow(wanted):
        return []
    statement = f"from {change.module} import {change.name}" if change.name else f"import {change.module}"
    beside = _late_import(change, context)
    if beside is not None:
        return [_insertion(beside, (statement,), context, before=False)]
    imports, first = _first_imports(context.trees[context.cell(change.anchor)])
    if not imports:
        return [_insertion(first or change.anchor, (statement, ""), context, before=True)]
    place = import_place(statement, imports)
    new = (statement, "") if place.is_block else (statement,)
    is_needed_at_once = scopes.scope(change.anchor) is scopes.module and not isinstance(change.anchor, _IMPORTS)
    if is_needed_at_once and scopes.order(place.neighbour) > scopes.order(change.anchor):
        return [_insertion(change.anchor, (statement,), context, before=True)]
    try:
        return [_insertion(place.neighbour, new, context, before=place.before)]
    except UneditableError:  # it shares its line with another one
        return [_insertion(imports[-1], (statement,), context, before=False)]


def _is_bound_before(binding: Binding, change: RequireImport, context: Context) -> bool:
    """Return whether an import runs before the code that needs it: what stands in a function runs when the whole module has."""
    scopes = context.names.scopes
    if scopes.scope(change.anchor) is not scopes.module:
        return True
    return scopes.order(binding.node) < scopes.order(change.anchor)


def _first_imports(tree: ast.Module) -> tuple[list[ast.Import | ast.ImportFrom], ast.stmt | None]:
    """Return the imports that a module begins with, and its first statement that is neither an import nor a string."""
    imports: list[ast.Import | ast.ImportFrom] = []
    first = None
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            imports.append(node)
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            first = first or node
            if imports:
                break
    return imports, first


def _late_import(change: RequireImport, context: Context) -> ast.stmt | None:
    """Return the import of the same package that the code has instead of one at the top level: in a ``try``, in the function.

    Who imports a package there can do without it, and must not be made to need it.
    """
    scopes = context.names.scopes
    package = change.module.partition(".")[0]
    statements = sorted([*scopes.of(ast.Import), *scopes.of(ast.ImportFrom)], key=scopes.order)
    imports = [node for node in statements if _imports(node, package)]
    if not imports or any(isinstance(scopes.parent(node), ast.Module) for node in imports):
        return None
    scope: object = scopes.scope(change.anchor)
    here = [node for node in imports if scopes.scope(node) in (scope, scopes.module)]
    found = next((node for node in here if scopes.order(node) < scopes.order(change.anchor)), None)
    return found if isinstance(found, ast.stmt) else None


def _imports(node: ast.AST, package: str) -> bool:
    if isinstance(node, ast.ImportFrom):
        return not node.level and (node.module or "").partition(".")[0] == package
    return isinstance(node, ast.Import) and any(alias.name.partition(".")[0] == package for alias in node.names)
