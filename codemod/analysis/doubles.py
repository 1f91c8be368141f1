"""What tests put in the place of MLflow: a call that changes while its double stays turns a green suite red.

A double is known by what it stands for, such as ``mlflow.evaluate`` in ``monkeypatch.setattr("train.mlflow.evaluate", fake)``, and
by what depends on it: the name alone, or the arguments that the tested code passes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from codemod.analysis.asserted_arguments import expects_new, expects_old
from codemod.analysis.assigned_doubles import DATA, HELD, assigned
from codemod.analysis.conftests import imports_testing, is_test
from codemod.analysis.exact_doubles import takes_exactly
from codemod.analysis.expectations import expected_of_mlflow, stands_for_module, wrapped_by_name
from codemod.analysis.fallbacks import fallbacks_offered
from codemod.analysis.given_doubles import given_in_test, logged_by_imported
from codemod.analysis.mocks import (
    ALL,
    LOGS,
    MOCKS,
    REPLACES,
    UNTOLD,
    called_as,
    covers,
    depends,
    is_flavor,
    is_function,
    is_mock,
    is_name_of_mlflow,
    makes_mock,
    of_text,
    several,
    takes_old,
    target,
    targets,
    wants_old,
)
from codemod.analysis.module_dicts import is_dict_of_module, is_mlflow_name, is_modules, is_namespace
from codemod.analysis.namespace_doubles import put_in_namespaces
from codemod.analysis.once import once_in_names
from codemod.analysis.own_modules import replaced_modules
from codemod.analysis.put_files import files_put
from codemod.analysis.recorded import looks_at_arguments, recorded_of
from codemod.analysis.stand_ins import offered_in
from codemod.names import Foreign, Instance, Mlflow, Names
from codemod.names.nodes import dotted_text, function_name, line_of
from codemod.settings import Double

ASSERTIONS = (
    "assert_called_with",
    "assert_called_once_with",
    "assert_any_call",
    "assert_has_calls",
    "assert_awaited_with",
)
RECORDS = ("call_args", "call_args_list", "mock_calls", "await_args", "method_calls")
_UUID = DATA[0]
# What mocks have, and what stands in their place seldom has.
_OF_MOCKS = re.compile(
    r"(?:assert_|call_|await_)\w+|(?:mock|method)_calls|called|return_value|side_effect|(?:reset|configure|attach)_mock"
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class DoublePlace:
    """A double with the node that makes it."""

    double: Double
    node: ast.AST


def doubles_in(names: Names, path: str = "") -> list[DoublePlace]:
    """Return the doubles that a namespace makes, and those that a file is by its own path."""
    found = [DoublePlace(double, node) for double, node in (*offered_in(path, names), *fallbacks_offered(names))]
    scopes = names.scopes
    given = _put_for_all(names)
    for node, value in given:
        found += _of_whole(node, value, names)
    if given:
        found += _parts_of_fakes(given[0][0], names)
    for node in scopes.nodes():
        look = _LOOKS.get(type(node))
        if look is not None:
            found += look(node, names)
    is_told = is_test(path) or imports_testing(names) or any(map(_puts, found))
    found += (DoublePlace(replace(double, given=not is_told), node) for double, node in given_in_test(names))
    return found


def _puts(place: DoublePlace) -> bool:
    """Return whether something is put in the place of a part of MLflow, which code of other purposes seldom does."""
    is_done = isinstance(place.node, (ast.Call, ast.Assign))
    return is_done and not place.double.whole and place.double.path.partition(".")[0] == "mlflow"


@once_in_names
def _put_for_all(names: Names) -> list[tuple[ast.AST, ast.expr]]:
    """Return what is put in the place of a whole module of MLflow, each with the call or assignment that does it."""
    putting = sorted((*names.scopes.of(ast.Assign), *names.scopes.of(ast.Call)), key=names.scopes.order)
    return [(node, value) for node in putting for value in _stands_for_all(node, names)]


@once_in_names
def _names_put(names: Names) -> frozenset[str]:
    return frozenset(value.id for _, value in _put_for_all(names) if isinstance(value, ast.Name))


def _stands_for_all(node: ast.AST, names: Names) -> Iterator[ast.expr]:
    """Return what is put in the place of a whole module of MLflow: by ``sys.modules``, by `setattr`, or by an assignment."""
    if isinstance(node, ast.Assign):
        if any(_is_all(target, names) for target in node.targets):
            yield node.value
    elif isinstance(node, ast.Call):
        called = function_name(node.func)
        # `monkeypatch.setitem(sys.modules, ...)`, or a method of `sys.modules` itself.
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        is_of_dict = owner is not None and (is_modules(owner) or is_dict_of_module(owner, names))
        args = [owner, *node.args] if owner is not None and is_of_dict else node.args
        if called in ("setitem", "setdefault") and len(args) > 2 and is_mlflow_name(args[1]):
            if is_modules(args[0]) or is_namespace(args[0]):
                yield args[2]
        elif called in ("dict", "update") and args and (is_modules(args[0]) or is_dict_of_module(args[0], names)):
            yield from _given_modules(node)
        elif called_as(node.func, names) in REPLACES and target(node, names) == "mlflow":
            yield from _given(node, names)
        yield from stands_for_module(node, names)


def _given_modules(node: ast.Call) -> Iterator[ast.expr]:
    """Return what a call puts into ``sys.modules`` for MLflow by a dict, or by keywords."""
    for item in [item for item in node.args if isinstance(item, ast.Dict)]:
        yield from (
            value for key, value in zip(item.keys, item.values, strict=True) if key is not None and is_mlflow_name(key)
        )
    yield from (keyword.value for keyword in node.keywords if keyword.arg == "mlflow")


def _is_all(node: ast.expr, names: Names) -> bool:
    """Return whether a target of an assignment is a whole module of MLflow: ``train.mlflow``, ``sys.modules["mlflow"]``."""
    if isinstance(node, ast.Subscript):
        is_dict = dotted_text(node.value) == "sys.modules" or is_dict_of_module(node.value, names)
        return is_dict and is_mlflow_name(node.slice)
    if not isinstance(node, ast.Attribute) or node.attr != "mlflow":
        return False
    module = node.value
    while isinstance(module, ast.Attribute):
        module = module.value
    return isinstance(module, ast.Name) and bool(names.imports(module))


def _of_whole(node: ast.AST, value: ast.expr, names: Names) -> Iterator[DoublePlace]:
    """Say that something stands for a whole module of MLflow, and for everything in it when its parts are not seen."""
    yield DoublePlace(Double("mlflow", "name"), node)
    yield from (DoublePlace(double, node) for double in files_put(value, names))
    if isinstance(value, ast.Constant) or (is_mock(value) and not _is_unpacked(value)):
        return
    yield from (DoublePlace(double, node) for double in logged_by_imported(value, names))
    source = names.source_of(value) if isinstance(value, (ast.Name, ast.Attribute)) else value
    mock = source is not None and is_mock(source) and not _is_unpacked(source)
    seen = source is not None and (mock or "Module" in function_name(getattr(source, "func", source)))
    made = getattr(names.resolve(value), "node", None)
    members = [getattr(item, "name", "") for item in made.body] if isinstance(made, ast.ClassDef) else []
    if not seen and (not isinstance(made, ast.ClassDef) or "__getattr__" in members):
        yield DoublePlace(Double(ALL, "name", moves=True), node)


def _is_unpacked(value: ast.expr) -> bool:
    """Return whether a plain object has what a dict holds: ``SimpleNamespace(**PARTS)``."""
    plain = isinstance(value, ast.Call) and function_name(value.func) == "SimpleNamespace"
    return isinstance(value, ast.Call) and plain and any(each.arg is None for each in value.keywords)


def _parts_of_fakes(put: ast.AST, names: Names) -> Iterator[DoublePlace]:
    """Return what the fakes of a file offer that puts one in the place of a whole module: their methods and keywords."""
    for node in names.scopes.nodes():
        parts: list[tuple[str, ast.AST, bool]] = []
        if isinstance(node, ast.ClassDef):
            parts += [(item.name, item, wants_old(item)) for item in node.body if isinstance(item, _FUNCTIONS)]
            fields = (item for item in node.body if isinstance(item, ast.AnnAssign))  # of a dataclass
            parts += [(item.target.id, item, True) for item in fields if isinstance(item.target, ast.Name)]
        elif isinstance(node, ast.Call) and function_name(node.func) in MOCKS:
            parts += [(item.arg, item.value, depends(item.value, names)) for item in node.keywords if item.arg]
        elif isinstance(node, ast.Assign):
            parts += [
                (item.attr, item, depends(node.value, names))
                for item in node.targets
                if isinstance(item, ast.Attribute) and item.attr in LOGS
            ]
        for name, place, is_old in parts:
            yield DoublePlace(Double(f"mlflow.{name}", "name"), place)
            if name in LOGS and is_old:
                yield DoublePlace(Double(name, "arguments"), put)


def _of_attribute(node: ast.Attribute, names: Names) -> Iterator[DoublePlace]:
    if node.attr in HELD and isinstance(node.ctx, ast.Store):
        yield DoublePlace(Double(node.attr, "name", moves=node.attr == _UUID), node)
    elif node.attr in RECORDS:
        path = recorded_of(node, names)
        if path is not None and looks_at_arguments(node, path, names):
            yield DoublePlace(Double(path, "arguments", asks=True), node)
    elif is_name_of_mlflow(node.attr):
        # What a mock of all of MLflow is asked for, wherever the mock comes from.
        certain = isinstance(node.value, ast.Name) and _is_mock_of_all(node.value, names)
        if certain or (_is_set_up(node, names) and _may_be_mock(node.value, names)):
            yield DoublePlace(Double(f"mlflow.{node.attr}", "name", whole=not certain), node)


def _is_set_up(node: ast.Attribute, names: Names) -> bool:
    """Return whether an attribute is given a value, or asked what only a mock has: ``fake.evaluate.return_value``, not ``trainer.evaluate()``."""
    if isinstance(node.ctx, ast.Store):
        return True
    parent = names.scopes.parent(node)
    return isinstance(parent, ast.Attribute) and _OF_MOCKS.match(parent.attr) is not None


def _may_be_mock(node: ast.expr, names: Names) -> bool:
    value = names.resolve(node)
    if isinstance(value, Foreign):
        # `types.ModuleType("mlflow")` is a module without anything, until a test puts its own functions there.
        return value.what.partition(".")[0] in ("unittest", "mock", "asynctest", "types")
    return not isinstance(value, (Mlflow, Instance))


def _is_mock_of_all(node: ast.Name, names: Names) -> bool:
    """Return whether a variable is what stands for the whole of MLflow: ``with patch("train.mlflow") as fake``, a parameter ``mock_mlflow``."""
    made = names.source_of(node)
    if isinstance(made, ast.Call) and called_as(made.func, names) in REPLACES:
        return target(made, names) == "mlflow"
    if names.parameter(node) is not None:
        return re.fullmatch(r"(?:mock|fake|patched|mocked)_?mlflow|mlflow_?mock", node.id) is not None
    # Most names are put in the place of nothing.
    return node.id in _names_put(names) and any(
        isinstance(value, ast.Name) and value.id == node.id
        for use in names.uses(node)
        for value in _stands_for_all(names.scopes.parent(use) or use, names)
    )


def _of_assignment(node: ast.Assign | ast.AnnAssign, names: Names) -> Iterator[DoublePlace]:
    yield from (DoublePlace(double, node) for double in assigned(node, names))
    if isinstance(node, ast.Assign):
        put = (*replaced_modules(node, names), *put_in_namespaces(node, names))
        yield from (DoublePlace(double, node) for double in put)
    if node.value is not None and any(isinstance(each, ast.Attribute) for each in getattr(node, "targets", ())):
        yield from (DoublePlace(double, node) for double in files_put(node.value, names))


def _of_method(node: ast.FunctionDef | ast.AsyncFunctionDef, names: Names) -> Iterator[DoublePlace]:
    """Return what a class of one's own offers under the name of something of MLflow's: it counts where a fake is put somewhere."""
    if not isinstance(names.scopes.parent(node), ast.ClassDef):
        return
    if node.name in HELD:
        yield DoublePlace(Double(node.name, "name"), node)
    elif node.name in LOGS:
        yield DoublePlace(Double(f"mlflow.{node.name}", "name", whole=True), node)
        if wants_old(node):
            yield DoublePlace(Double(node.name, "arguments", whole=True), node)


def _of_constant(node: ast.Constant, names: Names) -> Iterator[DoublePlace]:
    """Return what a string names that may be handed to ``patch``, and keys and fields that may stand for a run's info."""
    if not isinstance(node.value, str):
        return
    parent = names.scopes.parent(node)
    if isinstance(parent, ast.Call) and parent.args[:1] == [node] and called_as(parent.func, names) in REPLACES:
        return  # `_of_call` reads it
    if ".mlflow." in f".{node.value}" and is_name_of_mlflow(node.value.rpartition(".")[2]):
        path = of_text(node.value)
        if path:
            yield DoublePlace(Double(path, "name"), node)
    is_key = isinstance(parent, ast.Dict) and node in parent.keys and "." in node.value
    if isinstance(parent, ast.Dict) and node.value in HELD and _makes_object(parent, names):
        yield DoublePlace(Double(node.value, "name"), node)
    if is_key and isinstance(parent, ast.Dict):
        yield from _of_key(node, node.value, parent, names)
    is_field = isinstance(parent, (ast.Call, ast.List, ast.Tuple)) and _makes_tuple(node, names)
    for name in HELD:
        if (is_key and node.value.endswith(f".{name}")) or (is_field and name in re.split(r"[\s,]+", node.value)):
            yield DoublePlace(Double(name, "name"), node)


def _of_key(node: ast.Constant, text: str, parent: ast.Dict, names: Names) -> Iterator[DoublePlace]:
    """Return what a key sets up on a mock: ``MagicMock(**{"evaluate.return_value": 3})``."""
    value = parent.values[[key is node for key in parent.keys].index(True)]
    asked = [part for part in text.split(".") if part not in ("side_effect", "return_value")]
    if asked[-1:] and asked[-1] in LOGS and depends(value, names):
        yield DoublePlace(Double(asked[-1], "arguments"), node)
    if asked and is_name_of_mlflow(asked[0]):
        yield DoublePlace(Double(f"mlflow.{asked[0]}", "name", whole=True), node)


def _makes_object(node: ast.Dict, names: Names) -> bool:
    """Return whether a dict holds the attributes of an object: ``type("Info", (), {...})``, ``SimpleNamespace(**{...})``."""
    parent = names.scopes.parent(node)
    call = names.scopes.parent(parent) if isinstance(parent, ast.keyword) and parent.arg is None else parent
    return isinstance(call, ast.Call) and (makes_mock(call, names) or function_name(call.func) == "type")


def _makes_tuple(node: ast.AST, names: Names) -> bool:
    """Return whether a string is a field of ``namedtuple("Info", "run_uuid status")``."""
    call = next((item for item in names.scopes.ancestors(node) if isinstance(item, ast.Call)), None)
    return call is not None and function_name(call.func) in ("namedtuple", "NamedTuple", "make_dataclass")


def _of_call(node: ast.Call, names: Names) -> Iterator[DoublePlace]:
    called = called_as(node.func, names)
    yield from (DoublePlace(each, node) for each in (*replaced_modules(node, names), *put_in_namespaces(node, names)))
    if called in REPLACES and node.args:
        yield from _of_replacement(node, names)
    elif called in ASSERTIONS and isinstance(node.func, ast.Attribute):
        found = recorded_of(node.func, names)
        # An assertion compares all arguments, so that one which a fix adds counts, too; a test of the new form has been changed already.
        is_asked = bool(node.args or node.keywords) and not (found in LOGS and expects_new(node))
        if found is not None and (expects_old(node, names) if found == UNTOLD else is_asked):
            yield DoublePlace(Double(found, "arguments", asks=True), node)
    if makes_mock(node, names) or called == "configure_mock":
        yield from _of_attributes(node, names)
    others = (*wrapped_by_name(node), *expected_of_mlflow(node, names))
    yield from (DoublePlace(double, node) for double in others)


def _of_replacement(node: ast.Call, names: Names) -> Iterator[DoublePlace]:
    """Return what ``patch`` or ``setattr`` replaces, and whether what takes its place depends on the arguments of MLflow 2."""
    replaced, given, is_wrapped = targets(node, names), _given(node, names), _is_of_gorilla(node, names)
    gives = [item.value for item in node.keywords if item.arg == "return_value"]
    yield from (DoublePlace(double, node) for item in (*given, *gives) for double in files_put(item, names))
    for path in replaced:
        is_text = isinstance(node.args[0], ast.Constant)
        yield DoublePlace(Double(path, "name", moves=is_text and path.startswith("mlflow.")), node)
        may_be_flavor = path == f"mlflow.{ALL}" and not (is_wrapped or all(is_function(item, names) for item in given))
        whole = path == "mlflow" or may_be_flavor or is_flavor(path)
        if _is_logged_by(path, whole) and any(depends(item, names) for item in given):
            yield DoublePlace(Double("log_model" if whole else path, "arguments"), node)
        elif not whole and any(takes_exactly(item, names) for item in given):
            yield DoublePlace(Double(path, "arguments", moves=True), node)
    if not replaced and any(takes_old(item, names) for item in given):
        # Nobody can tell what it replaces, but it is called as `log_model` of MLflow 2 is.
        yield DoublePlace(Double(LOGS[0], "arguments"), node)
    for other in several(node, names):
        yield DoublePlace(Double(other, "name"), node)


def _is_logged_by(path: str, whole: bool) -> bool:
    return whole or path.rpartition(".")[2] in LOGS or any(covers(path, log) for log in LOGS)


def _of_attributes(node: ast.Call, names: Names) -> Iterator[DoublePlace]:
    """Return what a mock or a plain object has from its keywords: ``Mock(run_uuid=...)``, ``SimpleNamespace(log_model=...)``."""
    moves = function_name(node.func) in (*MOCKS, "configure_mock")
    for keyword in node.keywords:
        if keyword.arg in HELD:
            yield DoublePlace(Double(keyword.arg, "name", moves=moves and keyword.arg == _UUID), node)
        elif keyword.arg in LOGS and depends(keyword.value, names):
            yield DoublePlace(Double(keyword.arg, "arguments"), node)


def _given(node: ast.Call, names: Names) -> list[ast.expr]:
    """Return what takes the place of what a call replaces; for ``gorilla.patch`` the function that it decorates."""
    if _is_of_gorilla(node, names):
        around = names.scopes.parent(node)
        return around.args[:1] if isinstance(around, ast.Call) and around.func is node else []
    values = [
        keyword.value
        for keyword in node.keywords
        if keyword.arg in ("new", "side_effect", "value", "wraps", "new_callable")
    ]
    by_object = function_name(node.func) == "object" or (function_name(node.func) == "setattr" and len(node.args) > 2)
    return [*node.args[2 if by_object else 1 :], *values]


def _is_of_gorilla(node: ast.Call, names: Names) -> bool:
    """Return whether a call is ``gorilla.patch``, which puts the function that it decorates in the place of another one."""
    maker: ast.expr = node.func
    while isinstance(maker, ast.Attribute):
        maker = maker.value
    return isinstance(maker, ast.Name) and any(path.startswith("gorilla") for path in names.imports(maker))


def where(place: DoublePlace, path: str) -> Double:
    """Return the double with the file and line of its place."""
    return replace(place.double, where=f"{path}:{line_of(place.node)}")


_LOOKS: dict[type[ast.AST], Callable[[Any, Names], Iterator[DoublePlace]]] = {
    ast.Call: _of_call,
    ast.Attribute: _of_attribute,
    ast.Constant: _of_constant,
    ast.FunctionDef: _of_method,
    ast.AsyncFunctionDef: _of_method,
    ast.Assign: _of_assignment,
    ast.AnnAssign: _of_assignment,
}
