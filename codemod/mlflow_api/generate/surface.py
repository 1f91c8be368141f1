"""Everything of one release that a program may name: definitions, and the other names that lead to them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from codemod.mlflow_api.generate.constructors import bound, constructor
from codemod.mlflow_api.generate.declarations import Class, DeclaredValue, Function, Imported, Module
from codemod.mlflow_api.generate.release import (
    UNREAD,
    Release,
    definition,
    home,
    locate,
    locate_expression,
    names_in,
    resolution_order,
)
from codemod.mlflow_api.signatures import Parameter

#: Annotations whose one argument is what a loop, or `with`, over the value gives.
ITERABLES = frozenset(
    {"list", "List", "PagedList", "Sequence", "Iterable", "Iterator", "Generator", "tuple", "Tuple", "set", "Set"}
)


@dataclass(frozen=True, slots=True)
class Definition:
    """What stands at a name.

    Attributes:
        kind: `function`, `class`, `method` or `attribute`.
        parameters: Of a callable, as a caller sees them; None for what is not called.
        returns: Source of the annotation of the result or of the value.
        value: Place of the MLflow class of that result or value, if it is exactly one.
        items: Place of the MLflow class of its items, if it is a container or iterator of exactly one.
        deprecated: Arguments of the `@deprecated` decorator as written; None when there is none.
        order: Of a class: places of its MLflow base classes in the order of look-up.
    """

    kind: str
    parameters: tuple[Parameter, ...] | None = None
    returns: str | None = None
    value: str | None = None
    items: str | None = None
    deprecated: str | None = None
    order: tuple[str, ...] = ()


@dataclass(slots=True)
class Surface:
    """Names of one release; a string is the place that another name leads to."""

    modules: set[str] = field(default_factory=set)
    names: dict[str, Definition | str] = field(default_factory=dict)
    exports: set[str] = field(default_factory=set)  # names that stand in their module's `__all__`
    alternatives: dict[str, str] = field(default_factory=dict)  # other place that a name leads to in some environments


def read_surface(release: Release) -> Surface:
    """Collect the public names of a release; private ones only where a public one rests on them."""
    surface = Surface(modules=set(release.modules))
    wanted: list[str] = []
    for module in release.modules.values():
        if UNREAD.match(module.name):
            continue
        surface.exports |= {f"{module.name}.{name}" for name in module.exports}
        for name in names_in(release, module):
            if not name.startswith("_"):
                wanted += _enter(release, surface, module, name)
    while wanted:
        place = wanted.pop()
        if not isinstance(surface.names.get(place), Definition):
            wanted += _define(release, surface, place)
    return surface


def _enter(release: Release, surface: Surface, module: Module, name: str) -> Iterator[str]:
    """Enter where a name of a module leads and yield the places that are to be defined for it."""
    place = locate(release, module.name, name)
    if place is None or not place.startswith("mlflow."):
        return
    full = f"{module.name}.{name}"
    is_defined = definition(release, place) is not None
    if is_defined:
        yield place
    if place != full and (is_defined or place in release.modules):
        surface.names[full] = place
    other = module.alternatives.get(name)
    if isinstance(other, Imported) and other.name and is_defined:
        alternative = locate(release, other.module, other.name)
        if alternative and alternative != place and definition(release, alternative) is not None:
            surface.alternatives[full] = alternative
            yield alternative


def _define(release: Release, surface: Surface, place: str) -> tuple[str, ...]:
    """Add what stands at a place and return the places that it rests on."""
    found = definition(release, place)
    match found:
        case Function():
            surface.names[place] = _callable(release, place, found, "function", found.parameters)
        case DeclaredValue():
            surface.names[place] = _attribute(release, place, found.annotation)
        case Class():
            order = tuple(
                base for base in resolution_order(release, place)[1:] if isinstance(definition(release, base), Class)
            )
            surface.names[place] = Definition(
                "class", constructor(release, place), deprecated=found.deprecated, order=order
            )
            for name, member in found.members.items():
                if not name.startswith("_"):
                    _define_member(release, surface, f"{place}.{name}", member, found)
            return order
    return ()


def _define_member(
    release: Release, surface: Surface, place: str, member: Function | Class | DeclaredValue, owner: Class
) -> None:
    if isinstance(member, DeclaredValue) and member.refers and isinstance(owner.members.get(member.refers), Function):
        member = owner.members[member.refers]  # `log = log_metric` in a class body
    match member:
        case Class():
            _define(release, surface, place)
        case DeclaredValue():
            surface.names[place] = _attribute(release, place, member.annotation)
        case Function(form="property"):
            surface.names[place] = _attribute(release, place, member.returns)
        case Function():
            surface.names[place] = _callable(release, place, member, "method", bound(member))


def _callable(
    release: Release, place: str, found: Function, kind: str, parameters: tuple[Parameter, ...]
) -> Definition:
    value, items = _result(release, place, found)
    wrapped = _function(release, home(release, place), found.wraps) if found.wraps else None
    if wrapped:
        parameters = wrapped[1].parameters
    return Definition(kind, parameters, found.returns, value, items, found.deprecated)


def _function(release: Release, module: str, expression: str) -> tuple[str, Function] | None:
    place = locate_expression(release, module, expression)
    found = definition(release, place) if place else None
    return (place, found) if place and isinstance(found, Function) else None


def _result(release: Release, place: str, found: Function, depth: int = 3) -> tuple[str | None, str | None]:
    """Return the classes of the result; of a function without annotation, those of the functions whose results it returns."""
    module = home(release, place)
    if found.returns or not found.forwards or not depth:
        return _classes(release, module, found.returns)
    results = set()
    for call in found.forwards:
        called = _function(release, module, call)
        results.add(_result(release, *called, depth - 1) if called else _constructed(release, module, call))
    return results.pop() if len(results) == 1 else (None, None)


def _constructed(release: Release, module: str, call: str) -> tuple[str | None, str | None]:
    place = locate_expression(release, module, call)
    return (place if place and isinstance(definition(release, place), Class) else None), None


def _attribute(release: Release, place: str, annotation: str | None) -> Definition:
    value, items = _classes(release, home(release, place), annotation)
    return Definition("attribute", None, annotation, value, items)


def _classes(release: Release, module: str, annotation: str | None) -> tuple[str | None, str | None]:
    """Return the MLflow class that an annotation names, and that of its items."""
    if annotation is None:
        return None, None
    try:
        node = ast.parse(annotation, mode="eval").body
    except SyntaxError:  # a quoted annotation that was never Python
        return None, None
    return _one_class(release, module, node), _item_class(release, module, node)


def _alternatives(node: ast.expr) -> list[ast.expr]:
    """Return the members of a union other than None."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _alternatives(node.left) + _alternatives(node.right)
    if isinstance(node, ast.Subscript) and _name(node.value) in {"Optional", "Union"}:
        members = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return [one for member in members for one in _alternatives(member)]
    return [] if isinstance(node, ast.Constant) and node.value is None else [node]


def _name(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _one_class(release: Release, module: str, node: ast.expr) -> str | None:
    members = _alternatives(node)
    if len(members) != 1 or not isinstance(members[0], ast.Name | ast.Attribute):
        return None
    place = locate_expression(release, module, ast.unparse(members[0]))
    return place if place and isinstance(definition(release, place), Class) else None


def _item_class(release: Release, module: str, node: ast.expr) -> str | None:
    members = _alternatives(node)
    if len(members) != 1 or not isinstance(members[0], ast.Subscript) or _name(members[0].value) not in ITERABLES:
        return None
    inner = members[0].slice
    first = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
    return _one_class(release, module, first)
