"""Objects that a test makes of data which it reads, such as a recorded run in JSON: what they have is told by no code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import cast

from codemod.analysis.assigned_doubles import HELD
from codemod.analysis.mocks import makes_mock
from codemod.analysis.module_dicts import is_namespace
from codemod.names import LocalClass, Names, OwnClass
from codemod.names.nodes import function_name
from codemod.settings import Double

_READERS = ("json", "simplejson", "ujson", "orjson", "yaml", "ruamel", "toml", "tomli", "tomllib", "pickle", "joblib",
            "csv", "pandas", "polars")  # fmt: skip
# These make tables of what stands in the code, too.
_TABLES = ("pandas", "polars")
_HOOKS = ("object_hook", "object_pairs_hook")
_PLAIN = ("dict", "OrderedDict")
_BY_NAME = ("__getattr__", "__getattribute__")
# So many variables and keys may stand between what was read and an object.
_STEPS = 8


def read_doubles(names: Names) -> Iterator[tuple[Double, ast.AST]]:
    """Return what may stand for a run's info, or a model's, because it has the keys of some data for its attributes."""
    for node in _objects_of_data(names):
        # The data may have the new name beside the old one, as those have that MLflow 2 gives.
        yield from ((Double(name, "name", moves=True), node) for name in HELD)


def _objects_of_data(names: Names) -> Iterator[ast.AST]:
    scopes = names.scopes
    reads = [call for call in scopes.of(ast.Call) if _reads(call, names)]
    if not reads:
        return
    for call in reads:
        hooks = (each.value for each in call.keywords if each.arg in _HOOKS)
        if any(function_name(hook) not in _PLAIN for hook in hooks):
            yield call
    for kind in scopes.of(ast.ClassDef):
        given = scopes.attributes.get(kind, {})
        yield from (kind for name in _BY_NAME if name in given)
    for call in scopes.of(ast.Call):
        yield from (each for each in _made_of(call, names) if _is_read(each, names, _STEPS))


def _made_of(call: ast.Call, names: Names) -> Iterator[ast.expr]:
    """Return the dict whose keys become the attributes of an object that a call makes, or fills."""
    function = call.func
    is_own = isinstance(names.resolve(function), (LocalClass, OwnClass))
    if is_own or makes_mock(call, names) or function_name(function) == "Namespace":
        yield from (each.value for each in call.keywords if each.arg is None)
        if is_own:
            yield from call.args  # `class Box(dict)`
    elif function_name(function) == "type" and len(call.args) == 3:
        yield call.args[2]
    elif isinstance(function, ast.Attribute) and function.attr == "update" and is_namespace(function.value):
        yield from call.args
    elif function_name(function) == "setattr" and len(call.args) == 3 and not isinstance(call.args[1], ast.Constant):
        yield call.args[2]


def _reads(call: ast.Call, names: Names) -> bool:
    root = call.func
    while isinstance(root, ast.Attribute):
        root = root.value
    tops = {path.partition(".")[0] for path in names.imports(root)} if isinstance(root, ast.Name) else set[str]()
    is_table = not tops.isdisjoint(_TABLES)
    return not tops.isdisjoint(_READERS) and (not is_table or function_name(call.func).startswith("read"))


def _is_read(node: ast.expr, names: Names, steps: int) -> bool:
    """Return whether a value is what was read from a file, or a part of it."""
    if not steps:
        return False
    if isinstance(node, ast.Call):
        if _reads(node, names):
            return True
        asked = node.func.value if isinstance(node.func, ast.Attribute) else None
        return asked is not None and _is_read(asked, names, steps - 1)
    if isinstance(node, ast.Subscript):
        return _is_read(node.value, names, steps - 1)
    source = _source(node, names) if isinstance(node, ast.Name) else None
    return source is not None and _is_read(source, names, steps - 1)


def _source(node: ast.Name, names: Names) -> ast.expr | None:
    """Return where a variable has its value from: directly, or from a loop over something."""
    made = names.source_of(node)
    if made is not None:
        return made
    parent = names.scopes.parent(node)
    for around in names.scopes.ancestors(node) if parent is not None else ():
        loops = [around] if isinstance(around, (ast.For, ast.AsyncFor)) else getattr(around, "generators", [])
        for loop in loops:
            if any(isinstance(each, ast.Name) and each.id == node.id for each in ast.walk(loop.target)):
                return cast("ast.expr", loop.iter)
    return None
