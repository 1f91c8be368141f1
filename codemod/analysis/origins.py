"""Where a value comes from: through variables, attributes, dicts and tuples, parameters and returns of the namespace's own functions.

The answer is a list of expressions that the value *may* come from. That is enough to report something; who edits asks `codemod.names`
for the one definition that a name certainly has.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from codemod.analysis import containers, instances
from codemod.analysis.containers import Collection
from codemod.analysis.elsewhere import fixture_texts, item_text, item_texts, texts_given
from codemod.analysis.got_attributes import got_by_call, got_by_patterns
from codemod.analysis.indirect import arguments_of
from codemod.analysis.joined_columns import items_of_joined, values_of_joined
from codemod.analysis.loops import loop_values
from codemod.analysis.once import once
from codemod.analysis.own_tables import tables_given, values_of_column
from codemod.analysis.recorded_values import recorded
from codemod.analysis.renamed_columns import COLUMN
from codemod.analysis.rest import rest_of, with_rest
from codemod.analysis.returns import returned_by
from codemod.names import (
    Foreign,
    LocalFunction,
    LocalInstance,
    OwnClass,
    OwnFunction,
    OwnInstance,
    OwnModule,
    Unknown,
    Value,
)
from codemod.names.elsewhere import Elsewhere
from codemod.names.fixtures import fixtures_in
from codemod.names.forms import There
from codemod.names.members import kept_by_instance
from codemod.names.nodes import placed

if TYPE_CHECKING:
    from codemod.analysis.context import Context

# So many steps are followed, and so many expressions at most; real code hands a URI on two or three times.
_STEPS = 7
_MANY = 40
# The origins of a collection are asked while those of its items are: so deep are real collections never put into each other.
_NESTED = 8
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def origins(node: ast.expr, context: Context, *, callers: bool = True) -> list[ast.expr]:
    """Return the expressions that a value may come from, itself first, the nearest before the farther ones.

    Args:
        node: The value.
        context: Its namespace.
        callers: Whether a parameter is followed to what the callers of its function give.
    """
    if node in context.asked or len(context.asked) >= _NESTED:
        return [node]  # a function that calls itself with the items of what it got leads back to the question
    answers, depth, question = _answers(context), len(context.asked), (node, callers)
    if question in answers.whole:
        return list(answers.whole[question])
    known = answers.partial.get(question)
    if known is not None and known[0] <= depth:
        return list(known[1])
    context.asked.append(node)
    try:
        found = _followed(node, context, callers)
    finally:
        context.asked.pop()
    if depth:
        answers.partial[question] = (depth, found)
    else:
        answers.whole[question] = found
        answers.partial.clear()
    return list(found)


@dataclass(slots=True)
class _KeptOrigins:
    """What was found out: an item that many collections share is asked for by all of them.

    Attributes:
        elsewhere: What was known of other files then.
        whole: The answers to questions that nothing else had led to.
        partial: Those to questions on the way to one of these, each with how many were asked then. They leave out what was being
            asked, so they are kept as long as it is.
    """

    elsewhere: Elsewhere
    whole: dict[tuple[ast.expr, bool], list[ast.expr]] = field(default_factory=dict)
    partial: dict[tuple[ast.expr, bool], tuple[int, list[ast.expr]]] = field(default_factory=dict)


def _answers(context: Context) -> _KeptOrigins:
    kept = _kept(context)
    if not kept or kept[0].elsewhere is not context.names.elsewhere:
        kept[:] = [_KeptOrigins(context.names.elsewhere)]
    return kept[0]


@once
def _kept(_: Context) -> list[_KeptOrigins]:
    return []


def _followed(node: ast.expr, context: Context, callers: bool) -> list[ast.expr]:
    found: dict[ast.expr, None] = {node: None}
    level = [node]
    for _ in range(_STEPS):
        following: list[ast.expr] = []
        for item in level:
            for source in _before(item, context, callers):
                if source not in found and len(found) < _MANY:
                    found[source] = None
                    following.append(source)
        level = following
        if not level:
            break
    return list(found)


def _before(node: ast.expr, context: Context, callers: bool) -> Iterable[ast.expr]:
    """Return the expressions from which a value comes in one step."""
    names = context.names
    if isinstance(node, ast.Name):
        given = given_to(node, context) if callers and context.follows_callers else ()
        given = (*given, *tables_given(node, context))
        got = got_by_patterns(node, context)
        looped = loop_values(node, names, lambda each: origins(each, context, callers=callers))
        return [*_sources(node, context), *looped, *given, *_of_loops(node, context), *got]
    if isinstance(node, ast.Attribute):
        columns = (*values_of_column(node, context, origins), *values_of_joined(node, context, origins))
        return [*_of_attribute(node, context), *columns]
    if isinstance(node, ast.Call):
        rest = _of_rest(node, context) if callers and context.follows_callers else ()
        columns = (*values_of_column(node, context, origins), *values_of_joined(node, context, origins))
        got = got_by_call(node, context)
        return [*rest, *_of_call(node, context), *recorded(node, context), *columns, *got]
    if isinstance(node, ast.IfExp):
        return (node.body, node.orelse)
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, (ast.NamedExpr, ast.Await)):
        return (node.value,)
    if isinstance(node, There):
        return node.among
    if not isinstance(node, ast.Subscript):
        return ()
    columns = (*values_of_column(node, context, origins), *values_of_joined(node, context, origins))
    return [*islice(_items(node, context), _MANY), *recorded(node, context), *columns]


def _sources(node: ast.Name, context: Context) -> list[ast.expr]:
    """Return what a name is assigned, in this file or in the one that it is imported from, or what a fixture gives to a test."""
    sources = context.names.sources(node) or _of_fixture(node, context)
    imported = context.names.definition(node) if not sources and context.names.elsewhere.modules.by_name else None
    return sources if imported is None else [imported]


def _of_fixture(node: ast.Name, context: Context) -> list[ast.expr]:
    """Return what a parameter of a test gets, or one of another fixture."""
    if context.names.parameter(node) is None:
        return []
    here = fixtures_in(context.names.scopes).get(node.id)
    if here is not None:
        return returned_by(here)
    return fixture_texts(node.id, context.names) if context.names.elsewhere.modules.by_name else []


def _of_attribute(node: ast.Attribute, context: Context) -> list[ast.expr]:
    reader = context.names.reader_of(node)
    if reader is not None:
        return returned_by(reader)
    sources = [*context.names.attribute_sources(node), *containers.given_to_field(node, context)]
    if sources:
        return sources
    function = context.resolve(node)
    if isinstance(function, LocalFunction):
        return returned_by(function.node)
    owner = context.resolve(node.value)
    if isinstance(owner, (OwnModule, OwnClass, OwnInstance)):
        text = context.names.attribute_definition(node)
        held = kept_by_instance(owner.kind, node.value, context.names) if isinstance(owner, OwnInstance) else {}
        return [each for each in (text, held.get(f"self.{node.attr}")) if each is not None]
    is_field = isinstance(owner, Foreign) and node.attr in containers.fields_of_tuples(context)
    is_known = isinstance(owner, (LocalInstance, Unknown)) and node.attr in instances.names_of(context)
    if not (is_field or is_known) and not (
        isinstance(owner, Unknown) and node.attr in instances.names_elsewhere(context)
    ):
        return []
    return instances.values_of(node, origins(node.value, context), context)


def _of_call(node: ast.Call, context: Context) -> list[ast.expr]:
    function = context.resolve(node.func)
    if isinstance(function, LocalFunction):
        return returned_by(function.node)
    if isinstance(function, OwnFunction):
        return texts_given(node, function, context.names)
    collection = containers.picked(node, context)
    key = node.args[0] if node.args else None
    if collection is not None and collection.of_values and isinstance(key, ast.Constant) and isinstance(key.value, str):
        return list(_with_key(collection.node, key.value, context))
    if collection is not None:
        return list(_items_of(collection, context))
    return containers.started(node, context)


def _of_rest(node: ast.Call, context: Context) -> Iterator[ast.expr]:
    """Return what is joined of all that the calls of a function give: ``"/".join(parts)`` behind ``*parts``."""
    parameter = rest_of(node, context.names)
    arguments = context.names.scopes.parent(parameter) if parameter is not None else None
    function = context.names.scopes.parent(arguments) if arguments is not None else None
    if isinstance(function, _FUNCTIONS):
        is_method = isinstance(context.names.scopes.parent(function), ast.ClassDef)
        places = len(placed(function, is_method=is_method))
        yield from with_rest(node, context.facts.callers.get(function, ()), places)


def _of_loops(node: ast.Name, context: Context) -> Iterator[ast.expr]:
    """Return what a loop may give to a name."""
    for loop in context.names.loops(node):
        for collection in containers.looped(node.id, loop, context):
            yield from _items_of(collection, context)


def _items_of(collection: Collection, context: Context) -> Iterator[ast.expr]:
    """Return what the items of a collection may be, wherever it comes from."""
    waiting, steps = [collection], 0
    while waiting and steps < _STEPS:
        steps += 1
        each = waiting.pop()
        sources = origins(each.node, context)
        if not each.of_values and any(map(containers.is_mapping, sources)):
            continue  # the keys of a dict: nobody keeps URIs there
        for source in sources:
            for item in containers.items(source, context):
                yield from (item,) if each.place is None else _part(item, each.place, context)
            if isinstance(source, ast.Name) and each.of_values:
                yield from item_texts(source, context.names)
            if each.place is None:
                yield from values_of_column(source, context, origins)
                yield from items_of_joined(source, context, origins) if not isinstance(source, ast.Name) else ()
            if each.place is None and _is_column_of_roots(source):
                yield source  # what the column is, its values are
            inner = containers.passed(source)
            if inner is not None:
                waiting.append(replace(inner, place=each.place))


def _part(item: ast.expr, place: int, context: Context) -> Iterable[ast.expr]:
    """Return what stands at a place of an item that is a tuple."""
    if isinstance(item, (ast.Tuple, ast.List)):
        return item.elts[place : place + 1]
    return _with_key(item, place, context)


def _is_column_of_roots(node: ast.expr) -> bool:
    """Return whether an expression is, by its name, the column of a table of runs that tells where their artifacts are."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and node.slice.value == COLUMN
    return isinstance(node, ast.Attribute) and node.attr == COLUMN


def items_in(node: ast.expr, context: Context) -> Iterator[ast.expr]:
    """Return what the items of a collection may be."""
    return _items_of(Collection(node), context)


def _items(node: ast.Subscript, context: Context) -> Iterator[ast.expr]:
    """Return what ``value["key"]`` and ``value[0]`` may be, where the dict or list is seen."""
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if key is None:
        yield from (
            () if isinstance(node.slice, ast.Slice) else _items_of(Collection(node.value, of_values=True), context)
        )
        return
    held = item_text(node, context.names)
    if held is not None:
        yield held
    yield from _with_key(node.value, key, context)


def _with_key(owner: ast.expr, key: object, context: Context) -> Iterator[ast.expr]:
    for source in origins(owner, context):
        if isinstance(source, ast.Dict):
            pairs = zip(source.keys, source.values, strict=True)
            yield from (value for each, value in pairs if isinstance(each, ast.Constant) and each.value == key)
        elif isinstance(source, ast.Call) and isinstance(source.func, ast.Name) and source.func.id == "dict":
            yield from (keyword.value for keyword in source.keywords if keyword.arg == key)
            paired = containers.passed(source)
            yield from _items_of(paired, context) if paired is not None else ()
        elif isinstance(source, (ast.Tuple, ast.List)):
            if isinstance(key, int) and -len(source.elts) <= key:
                yield from source.elts[key : key + 1 or None]
        elif isinstance(source, (ast.Name, ast.Attribute)):
            yield from containers.added_under(source, key, context)
        else:
            inner = containers.passed(source)
            yield from _items_of(inner, context) if inner is not None else containers.items(source, context)


def own_item(node: ast.Subscript, context: Context) -> Value:
    """Return what an item is of a dict or tuple that a function of another module returns."""
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    for source in origins(node.value, context):
        function = context.resolve(source.func) if isinstance(source, ast.Call) else None
        given = (
            dict(function.items).get(key) if isinstance(function, OwnFunction) and isinstance(key, (str, int)) else None
        )
        if given is not None:
            return given
    return Unknown("it is looked up at run time")


def given_to(node: ast.Name, context: Context) -> Iterator[ast.expr]:
    """Return what the calls of the namespace give for the parameter that a name means."""
    parameter = context.names.parameter(node)
    arguments = context.names.scopes.parent(parameter) if parameter is not None else None
    function = context.names.scopes.parent(arguments) if isinstance(arguments, ast.arguments) else None
    if parameter is None or function is None or not isinstance(arguments, ast.arguments):
        return
    is_method = isinstance(context.names.scopes.parent(function), ast.ClassDef)
    places = placed(function, is_method=is_method) if isinstance(function, _FUNCTIONS) else _places_of_lambda(arguments)
    for call in context.facts.callers.get(function, ()):
        yield from (value for name, value in arguments_of(call, places, context.names) if name == parameter.arg)
    for call, by_items in context.facts.indirect_callers.get(function, ()):
        for name, value in arguments_of(call, places, context.names):
            if name == parameter.arg:
                yield from items_in(value, context) if by_items else (value,)


def _places_of_lambda(arguments: ast.arguments) -> tuple[str, ...]:
    return tuple(each.arg for each in (*arguments.posonlyargs, *arguments.args))
