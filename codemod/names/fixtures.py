"""Fixtures of pytest, by the names under which tests get them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Union
from weakref import WeakKeyDictionary

from codemod.names.nodes import is_fixture
from codemod.names.scopes import Scopes

_Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]

# Many tests of a file ask for one.
_known: WeakKeyDictionary[Scopes, dict[str, _Function]] = WeakKeyDictionary()


def fixtures_in(scopes: Scopes) -> Mapping[str, _Function]:
    """Return the fixtures of a module's top level, by the names under which tests get them."""
    if scopes not in _known:
        functions: list[_Function] = [*scopes.of(ast.FunctionDef), *scopes.of(ast.AsyncFunctionDef)]
        top = (node for node in functions if scopes.scope(node) is scopes.module)
        _known[scopes] = {_name_of(node): node for node in top if node.decorator_list and is_fixture(node)}
    return _known[scopes]


def _name_of(node: _Function) -> str:
    """Return the name that ``@pytest.fixture(name="client")`` gives to a function, or its own."""
    calls = (item for item in node.decorator_list if isinstance(item, ast.Call))
    given = (keyword.value for call in calls for keyword in call.keywords if keyword.arg == "name")
    names = (value.value for value in given if isinstance(value, ast.Constant) and isinstance(value.value, str))
    return next(names, node.name)
