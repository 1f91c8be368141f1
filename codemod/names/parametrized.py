"""What a parameter gets that no call gives: by its default, and from pytest by ``parametrize`` and by the ``params`` of a fixture."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemod.names.nodes import defaults, function_name, is_fixture
from codemod.names.values import Elements, Foreign, Instance, Mlflow, Unknown, Value, one_of

if TYPE_CHECKING:
    from codemod.names.resolve import Names

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def by_default(names: Names, parameter: ast.arg) -> tuple[str, ...]:
    """Return the module or function of MLflow that a parameter is where a call gives nothing for it."""
    arguments = names.scopes.parent(parameter)
    pairs = defaults(arguments) if isinstance(arguments, ast.arguments) else []
    values = (names.resolve(value) for other, value in pairs if other is parameter)
    return tuple(value.path for value in values if isinstance(value, Mlflow))


def given_to_key(names: Names, function: ast.AST | None, parameter: ast.arg) -> Value | None:
    """Return what a lambda gets that is asked of each item: ``sorted(runs, key=lambda run: ...)``, ``map(lambda run: ..., runs)``."""
    arguments = names.scopes.parent(parameter)
    is_sole = isinstance(arguments, ast.arguments) and arguments.args == [parameter] and arguments.vararg is None
    around = names.scopes.parent(function) if function is not None else None
    call = names.scopes.parent(around) if isinstance(around, ast.keyword) and around.arg == "key" else around
    if not isinstance(function, ast.Lambda) or not is_sole or not isinstance(call, ast.Call):
        return None
    name = function_name(call.func)
    if isinstance(call.func, ast.Name) and names.is_bound(name, call):
        return None  # a function of one's own
    items: ast.expr | None = None
    is_plain = isinstance(call.func, ast.Name)
    if is_plain and isinstance(around, ast.keyword) and name in ("sorted", "min", "max") and len(call.args) == 1:
        items = call.args[0]
    elif isinstance(around, ast.keyword) and name == "sort" and isinstance(call.func, ast.Attribute):
        items = call.func.value
    elif is_plain and call is around and name in ("map", "filter") and len(call.args) == 2 and call.args[0] is function:
        items = call.args[1]
    value = names.resolve(items) if items is not None and not isinstance(items, ast.Starred) else None
    return Instance(value.path) if isinstance(value, Elements) else None


def given_by_mark(names: Names, function: ast.AST, parameter: str) -> Value | None:
    """Return what ``parametrize`` gives to a parameter of a test or of its class; None where it gives nothing of MLflow.

    Args:
        names: The namespace of the test.
        function: The test.
        parameter: The parameter's name.
    """
    holder = names.scopes.parent(function)
    marked = [function, *([holder] if isinstance(holder, ast.ClassDef) else [])]
    for decorator in (item for node in marked for item in getattr(node, "decorator_list", ())):
        if isinstance(decorator, ast.Call) and function_name(decorator.func) == "parametrize":
            given = _given(decorator, parameter)
            if given:
                return _one(names, parameter, given)
    return None


def given_to_fixture(names: Names, node: ast.Attribute) -> Value | None:
    """Return what ``request.param`` is in a fixture; None for any other attribute, and where it is nothing of MLflow."""
    request = names.parameter(node.value) if isinstance(node.value, ast.Name) and node.attr == "param" else None
    arguments = names.scopes.parent(request) if request is not None else None
    fixture = names.scopes.parent(arguments) if arguments is not None else None
    if not isinstance(fixture, _FUNCTIONS) or not is_fixture(fixture):
        return None
    calls = (item for item in fixture.decorator_list if isinstance(item, ast.Call))
    lists = [keyword.value for call in calls for keyword in call.keywords if keyword.arg == "params"]
    # A mark of a test may give another value in their place (``indirect``).
    return _one(names, "request.param", [value for each in lists for value in _values(each)], may_differ=True)


def _given(mark: ast.Call, parameter: str) -> list[ast.expr]:
    """Return what one mark gives for a parameter; nothing where a fixture gets it, or where it is of other parameters."""
    if len(mark.args) < 2 or any(keyword.arg == "indirect" for keyword in mark.keywords):
        return []
    told = names_of_mark(mark.args[0])
    if parameter not in told:
        return []
    found: list[ast.expr] = []
    for value in _values(mark.args[1]):
        if len(told) == 1:
            found.append(value)
        elif isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(told):
            found.append(value.elts[told.index(parameter)])
    return found


def names_of_mark(node: ast.expr) -> list[str]:
    """Return the parameters that ``parametrize`` names, in one string or in several."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [name.strip() for name in node.value.split(",")]
    return [str(getattr(item, "value", "")) for item in getattr(node, "elts", ())]


def _values(node: ast.expr) -> Iterator[ast.expr]:
    """Return the values of a list of them, each of which may stand in ``pytest.param(...)``."""
    for item in getattr(node, "elts", ()):
        if isinstance(item, ast.Call) and function_name(item.func) == "param":
            plain = [each for each in item.args if not isinstance(each, ast.Starred)]
            yield plain[0] if len(plain) == 1 else ast.copy_location(ast.Tuple(plain, ast.Load()), item)
        elif not isinstance(item, ast.Starred):
            yield item


def _one(names: Names, parameter: str, given: list[ast.expr], *, may_differ: bool = False) -> Value | None:
    values = [names.resolve(value) for value in given]
    if not values or all(isinstance(value, (Foreign, Unknown)) and not _may_be_mlflow(value) for value in values):
        return None
    is_one = len(set(values)) == 1 and not may_differ
    return values[0] if is_one else one_of(f"pytest gives `{parameter}` one value after the other", values)


def _may_be_mlflow(value: Value) -> bool:
    return isinstance(value, Unknown) and bool(value.among or value.like)
