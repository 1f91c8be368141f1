"""The segment of a URI of the registry that names a version or a stage, wherever the URI ends: ``models:/line/Production/MLmodel``.

MLflow splits there (`split_models_uri` in `mlflow/store/artifact/models_artifact_repo.py`, 2.22 and 3.18), and takes an alias with a path
behind it, too.
"""

from __future__ import annotations

import ast
import re
import string

from codemod.analysis.context import Context
from codemod.analysis.origins import origins
from codemod.analysis.texts import text_of
from codemod.dependencies import stage_uris

#: Stages that can become aliases.
SERVING_STAGES = ("Production", "Staging")
#: All stages of MLflow.
STAGES = (*SERVING_STAGES, "Archived", "None")
_SCHEME = "models:"
_PLACE = re.compile(r"%(?:\((?P<key>\w+)\))?[sd]")
_ENDING = re.compile(r"/(?P<stage>Production|Staging|Archived|None)$", re.IGNORECASE)

#: A string, or an expression that stands between two.
Piece = str | ast.expr


def literal_stage(node: ast.AST | None, context: Context) -> str | None:
    """Return the stage that stands in a string, or f-string, that is such a URI, as MLflow spells it."""
    if not isinstance(node, (ast.Constant, ast.JoinedStr)):
        return None
    found = segment(node, context)
    return _stage_in(found) if found is not None else None


def with_alias(node: ast.Constant | ast.JoinedStr, context: Context) -> str | None:
    """Return the source of such a string with the alias in the place of the stage; None where the source does not show it as one."""
    source = context.source(node)
    body = source.rstrip("\"'")
    ending = _ENDING.search(body)
    start, end = (ending.start(), len(body)) if ending is not None else (0, 0)
    stage = ending["stage"] if ending is not None else ""
    if ending is None:
        found = stage_uris.URI.search(source)
        if found is None:
            return None
        (start, end), stage = found.span("ending"), found["stage"]
    if stage.capitalize() != literal_stage(node, context):
        return None
    return f"{source[:start]}@{stage.lower()}{source[end:]}"


def is_part(node: ast.expr, context: Context) -> bool:
    """Return whether a string is only a part of a longer one that is looked at as a whole: of an f-string, or a sum."""
    parent = context.names.scopes.parent(node)
    return isinstance(parent, ast.JoinedStr) or (isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add))


def ends_in_stage(node: ast.BinOp, context: Context) -> str | None:
    """Return the stage in which a sum ends that is such a URI: ``"models:/" + name + "/Production"``."""
    last = node.right.value if isinstance(node.right, ast.Constant) and isinstance(node.op, ast.Add) else None
    found = _ENDING.search(last) if isinstance(last, str) else None
    is_uri = found is not None and text_of(node, context.names).start.startswith(f"{_SCHEME}/")
    return found["stage"].capitalize() if found is not None and is_uri else None


def computed_stage(node: ast.expr, context: Context) -> bool:
    """Return whether this is such a URI whose stage a variable holds, or that is put together so that no alias can take its place."""
    if isinstance(node, ast.Constant):
        return False
    is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add)
    if is_sum and is_part(node, context):
        return False
    found = segment(node, context)
    if found is None or len(found) != 1:
        return False
    last = found[0]
    if isinstance(last, str):
        # Of a template, and of an f-string, the text itself is looked at.
        is_joined = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join"
        is_other = isinstance(node, ast.BinOp) and is_sum and ends_in_stage(node, context) is None
        is_given = _template(node) is not None and literal_stage(_template(node), context) is None
        return (is_joined or is_other or is_given) and _stage_in(found) is not None
    known = text_of(last, context.names).known
    if known is not None:
        return known.capitalize() in STAGES
    return not is_version(last, context)


def _template(node: ast.expr) -> ast.expr | None:
    """Return the string whose places a value fills: of ``"models:/%s" % ref`` and ``"models:/{}".format(ref)``."""
    if isinstance(node, ast.BinOp):
        return node.left if isinstance(node.op, ast.Mod) else None
    is_format = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    return node.func.value if is_format else None  # type: ignore[attr-defined]


def _stage_in(found: tuple[Piece, ...]) -> str | None:
    text = found[0] if len(found) == 1 else None
    return text.capitalize() if isinstance(text, str) and text.capitalize() in STAGES else None


def segment(node: ast.expr, context: Context) -> tuple[Piece, ...] | None:
    """Return what stands behind the name of the model in a URI of the registry; None where nothing does."""
    segments: list[list[Piece]] = [[]]
    for written in _pieces(node, context):
        # A value that is known to hold more than one segment: `ref = "line/Production"`.
        known = None if isinstance(written, str) else text_of(written, context.names).known
        piece = known if known is not None and "/" in known else written
        if not isinstance(piece, str):
            segments[-1].append(piece)
            continue
        first, *more = piece.split("/")
        segments[-1] += [first] if first else []
        segments += [[each] if each else [] for each in more]
    if segments[0] != [_SCHEME]:
        return None
    # `models://profile@databricks/line/Production`
    place = 4 if len(segments) > 2 and not segments[1] else 2
    if len(segments) <= place or any(isinstance(piece, str) and "@" in piece for piece in segments[place - 1]):
        return None  # an alias names the version
    return tuple(segments[place])


def _pieces(node: ast.expr, context: Context) -> list[Piece]:
    """Return the strings of which one is made, and the expressions between them."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return [
            each.value if isinstance(each, ast.FormattedValue) else str(getattr(each, "value", ""))
            for each in node.values
        ]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _of_percent(node, context)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _of_format(node, node.func.value)
    if isinstance(node, (ast.Call, ast.BinOp)):
        return [part if isinstance(part, str) else part.node for part in text_of(node, context.names).parts]
    return []


def _of_percent(node: ast.BinOp, context: Context) -> list[Piece]:
    text = text_of(node.left, context.names).known or ""
    values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
    given = node.right if isinstance(node.right, ast.Dict) else ast.Dict([], [])
    by_key = {
        key.value: value for key, value in zip(given.keys, given.values, strict=True) if isinstance(key, ast.Constant)
    }
    found: list[Piece] = []
    start = 0
    for index, place in enumerate(_PLACE.finditer(text)):
        value = by_key.get(place["key"]) if place["key"] else values[index] if index < len(values) else None
        if value is None:
            return []
        found += [text[start : place.start()], value]
        start = place.end()
    return [*found, text[start:]]


def _of_format(node: ast.Call, template: ast.expr) -> list[Piece]:
    if not (isinstance(template, ast.Constant) and isinstance(template.value, str)):
        return []
    given: dict[str, ast.expr] = {str(index): value for index, value in enumerate(node.args)}
    given |= {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg}
    found: list[Piece] = []
    without_name = 0
    try:
        for text, name, _, _ in string.Formatter().parse(template.value):
            found.append(text)
            if name is None:
                continue
            value = given.get(name or str(without_name))
            without_name += not name
            if value is None:
                return []
            found.append(value)
    except ValueError:
        return []
    return found


def is_version(node: ast.expr, context: Context) -> bool:
    """Return whether a segment is certainly, or by its name, a version and no stage."""
    if isinstance(node, ast.Constant):
        return True
    sources = origins(node, context)
    sources += [default for each in sources if isinstance(each, ast.Name) and (default := context.names.default(each))]
    if any(_is_stage(source) for source in sources):
        return False
    versions = [source for source in sources if _gives_version(source)]
    behind = {each for source in versions for each in origins(source, context)}
    others = [source for source in sources if source not in behind and not isinstance(source, ast.Constant)]
    # What has origins of its own is only on the way from these.
    if versions and all(len(origins(source, context)) > 1 for source in others):
        return True
    text = context.source(node).lower()
    return "version" in text and "stage" not in text


def _is_stage(source: ast.expr) -> bool:
    text = source.value if isinstance(source, ast.Constant) else None
    return isinstance(text, str) and text.capitalize() in STAGES


def _gives_version(source: ast.expr) -> bool:
    """Return whether an expression is a number, or digits in a string, or the attribute or item that is called ``version``: ``v = latest.version``."""
    if isinstance(source, ast.Subscript):
        return isinstance(source.slice, ast.Constant) and source.slice.value == "version"
    if isinstance(source, ast.Constant):
        return isinstance(source.value, int) or str(source.value).isdigit()
    return isinstance(source, ast.Attribute) and source.attr == "version"
