"""Shell and ``%`` lines of notebooks, scripts and files in their cells, which are masked in the code that rules see."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from codemod.analysis.context import Context
from codemod.dependencies import kept_pins, looking
from codemod.dependencies.choices import of_settings
from codemod.dependencies.places import MODEL_NAME, RUN_FILES, STAGE_URI, Choices, Place, without_comments
from codemod.dependencies.toml_files import UnreadableError
from codemod.dependencies.variables import Substitutions
from codemod.documents.kinds import Kind
from codemod.documents.scripts import script_of
from codemod.rewriting.edits import ReplaceText
from codemod.rules.base import Match

_LINE = re.compile(r"[^\r\n]*?(?:\\(?:\r\n|\r|\n)[^\r\n]*?)*(?=[\r\n]|\Z)")
# How a number may begin that stands in the code itself.
_DIGITS = ("", *"0123456789")
#: The statements in which a rule meets such a line.
NODES = (ast.Expr, ast.Assign, ast.AnnAssign)

Finder = Callable[[str, Choices, Substitutions], Iterable[Place]]


def matches_of_line(node: ast.AST, context: Context, find: Finder, code: str) -> Iterator[Match]:
    """Return the matches of a rule in a masked line, for which the code has the expression ``0`` in its place.

    The line may be a statement of its own (``!ls``) or stand behind the ``=`` of one (``files = !ls``).
    """
    value = node.value if isinstance(node, NODES) else None
    if not (isinstance(value, ast.Constant) and type(value.value) is int):
        return
    lines = context.lines(context.cell(node))
    start, _ = lines.span(value)
    if lines.text[start : start + 1] in _DIGITS:
        return
    found = _LINE.match(lines.text, start)
    assert found is not None  # it matches everywhere
    choices = choices_of(context)
    if code == STAGE_URI and "models:/" in lines.text:
        choices = replace(choices, stages=context.project.stages)
    elif code == MODEL_NAME:
        choices = replace(
            choices, renamed=context.project.renamed, plain=context.project.plain | context.project.folders
        )
    elif code == RUN_FILES:
        choices = replace(choices, takes_default_store=True)  # whoever asks knows that
    for place in _places(lines.text, found, find, choices):
        if place.code == code:
            changes = tuple(ReplaceText(node, first, last, new) for first, last, new in place.edits)
            # A pin may stand on a later line of the command, and a branch may have written that one alone.
            yield Match(node, place.message, place.safety, changes, end=place.end)


def choices_of(context: Context) -> Choices:
    """Return what a run wants of pins and commands."""
    return of_settings(context.settings, context.path)


def _places(text: str, line: re.Match[str], find: Finder, choices: Choices) -> list[Place]:
    """Return the places of one line, with their offsets in the cell."""
    script = script_of(text)
    if script is not None:
        found = _of_script(script.kind, text[script.start :], choices)
        places = [_moved(place, script.start) for place in found]
        return [place for place in places if line.start() <= place.start < line.end()]
    plain = without_comments(line[0])
    own = [_moved(place, line.start()) for place in find(plain, choices, Substitutions(plain))]
    return list(kept_pins.judged_pins(own, text, " " * line.start() + plain, choices))


@functools.lru_cache(maxsize=16)
def _of_script(kind: Kind, text: str, choices: Choices) -> tuple[Place, ...]:
    try:
        return tuple(looking.places(kind, text, choices, notebook=True))
    except UnreadableError:
        return ()


def _moved(place: Place, offset: int) -> Place:
    edits = tuple((start + offset, end + offset, new) for start, end, new in place.edits)
    return replace(place, start=place.start + offset, end=place.end + offset, edits=edits)
