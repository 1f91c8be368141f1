"""What the items of a list, a dict or another collection may be, and the fields of an object that is made by its class."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codemod.analysis.got_attributes import got_by_mapping
from codemod.analysis.once import once
from codemod.analysis.returns import returned_by, yielded_by, yielded_from
from codemod.names import Foreign, LocalClass, LocalFunction, LocalInstance, OwnFunction
from codemod.names.class_methods import gets_class
from codemod.names.forms import ITEM
from codemod.names.nodes import assigned_name, function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

# What gives the items of the collection that it gets, in this or another order.
_PASSING = ("list", "tuple", "set", "sorted", "reversed", "iter", "filter", "as_completed", "tqdm", "deque")
# What gives one item of the collection that it gets.
_PICKING = ("next", "max", "min", "choice", "reduce")
_MAPPING = ("map", "imap", "imap_unordered", "starmap")
_STARTING = ("submit", "apply_async", "to_thread", "delayed", "delay", "remote")
_WAITING = ("result", "get", "compute")
_ADDING = ("append", "add", "insert", "appendleft", "setdefault", "put")
# Methods of a column that give its values.
_SERIES = ("to_dict", "tolist", "to_list", "to_numpy", "unique", "dropna")
# So many generators are followed that take what they give from each other.
_CHAIN = 20
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)
_SIMPLE = "SimpleNamespace"


def items(source: ast.expr, context: Context) -> Iterator[ast.expr]:
    """Return what the items of a collection may be, as far as one expression for it shows them; of a dict, its values.

    Args:
        source: An expression for the collection.
        context: Its namespace.
    """
    if isinstance(source, (ast.List, ast.Tuple, ast.Set)):
        yield from (item for item in source.elts if not isinstance(item, ast.Starred))
    elif isinstance(source, _COMPREHENSIONS):
        yield source.elt
    elif isinstance(source, ast.DictComp):
        yield source.value
    elif isinstance(source, ast.Dict):
        yield from source.values
    elif isinstance(source, ast.Call):
        yield from _given_items(source, context)
    elif isinstance(source, (ast.Name, ast.Attribute)):
        yield from (value for _, value in added(source, context))


def _given_items(source: ast.Call, context: Context) -> Iterator[ast.expr]:
    name = function_name(source.func)
    if name in _MAPPING and source.args:
        yield from called(source.args[0], context)
        yield from got_by_mapping(source, context)
    elif name == "gather":
        for argument in source.args:
            if not isinstance(argument, ast.Starred):
                yield argument
            elif isinstance(argument.value, _COMPREHENSIONS):
                yield argument.value.elt
    elif name == "as_completed" and source.args:  # the keys of `{pool.submit(train, each): each for each in data}`
        futures = source.args[0]
        futures = (context.names.definition(futures) or futures) if isinstance(futures, ast.Name) else futures
        yield from (futures.key,) if isinstance(futures, ast.DictComp) else ()
    elif isinstance(source.func, ast.Call) and function_name(source.func.func) == "Parallel":
        for argument in source.args:  # `Parallel(n_jobs=2)(delayed(train)(each) for each in data)`
            yield from items(argument, context)
    else:
        function = context.resolve(source.func)
        yield from _generated(function.node, context, {function.node}) if isinstance(function, LocalFunction) else ()
        if isinstance(function, OwnFunction) and any(name.startswith(ITEM) for name, _ in function.keeps):
            yield ast.copy_location(ast.Subscript(source, ast.Constant(0), ast.Load()), source)


def _generated(function: ast.AST, context: Context, seen: set[ast.AST]) -> Iterator[ast.expr]:
    """Return what a generator gives: by itself, and from others and collections (``yield from map(train, data)``)."""
    yield from yielded_by(function)
    for each in yielded_from(function):
        inner = context.resolve(each.func) if isinstance(each, ast.Call) else None
        if not isinstance(inner, LocalFunction):
            yield from items(each, context)
        elif inner.node not in seen and len(seen) < _CHAIN:
            seen.add(inner.node)
            yield from _generated(inner.node, context, seen)


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection of which code takes items.

    Attributes:
        node: An expression for it.
        of_values: Whether the values of a dict are meant, if it is one, not its keys.
        place: Which part of each item is meant, if they are tuples; None for all of it.
    """

    node: ast.expr
    of_values: bool = False
    place: int | None = None


def is_mapping(source: ast.expr) -> bool:
    """Return whether an expression makes a dict."""
    if isinstance(source, ast.Call):
        return function_name(source.func) in ("dict", "defaultdict", "OrderedDict", "Counter")
    return isinstance(source, (ast.Dict, ast.DictComp))


def passed(source: ast.expr) -> Collection | None:
    """Return the collection whose items another expression has: ``sorted(uris)``, ``uris[1:]``, ``found.values()``."""
    if isinstance(source, ast.Subscript) and isinstance(source.slice, ast.Slice):
        return Collection(source.value)
    if not isinstance(source, ast.Call):
        return None
    name = function_name(source.func)
    if name in _PASSING and isinstance(source.func, ast.Name) and source.args:
        return Collection(source.args[-1] if name == "filter" else source.args[0])
    if name == "dict" and source.args and isinstance(pairs := source.args[0], ast.Call):  # `dict(zip(ids, uris))`
        return Collection(pairs.args[1]) if function_name(pairs.func) == "zip" and len(pairs.args) == 2 else None
    if name in _SERIES and isinstance(source.func, ast.Attribute) and not source.args:
        return Collection(source.func.value)
    is_view = name == "values" and isinstance(source.func, ast.Attribute)
    return Collection(source.func.value, of_values=True) if is_view and isinstance(source.func, ast.Attribute) else None


def looped(name: str, source: ast.expr, context: Context) -> Iterator[Collection]:
    """Return the collections whose items a loop over something gives to a name: of ``for key, uri in found.items()``, ``found``."""
    loop = context.names.scopes.parent(source)
    if isinstance(loop, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield from _bound(name, loop.target, source)


def _bound(name: str, target: ast.expr, source: ast.expr, of_values: bool = False) -> Iterator[Collection]:
    if isinstance(target, ast.Name):
        if target.id == name:
            yield Collection(source, of_values)
        return
    if not isinstance(target, ast.Tuple):
        return
    called_as = function_name(source.func) if isinstance(source, ast.Call) else ""
    if not isinstance(source, ast.Call) or called_as not in ("enumerate", "items", "zip"):
        places = (place for place, inner in enumerate(target.elts) if isinstance(inner, ast.Name) and inner.id == name)
        yield from (Collection(source, of_values, place) for place in places)
    elif called_as == "enumerate" and source.args and len(target.elts) == 2:
        yield from _bound(name, target.elts[1], source.args[0])
    elif called_as == "items" and isinstance(source.func, ast.Attribute) and len(target.elts) == 2:
        yield from _bound(name, target.elts[1], source.func.value, of_values=True)
    elif called_as == "zip":
        for inner, each in zip(target.elts, source.args, strict=False):
            yield from _bound(name, inner, each)


def picked(source: ast.Call, context: Context) -> Collection | None:
    """Return the collection of which a call gives one item."""
    name = function_name(source.func)
    if name in _PICKING and source.args and context.call(source) is None:
        return Collection(source.args[1] if name == "reduce" and len(source.args) > 1 else source.args[0])
    if isinstance(source.func, ast.Attribute) and name in ("pop", "popleft", "get"):
        return Collection(source.func.value, of_values=True)
    return None


def started(source: ast.Call, context: Context) -> list[ast.expr]:
    """Return what a call may give that waits for a function, or starts one: ``pool.submit(train, data)``, ``future.result()``."""
    name = function_name(source.func)
    if isinstance(source.func, ast.Attribute) and name in _WAITING:
        return [source.func.value]
    if name in ("run", "run_until_complete") and source.args and isinstance(source.args[0], ast.Call):
        return [source.args[0]]  # `asyncio.run(main())`
    if isinstance(source.func, ast.Call) and function_name(source.func.func) in _STARTING and source.func.args:
        return called(source.func.args[0], context)  # `delayed(train)(data)`
    return called(source.args[0], context) if name in _STARTING and source.args else []


def called(function: ast.expr, context: Context) -> list[ast.expr]:
    """Return what calling a function of the project may give; of one of another file it is an expression that stands nowhere."""
    value = context.resolve(function)
    if isinstance(value, OwnFunction) and not isinstance(value.returns, Foreign):
        return [_call_of(function, context)]
    return returned_by(value.node) if isinstance(value, LocalFunction) else []


def _call_of(function: ast.expr, context: Context) -> ast.Call:
    """Return a call of a function that other code calls; always the same, as what is known of it is kept by it."""
    kept = _calls_of(context)
    if function not in kept:
        kept[function] = ast.copy_location(ast.Call(function, [], []), function)
    return kept[function]


@once
def _calls_of(_: Context) -> dict[ast.expr, ast.Call]:
    return {}


def added(collection: ast.Name | ast.Attribute, context: Context) -> list[tuple[object, ast.expr]]:
    """Return what the code puts into a collection, each with its key where that is known: ``found.append(uri)``, ``uris["a"] = uri``."""
    return _additions(context).get(_name(collection), [])


def added_under(collection: ast.Name | ast.Attribute, key: object, context: Context) -> list[ast.expr]:
    """Return what the code puts into a collection under a key, or under one that it does not show."""
    by_key, name = _additions_by_key(context), _name(collection)
    return [*by_key.get((name, key), ()), *(by_key.get((name, None), ()) if key is not None else ())]


@once
def _additions_by_key(context: Context) -> dict[tuple[str, object], list[ast.expr]]:
    found: dict[tuple[str, object], list[ast.expr]] = {}
    for name, every in _additions(context).items():
        for key, value in every:
            found.setdefault((name, key), []).append(value)
    return found


@once
def _additions(context: Context) -> dict[str, list[tuple[object, ast.expr]]]:
    found: dict[str, list[tuple[object, ast.expr]]] = {}
    for call in context.names.scopes.of(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in _ADDING and call.args:
            found.setdefault(_name(call.func.value), []).append((None, call.args[-1]))
        elif isinstance(call.func, ast.Attribute) and call.func.attr == "update":
            items = found.setdefault(_name(call.func.value), [])
            items += [(keyword.arg, keyword.value) for keyword in call.keywords]
            for given in (each for each in call.args if isinstance(each, ast.Dict)):
                keys = (key.value if isinstance(key, ast.Constant) else None for key in given.keys)
                items += zip(keys, given.values, strict=True)
    for statement in context.names.scopes.of(ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Subscript):
                key = target.slice.value if isinstance(target.slice, ast.Constant) else None
                found.setdefault(_name(target.value), []).append((key, statement.value))
    found.pop("", None)
    return found


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def field(made: ast.Call, name: str, context: Context) -> ast.expr | None:
    """Return what a field of an object gets by the call of its class, which has no `__init__` of its own: of a dataclass, for instance."""
    if function_name(made.func) == _SIMPLE:
        return next((keyword.value for keyword in made.keywords if keyword.arg == name), None)
    declared = _declared(made.func, context)
    if name not in declared:
        return None
    named = next((keyword.value for keyword in made.keywords if keyword.arg == name), None)
    if named is not None:
        return named
    index = declared.index(name)
    plain = made.args[: index + 1]
    return made.args[index] if len(plain) > index and not any(isinstance(each, ast.Starred) for each in plain) else None


def given_to_field(node: ast.Attribute, context: Context) -> Iterator[ast.expr]:
    """Return what the calls of a class that has no `__init__` of its own give for the field of ``self`` that an attribute means."""
    names = context.names
    owner = names.scopes.self_class(node.value) if isinstance(node.value, ast.Name) else None
    for place in _names_of_class(owner, context) if owner is not None and context.follows_callers else ():
        made = names.scopes.parent(place)
        given = field(made, node.attr, context) if isinstance(made, ast.Call) and made.func is place else None
        if given is not None:
            yield given


@once
def _named(_context: Context) -> dict[ast.ClassDef, list[ast.Name]]:
    """Return what `_names_of_class` has found: each read of a field asks for it."""
    return {}


def _names_of_class(owner: ast.ClassDef, context: Context) -> list[ast.Name]:
    """Return where a class is named, by its name or as what a method of the class gets: ``cls(info.model_uri)``."""
    known = _named(context)
    if owner not in known:
        methods = (each for each in owner.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)))
        of_methods = (place for method in methods for place in _places_of_first(method, context))
        known[owner] = [*context.names.places(owner.name), *of_methods]
    return known[owner]


def _places_of_first(method: ast.FunctionDef | ast.AsyncFunctionDef, context: Context) -> Iterator[ast.Name]:
    """Return where a method names the class that it gets."""
    first = next(iter((*method.args.posonlyargs, *method.args.args)), None)
    if first is None or first.arg == "self":
        return
    for place in ast.walk(method):
        if isinstance(place, ast.Name) and place.id == first.arg and gets_class(context.names, place):
            yield place


def _declared(made: ast.expr, context: Context) -> list[str]:
    """Return the fields of a class in the order of its call: of a dataclass, or of ``namedtuple("Result", "uri score")``."""
    kind = context.resolve(made)
    is_class = isinstance(made, ast.Name) and isinstance(kind, LocalInstance) and gets_class(context.names, made)
    if isinstance(kind, LocalClass) or (is_class and isinstance(kind, LocalInstance)):
        if "__init__" in context.names.scopes.attributes.get(kind.node, {}):
            return []
        body = (item.target for item in kind.node.body if isinstance(item, ast.AnnAssign))
        return [target.id for target in body if isinstance(target, ast.Name)]
    maker = context.names.definition(made) if isinstance(made, ast.Name) else None
    if not isinstance(maker, ast.Call) or function_name(maker.func) != "namedtuple" or len(maker.args) < 2:
        return []
    names = maker.args[1]
    if isinstance(names, (ast.List, ast.Tuple)):
        return [str(each.value) for each in names.elts if isinstance(each, ast.Constant)]
    return str(names.value).replace(",", " ").split() if isinstance(names, ast.Constant) else []


@once
def fields_of_tuples(context: Context) -> frozenset[str]:
    """Return the names of all fields of the tuples that ``namedtuple`` makes in the namespace, and of what ``SimpleNamespace`` does."""
    calls = context.names.scopes.of(ast.Call)
    simple = (each.keywords for each in calls if function_name(each.func) == _SIMPLE)
    given = frozenset(keyword.arg for keywords in simple for keyword in keywords if keyword.arg is not None)
    scopes = context.names.scopes
    made = ((node, node.value) for node in scopes.assignments)
    targets = (
        assigned_name(node)
        for node, value in made
        if isinstance(value, ast.Call) and function_name(value.func) == "namedtuple"
    )
    return given.union(name for target in targets if target is not None for name in _declared(target, context))
