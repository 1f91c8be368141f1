"""What one file does with stages whose readers stand in other files: it holds one, gives on the URI of one, or takes a URI apart.

A file is asked only where the run can move stages, which is seldom, and only one whose bytes can say something of it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from codemod.analysis.context import Context
from codemod.analysis.parsing import read_document
from codemod.dependencies import is_dependency_file, stage_uris
from codemod.documents import DocumentError
from codemod.engine.project import alone
from codemod.rules.idioms.parted_stages import parts_stages
from codemod.rules.idioms.stage_holders import function_called, holders, names_taken, uri_of_stage
from codemod.rules.idioms.stage_segments import SERVING_STAGES
from codemod.rules.idioms.stages import may_use_stages
from codemod.settings import Settings

_ASKED = re.compile(rb"(?i:\b(?:production|staging)\b)")
_KEY = re.compile(r"""([A-Za-z_][\w-]{0,99})["']?[ \t]{0,9}[:=][ \t]{0,9}["']?\Z""")
# So far in front of a value stands its key.
_BEFORE = 120
_WORD = "stage"
_TEXTS = (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call)


@dataclass(frozen=True, slots=True)
class StageValues:
    """What a file does with stages.

    Attributes:
        held: The first place that holds a stage as a value, where the file uses none itself; "" for none.
        uris: The names and keys under which it keeps URIs of stages, and the functions to which it gives some.
        given: The names and keys whose values it gives to functions, each with the function.
        parted: The names and keys whose texts it takes apart, and its functions that do so with what they get, each with the place.
    """

    held: str = ""
    uris: frozenset[str] = frozenset()
    given: frozenset[tuple[str, str]] = frozenset()
    parted: frozenset[tuple[str, str]] = frozenset()


def is_asked(data: bytes) -> bool:
    """Return whether the bytes of a file can hold a stage."""
    return _ASKED.search(data) is not None


def stage_values(path: str, data: bytes, settings: Settings) -> StageValues:
    """Read what a file does with stages; of one that cannot be read, nothing is known."""
    if is_dependency_file(path):
        return StageValues(uris=frozenset(_keys(data.decode("utf-8", "replace"))))
    try:
        reading = read_document(path, data)
    except (DocumentError, RecursionError, MemoryError):
        return StageValues()
    cells, kind = reading.document.cells, reading.document.kind
    every = [
        _of_namespace(Context(each.names, cells, each.trees, settings, kind, path, alone=alone))
        for each in reading.namespaces
    ]
    return StageValues(
        next((each.held for each in every if each.held), ""),
        frozenset().union(*(each.uris for each in every)),
        frozenset().union(*(each.given for each in every)),
        frozenset().union(*(each.parted for each in every)),
    )


def _keys(text: str) -> Iterator[str]:
    """Return the keys of URIs of stages in a file that is no code."""
    for uri in stage_uris.URI.finditer(text):
        key = _KEY.search(text[max(0, uri.start() - _BEFORE) : uri.start()])
        if key is not None:
            yield key[1]


def _of_namespace(context: Context) -> StageValues:
    uses_stages = may_use_stages(context.text)
    held, uris, given, parted = "", set[str](), set[tuple[str, str]](), set[tuple[str, str]]()
    for node in context.names.scopes.nodes():
        if isinstance(node, ast.Constant) and not uses_stages and not held and _is_held(node, context):
            held = context.place(node)
        if isinstance(node, _TEXTS) and uri_of_stage(node, context) is not None:
            uris.update(holders(node, context))
        if isinstance(node, ast.Call) and context.call(node) is None:
            every = (*node.args, *(each.value for each in node.keywords))
            plain = [each for each in every if isinstance(each, (ast.Name, ast.Attribute, ast.Subscript))]
            taker = function_called(node, context)
            given.update((name, taker) for value in plain if taker for name in names_taken(value, context))
        if isinstance(node, (ast.Call, ast.Compare)):
            values = parts_stages(node, context)
            parted.update((name, context.place(node)) for value in values for name in names_taken(value, context))
    return StageValues(held, frozenset(uris - {""}), frozenset(given), frozenset(parted))


def _is_held(node: ast.Constant, context: Context) -> bool:
    """Return whether a string is a stage that the file keeps, and does not only ask for."""
    if not isinstance(node.value, str) or node.value.capitalize() not in SERVING_STAGES:
        return False
    parent = context.names.scopes.parent(node)
    if isinstance(parent, (ast.Compare, ast.Subscript, ast.Expr, ast.JoinedStr)):
        return False
    # In small letters it often names an environment.
    return node.value in SERVING_STAGES or any(_WORD in name.lower() for name in holders(node, context))
