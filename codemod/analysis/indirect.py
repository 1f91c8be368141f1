"""Calls that other code makes of a function that it is given: ``pool.submit(train, data)``, ``partial(show, info=info)``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.names import LocalFunction, Names
from codemod.names.forms import There
from codemod.names.nodes import function_name

# What calls a function with the arguments behind it, or with one item of each.
_WITH_ARGUMENTS = frozenset("apply apply_async call_soon partial run_in_executor submit to_thread".split())
_WITH_ITEMS = frozenset("imap imap_unordered map map_async starmap".split())
# Those of them that give the arguments as they are, and no more.
_CALLED_AT_ONCE = frozenset({"run_in_executor", "submit", "to_thread"})
_STARTED = frozenset({"Thread", "Process", "Timer"})
_FUNCTIONS = (ast.Name, ast.Attribute, ast.Subscript)


def gives_items(call: ast.Call) -> bool:
    """Return whether a call gives a function one item after the other of its arguments: ``map(show, uris)``."""
    return function_name(call.func) in _WITH_ITEMS


def indirect(call: ast.Call) -> ast.Call | None:
    """Return the call that another one leads to, with a function that stands in the code; None for a plain call.

    The arguments are those that are seen; of a collection whose items are given one by one, it is the collection.
    """
    made = _led_to(call)
    return made if made is not None and isinstance(made.func, _FUNCTIONS) else None


def _led_to(call: ast.Call) -> ast.Call | None:
    name = function_name(call.func)
    if name in _STARTED:
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        target = given.get("target")
        return ast.Call(target, *_unpacked(given.get("args"), given.get("kwargs"))) if target is not None else None
    if name not in _WITH_ARGUMENTS and name not in _WITH_ITEMS:
        return None
    behind = call.args[1:] if name != "run_in_executor" else call.args[2:]
    function = call.args[len(call.args) - len(behind) - 1] if call.args else None
    return ast.Call(function, behind, [] if name in _WITH_ITEMS else call.keywords) if function is not None else None


def given_calls(call: ast.Call) -> Iterator[ast.Call]:
    """Return the calls that one leads to, as far as their arguments stand in it: one for each item of what is given item by item."""
    name = function_name(call.func)
    made = _led_to(call) if name in _WITH_ITEMS or name in _STARTED or name in _CALLED_AT_ONCE else None
    if made is None or name not in _WITH_ITEMS:
        yield from (made,) if made is not None else ()
        return
    columns = [each.elts if isinstance(each, (ast.List, ast.Tuple)) else None for each in made.args]
    for index in range(max((len(each) for each in columns if each is not None), default=0)):
        items: list[ast.expr] = [each[index] if each is not None and index < len(each) else There() for each in columns]
        if name == "starmap":
            items = items[0].elts if isinstance(items[0], (ast.Tuple, ast.List)) else []
        yield ast.Call(made.func, items, [])


def _unpacked(placed: ast.expr | None, named: ast.expr | None) -> tuple[list[ast.expr], list[ast.keyword]]:
    keywords: list[ast.keyword] = []
    if isinstance(named, ast.Dict):
        pairs = zip(named.keys, named.values, strict=True)
        keywords = [ast.keyword(str(key.value), value) for key, value in pairs if isinstance(key, ast.Constant)]
    return (list(placed.elts) if isinstance(placed, (ast.Tuple, ast.List)) else []), keywords


def arguments_of(call: ast.Call, parameters: tuple[str, ...], names: Names) -> Iterator[tuple[str, ast.expr]]:
    """Return what a call gives for parameters, also by a tuple behind a star and a dict behind two.

    Args:
        call: The call.
        parameters: The names of the parameters that are given by position.
        names: Its namespace.
    """
    left = list(parameters)
    for value in call.args:
        items = [value]
        if isinstance(value, ast.Starred):
            held = _behind(value.value, names)
            if not isinstance(held, (ast.Tuple, ast.List)):
                break
            items = list(held.elts)
        yield from zip(left, items, strict=False)
        left = left[len(items) :]
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value
            continue
        held = _behind(keyword.value, names)
        if isinstance(held, ast.Dict):
            pairs = zip(held.keys, held.values, strict=True)
            yield from ((str(key.value), value) for key, value in pairs if isinstance(key, ast.Constant))
        elif isinstance(held, ast.Call) and function_name(held.func) == "dict":
            yield from ((each.arg, each.value) for each in held.keywords if each.arg is not None)


def _behind(node: ast.expr, names: Names) -> ast.expr:
    source = names.definition(node) if isinstance(node, ast.Name) else None
    return source if source is not None else node


def calls_giving(node: ast.Name, names: Names) -> Iterator[ast.Call]:
    """Return the calls that are given the function whose first parameter a name is, and may call it: ``df.apply(load)``."""
    scopes, parameter = names.scopes, names.parameter(node)
    arguments = scopes.parent(parameter) if parameter is not None else None
    function = scopes.parent(arguments) if arguments is not None else None
    if not isinstance(function, (ast.Lambda, ast.FunctionDef)) or function.args.args[:1] != [parameter]:
        return
    holders: list[ast.AST | None] = []
    if isinstance(function, ast.Lambda):
        holders = [scopes.parent(function)]
    else:
        uses = names.places(function.name)
        holders = [scopes.parent(use) for use in uses if names.resolve(use) == LocalFunction(function)]
    yield from (call for call in holders if isinstance(call, ast.Call) and call.func is not function)
