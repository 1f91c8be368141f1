"""Does code know the form that the URI of a logged model has in MLflow 3: ``models:/m-...``, and an id in `model_id`?

A word that looks so is not enough: an option that is called `model_id`, or the URI of another model, says nothing of this one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.analysis.origins import origins
from codemod.analysis.texts import text_of
from codemod.analysis.uris import MODEL_INFO, MODEL_VERSION, Origin, Root, classes_of, root_of_uri
from codemod.names import Instance
from codemod.names.nodes import assigned_name, function_name, is_none

_ID = "model_id"
_SCHEME = "models:"
# The URI of a logged model without doubt, or the beginning of its id: not that of a version, and no other word with such a beginning.
_OF_MODEL = re.compile(r"(?:models:/|^|/)m-(?:$|[\[(\\.{*0-9]|[0-9a-f]{8})|models:/m-")
# What takes an id first.
_BY_ID = ("get_logged_model", "delete_logged_model", "set_logged_model_tags", "delete_logged_model_tag")
_CLASSES = (MODEL_INFO, MODEL_VERSION)


def tests_of_form(function: ast.AST, context: Context) -> tuple[list[ast.If | ast.IfExp], list[ast.expr]]:
    """Return the branches and the conditions of assertions of a function that speak of the new form; many uses may ask for them."""
    kept = _kept(context)
    if function not in kept:
        inside = [item for item in ast.walk(function) if isinstance(item, (ast.If, ast.IfExp, ast.Assert))]
        speaking = [item for item in inside if _speaks(item.test, context)]
        kept[function] = (
            [item for item in speaking if not isinstance(item, ast.Assert)],
            [item.test for item in speaking if isinstance(item, ast.Assert)],
        )
    return kept[function]


@once
def _kept(_: Context) -> dict[ast.AST, tuple[list[ast.If | ast.IfExp], list[ast.expr]]]:
    return {}


def _speaks(test: ast.expr, context: Context) -> bool:
    held = (context.names.definition(item) for item in ast.walk(test) if isinstance(item, ast.Name))
    every = (test, *(source for source in held if source is not None))
    texts = (text for each in every for text in _texts(each))
    attributes = (item for each in every for item in ast.walk(each) if isinstance(item, ast.Attribute))
    return any(_names_form(text) or text == _ID for text in texts) or any(item.attr == _ID for item in attributes)


def is_new_form(node: ast.expr, root: Root, context: Context) -> bool:
    """Return whether a value that the URI is compared with, or searched for, has the form of MLflow 3."""
    fixed = text_of(node, context.names).fixed
    return (
        _SCHEME in fixed
        or _OF_MODEL.search(fixed) is not None
        or any(_names_form(item) for item in _texts(node))
        or any(_is_id(item, root, context) for item in ast.walk(node))
    )


def asks_for_new_form(test: ast.expr, root: Root, context: Context) -> bool:
    """Return whether a condition asks for the form of the URI, or whether there is a logged model at all.

    That the id of a model is this or that one is no question of that kind.
    """
    if any(_OF_MODEL.search(text) for text in _texts(test)):
        return True
    if any(_SCHEME in text for text in _texts(test)) and is_about_uri(test, root, context):
        return True
    return any(_is_id(each, root, context) for each in _asked_for(test))


def expects_new_form(test: ast.expr, root: Root, context: Context) -> bool:
    """Return whether an assertion holds only where the URI has the form of MLflow 3."""
    return any(_OF_MODEL.search(text) for text in _texts(test)) or any(
        _is_id(each, root, context) for each in ast.walk(test)
    )


def makes_id(node: ast.AST, context: Context) -> bool:
    """Return whether a call takes the last part of a URI, and all that becomes of it is the id of a logged model, which MLflow 2 has not."""
    part = context.names.scopes.parent(node)
    if not (isinstance(part, ast.Subscript) and part.value is node and ast.unparse(part.slice) == "-1"):
        return False
    around = context.names.scopes.parent(part)
    uses: list[ast.Subscript | ast.Name] = [part]
    if (assigned := assigned_name(around)) is not None:
        uses = [use for use in context.names.uses(assigned) if isinstance(use.ctx, ast.Load)]
    return bool(uses) and all(_is_used_as_id(use, context) for use in uses)


def _is_given_to_mlflow(call: ast.AST | None, context: Context) -> bool:
    return isinstance(call, ast.Call) and context.call(call) is not None


def _is_used_as_id(node: ast.expr, context: Context) -> bool:
    """Return whether an expression stands alone behind ``models:/``, or is given to MLflow as an id."""
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.FormattedValue):
        text = context.names.scopes.parent(parent)
        return isinstance(text, ast.JoinedStr) and text.values[1:] == [parent] and _is_scheme(text.values[0])
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add):
        return parent.right is node and _is_scheme(parent.left)
    if isinstance(parent, ast.keyword):
        return parent.arg == _ID and _is_given_to_mlflow(context.names.scopes.parent(parent), context)
    is_first = isinstance(parent, ast.Call) and parent.args[:1] == [node] and function_name(parent.func) in _BY_ID
    return is_first and _is_given_to_mlflow(parent, context)


def _is_scheme(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == f"{_SCHEME}/"


def _texts(node: ast.AST) -> Iterator[str]:
    return (item.value for item in ast.walk(node) if isinstance(item, ast.Constant) and isinstance(item.value, str))


def _names_form(text: str) -> bool:
    return _SCHEME in text or _OF_MODEL.search(text) is not None


def _asked_for(test: ast.expr) -> Iterator[ast.expr]:
    """Return what a condition asks to be there: ``x``, ``not x``, ``x is None``, ``hasattr(x, "y")``, also within ``and`` and ``or``."""
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from _asked_for(value)
    elif isinstance(test, ast.UnaryOp):
        yield from _asked_for(test.operand)
    elif isinstance(test, ast.Compare):
        if any(is_none(each) for each in (test.left, *test.comparators)):
            yield from (test.left, *test.comparators)
    elif isinstance(test, ast.NamedExpr):
        yield from _asked_for(test.value)
    else:
        yield test


def _is_id(node: ast.AST, root: Root, context: Context) -> bool:
    """Return whether an expression is the id of the model that has the URI, or of another object of that kind."""
    if isinstance(node, ast.Name):
        source = context.names.definition(node)
        return isinstance(source, (ast.Attribute, ast.Call)) and _is_id(source, root, context)
    owner: ast.expr | None = None
    if isinstance(node, ast.Attribute) and node.attr == _ID:
        owner = node.value
    elif isinstance(node, ast.Call) and function_name(node.func) in ("hasattr", "getattr") and len(node.args) > 1:
        name = node.args[1]
        owner = node.args[0] if isinstance(name, ast.Constant) and name.value == _ID else None
    return owner is not None and _has_uri(owner, root, context)


def _has_uri(owner: ast.expr, root: Root, context: Context) -> bool:
    """Return whether an object is the one whose URI is meant, or one of MLflow's that has such a URI."""
    held = root.node.value if isinstance(root.node, ast.Attribute) else None
    if held is not None and ast.dump(held) == ast.dump(owner):
        return True
    value = context.resolve(owner)
    return (
        value.path in _CLASSES if isinstance(value, Instance) else not classes_of(owner, context).isdisjoint(_CLASSES)
    )


def is_about_uri(test: ast.expr, root: Root, context: Context) -> bool:
    """Return whether a condition looks at the URI, or at a part that was taken of it."""
    asked = [each for each in ast.walk(test) if isinstance(each, (ast.Name, ast.Attribute, ast.Subscript))]
    known = {ast.dump(root.node)}
    for each in asked:
        found = root_of_uri(each, context)
        if found is not None and found.origin in (Origin.LOGGED_MODEL, Origin.VERSION_SOURCE):
            return True
        for source in origins(each, context):
            if any(isinstance(item, ast.expr) and _is_uri(item, known, context) for item in ast.walk(source)):
                return True
    return False


def _is_uri(node: ast.expr, known: set[str], context: Context) -> bool:
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return False
    found = root_of_uri(node, context) if context.names.scopes.holds(node) else None
    is_one = found is not None and found.origin in (Origin.LOGGED_MODEL, Origin.VERSION_SOURCE)
    return is_one or ast.dump(node) in known
