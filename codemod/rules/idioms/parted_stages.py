"""Code that takes the URI of a stage apart: of ``models:/line@production`` it would get something else than of ``models:/line/Production``.

To load it is the same. So only what looks into the string counts, and of that only what gives another answer for an alias.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.origins import origins
from codemod.analysis.texts import PATHS, text_of
from codemod.names.nodes import function_name
from codemod.rules.idioms.stage_holders import is_by_key, uri_of_stage
from codemod.rules.idioms.uri_uses import METHODS, OPENERS, operands

_STAGE = re.compile(r"/(production|staging)(?=/|$)", re.IGNORECASE)
_READERS = tuple(name for name in OPENERS if name not in PATHS)
# What lists have, too.
_OF_LISTS = ("index", "count")
_ANY = "models:/x/Production"


def parted_stage(context: Context) -> ast.AST | None:
    """Return the first place that takes the URI of a stage apart; None for none."""
    for node in context.names.scopes.nodes():
        if isinstance(node, (ast.Call, ast.Compare, ast.Subscript)) and any(
            _differs(node, uri, others, context)
            for value, others in _looked_into(node, context)
            for uri in _uris(value, context)
        ):
            return node
    return None


def parts_stages(node: ast.Call | ast.Compare, context: Context) -> list[ast.expr]:
    """Return the texts of which a node would give something else, were they URIs of aliases and not of stages."""
    if isinstance(node, ast.Call) and function_name(node.func) in _OF_LISTS:
        return []
    return [value for value, others in _looked_into(node, context) if _differs(node, _ANY, others, context)]


def _looked_into(
    node: ast.Call | ast.Compare | ast.Subscript, context: Context
) -> Iterator[tuple[ast.expr, list[ast.expr]]]:
    """Return the values that a node looks into as texts, each with what it looks for."""
    if isinstance(node, ast.Call) and function_name(node.func) in _READERS:
        return
    if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Slice):
        return  # of a collection
    yield from ((value, others) for value, way, others in operands(node, context) if way in ("taken apart", "opened"))


def _uris(value: ast.expr, context: Context) -> Iterator[str]:
    """Return the URIs of stages that a value may be."""
    sources = origins(value, context)
    defaults = (context.names.default(each) for each in sources if isinstance(each, ast.Name))
    calls = [each for each in sources if isinstance(each, ast.Call)]
    filled = [each.func.value for each in calls if isinstance(each.func, ast.Attribute) and each.func.attr == "format"]
    sources += [source for each in filled for source in origins(each, context)]
    # `os.environ.get("URI", "models:/line/Production")`, `field(default="models:/line/Production")`
    given = (item for call in calls for item in (*call.args, *(keyword.value for keyword in call.keywords)))
    for each in (*sources, *given, *(default for default in defaults if default is not None)):
        uri = uri_of_stage(each, context)
        if uri is not None:
            yield uri
        elif is_by_key(each, context):
            yield _ANY


def _differs(node: ast.Call | ast.Compare | ast.Subscript, uri: str, others: list[ast.expr], context: Context) -> bool:
    """Return whether a place gives something else where the URI names an alias."""
    alias = _STAGE.sub(lambda found: f"@{found[1].lower()}", uri)
    known = [text_of(each, context.names).known for each in others]
    name = function_name(node.func) if isinstance(node, ast.Call) else ""
    if isinstance(node, ast.Compare):
        return known[0] is not None and (known[0] in uri) != (known[0] in alias)
    if not known and name in METHODS:
        return False  # `split()` looks for spaces
    if None in known or not known:
        return name != "startswith"
    texts = [text for text in known if text is not None]
    if name not in METHODS:  # a pattern
        return not all(each.startswith(texts[0].lstrip("^")) for each in (uri, alias))
    return _answer(uri, name, texts, node, context) != _answer(alias, name, texts, node, context)


def _answer(uri: str, name: str, given: list[str], node: ast.AST, context: Context) -> object:
    """Return what a method of strings gives, or of that the part which is all that the code takes of it; None where it fails."""
    try:
        whole = getattr(uri, name)(*given)
        part = context.names.scopes.parent(node)
        if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
            return whole[part.slice.value]
    except (TypeError, ValueError, IndexError, KeyError):
        return None
    return whole
