"""What an attribute holds of an object that ``SimpleNamespace(run=run)`` makes, by that call."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from codemod.names.bindings import Binding
from codemod.names.flow import dominates
from codemod.names.nodes import function_name, line_of
from codemod.names.scopes import Scopes
from codemod.names.values import Foreign, Unknown, Value, one_of

if TYPE_CHECKING:
    from codemod.names.resolve import Names

_MADE = Foreign("types.SimpleNamespace")
# Builtins that set nothing of what they get.
_READING = frozenset("bool dir getattr hasattr hash id isinstance len print repr str type".split())
# The places that may set attributes of objects out of sight, by what makes these: many attributes of one may be asked for.
_known: WeakKeyDictionary[Scopes, dict[ast.Call, ast.expr | None]] = WeakKeyDictionary()


def made_with(names: Names, node: ast.Attribute, later: Sequence[Binding] = ()) -> list[Binding]:
    """Return what gives an attribute its first value where its object is made; none for an object that is made otherwise.

    Args:
        names: The namespace.
        node: The attribute, as it is used.
        later: What gives it another value; the first one is no more where one of these has certainly run.
    """
    scopes = names.scopes
    if not isinstance(node.ctx, ast.Load):
        return []
    if any(scopes.order(each.node) < scopes.order(node) and dominates(scopes, each.node, node) for each in later):
        return []
    if not isinstance(node.value, (ast.Name, ast.Attribute)) or names.resolve(node.value) != _MADE:
        return []
    made = _maker(names, node.value)
    if made is None:
        return []
    return [Binding("value", each, 0, each.value) for each in made.keywords if each.arg == node.attr]


def _maker(names: Names, owner: ast.Name | ast.Attribute) -> ast.Call | None:
    """Return the call that makes an object, which may be what an attribute of another one holds; None for any other call."""
    source = names.source_of(owner)
    if source is None and isinstance(owner, ast.Attribute):
        held = made_with(names, owner)
        source = held[0].source if len(held) == 1 else None
    return source if isinstance(source, ast.Call) and function_name(source.func) == "SimpleNamespace" else None


def kept_by_namespace(names: Names, node: ast.Attribute) -> Value | None:
    """Return what such an attribute is that gets no other value, or may be if other code has the object; None for any other one."""
    if _is_of_another_file(names, node.value):
        return Unknown(f"whoever has `{ast.unparse(node.value)}` may give it another `{node.attr}`")
    values = [names.resolve(each.source) for each in made_with(names, node) if each.source is not None]
    if len(values) != 1 or isinstance(values[0], Foreign):
        return None
    return if_not_set_out_of_sight(names, node, values[0])


def _is_of_another_file(names: Names, owner: ast.expr) -> bool:
    """Return whether such an object is made in another file, which others import, too."""
    root = owner.value if isinstance(owner, ast.Attribute) else owner
    return isinstance(root, ast.Name) and bool(names.imports(root)) and names.resolve(owner) == _MADE


def if_not_set_out_of_sight(names: Names, node: ast.Attribute, value: Value) -> Value:
    """Return a value of such an attribute, or that nobody can tell which it has, where code that is not seen may set it."""
    if isinstance(value, (Foreign, Unknown)):
        return value
    owner = node.value if isinstance(node.value, (ast.Name, ast.Attribute)) else None
    made = _maker(names, owner) if owner is not None else None
    if owner is None or made is None:
        return value
    known = _known.setdefault(names.scopes, {})
    if made not in known:
        known[made] = next((use for use in _uses(names, owner) if _may_set(names, use)), None)
    use = known[made]
    return (
        value if use is None else one_of(f"line {line_of(use)} may give `{ast.unparse(node)}` another value", [value])
    )


def _uses(names: Names, owner: ast.Name | ast.Attribute) -> Sequence[ast.expr]:
    if isinstance(owner, ast.Name):
        return names.uses(owner)
    return [each for each in names.scopes.of(ast.Attribute) if each.attr == owner.attr]


def _may_set(names: Names, use: ast.expr) -> bool:
    """Return whether code that has an object may set attributes of it in a way that is not seen."""
    if isinstance(getattr(use, "ctx", None), ast.Store):
        return False
    around = names.scopes.parent(use)
    if isinstance(around, ast.Attribute):
        return around.attr == "__dict__"
    if isinstance(around, ast.keyword):
        around = names.scopes.parent(around)
    if isinstance(around, ast.Call) and around.func is not use:
        function = around.func
        if isinstance(function, ast.Name) and not names.is_bound(function.id, function):
            return function.id not in _READING
        return not isinstance(names.resolve(function), Foreign)
    # Another name, or a collection that has it.
    return isinstance(around, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Dict, ast.List, ast.Tuple, ast.Set))
