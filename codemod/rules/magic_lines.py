"""Shell and ``%`` lines of notebooks, which are masked in the code that rules see."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator

from codemod.context import Context
from codemod.dependencies.places import Choices, Place
from codemod.dependencies.variables import Variables
from codemod.edits import ReplaceText
from codemod.rules.base import Match

_LINE = re.compile(r"[^\r\n]*?(?:\\(?:\r\n|\r|\n)[^\r\n]*?)*(?=[\r\n]|\Z)")

Finder = Callable[[str, Choices, Variables], Iterable[Place]]


def matches(node: ast.AST, context: Context, find: Finder, code: str) -> Iterator[Match]:
    """Give the matches of a rule in a masked line, for which the code has the expression ``0`` in its place."""
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and type(node.value.value) is int):
        return
    lines = context.lines(context.cell(node))
    start, _ = lines.span(node)
    if lines.text[start : start + 1] in ("", "0"):
        return
    found = _LINE.match(lines.text, start)
    assert found is not None  # it matches everywhere
    choices = Choices(context.settings.target, context.target.release, context.settings.mlflow_version)
    for place in find(found[0], choices, Variables(found[0])):
        if place.code == code:
            changes = tuple(ReplaceText(node, start + first, start + last, new) for first, last, new in place.edits)
            yield Match(node, place.message, place.safety, changes)
