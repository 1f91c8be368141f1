"""What tests expect of MLflow by flexmock and mockito, and put around its functions by wrapt and gorilla.

These take an object, and the name of its function by a string, a keyword or an attribute.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.mocks import LOGS, called_as, depends, of_text
from codemod.analysis.texts import text_of
from codemod.names import Mlflow, Names
from codemod.names.nodes import dotted_text, function_name
from codemod.settings import Double

_FLEXMOCK = "flexmock"
_EXPECTS = ("should_receive", "should_call")
# Of mockito, which compares the arguments that follow; the second ones get the function itself.
_OF_OBJECTS = ("when", "expect", "verify")
_OF_FUNCTIONS = ("when2", "spy2", "patch")
# Of wrapt and gorilla, which put a wrapper in the place of a function that they are told by its name.
_WRAPPERS = ("patch_function_wrapper", "wrap_function_wrapper", "wrap_object", "Patch", "patch_object")


def wrapped_by_name(node: ast.Call) -> Iterator[Double]:
    """Return what a call puts a wrapper around, by its name; what the wrapper does with the arguments stands elsewhere."""
    if function_name(node.func) in _WRAPPERS:
        texts = (item.value for item in node.args if isinstance(item, ast.Constant) and isinstance(item.value, str))
        for name in {text.rpartition(".")[2] for text in texts} & set(LOGS):
            yield Double(name, "arguments")


def expected_of_mlflow(node: ast.Call, names: Names) -> Iterator[Double]:
    """Return what a call of flexmock or mockito puts in the place of MLflow, and what of it depends on the arguments."""
    if not isinstance(node.func, (ast.Name, ast.Attribute)):
        return
    called = called_as(node.func, names)
    if called == _FLEXMOCK:
        owner = _owner_path(node, names)
        # `flexmock(mlflow, evaluate=3)`; without an object, the keywords are those of a new one.
        paths = [of_text(f"{owner}.{item.arg}") for item in node.keywords if item.arg] if owner is not None else []
        yield from (Double(path, "name") for path in paths if path)
    elif called in _EXPECTS and isinstance(node.func, ast.Attribute) and node.args:
        yield from _received(node, node.func.value, names)
    elif called in _OF_FUNCTIONS and node.args and _is_of_mockito(node.func, names):
        path = of_text(_path(node.args[0], names))
        if path:
            yield Double(path, "name")
            yield from _compared(path, bool(node.args[1:]))
    elif isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
        made = node.func.value
        if called_as(made.func, names) in _OF_OBJECTS and made.args and _is_of_mockito(made.func, names):
            path = of_text(f"{_path(made.args[0], names)}.{node.func.attr}")
            if path:
                yield Double(path, "name")
                is_any = len(node.args) == 1 and isinstance(node.args[0], ast.Constant) and node.args[0].value is ...
                yield from _compared(path, bool(node.args or node.keywords) and not is_any)


def stands_for_module(node: ast.Call, names: Names) -> Iterator[ast.expr]:
    """Return what flexmock puts in the place of a whole module of MLflow: ``flexmock(train, mlflow=fake)``."""
    if node.args and called_as(node.func, names) == _FLEXMOCK:
        yield from (item.value for item in node.keywords if item.arg == "mlflow")


def _received(node: ast.Call, maker: ast.expr, names: Names) -> Iterator[Double]:
    """Return what ``flexmock(mlflow.sklearn).should_receive("log_model").with_args(...)`` stands for."""
    name = text_of(node.args[0], names).known
    made = names.source_of(maker) if isinstance(maker, (ast.Name, ast.Attribute)) else maker
    if name is None:
        return
    owner = _owner_path(made, names) if isinstance(made, ast.Call) else ""
    path = of_text(f"{owner or ''}.{name}")
    if not path:
        return
    # An object of the test's own is MLflow's module only where something puts it there.
    yield Double(f"mlflow.{path}" if owner is None else path, "name", whole=owner is None)
    for following in _following(node, names):
        method = function_name(following.func)
        if method == "with_args":
            yield from _compared(path, is_compared=True)
        elif method == "replace_with" and following.args and path.rpartition(".")[2] in LOGS:
            yield from _compared(path, depends(following.args[0], names))


def _compared(path: str, is_compared: bool) -> Iterator[Double]:
    if is_compared:
        yield Double(path, "arguments")


def _following(node: ast.expr, names: Names) -> Iterator[ast.Call]:
    """Return the calls that are chained behind one."""
    while True:
        attribute = names.scopes.parent(node)
        call = names.scopes.parent(attribute) if isinstance(attribute, ast.Attribute) else None
        if not isinstance(call, ast.Call) or call.func is not attribute:
            return
        yield call
        node = call


def _owner_path(made: ast.Call, names: Names) -> str | None:
    """Return the path of what a chain of flexmock begins with; None for a new object."""
    root: ast.expr = made
    while (
        isinstance(root, ast.Call) and isinstance(root.func, ast.Attribute) and called_as(root.func, names) != _FLEXMOCK
    ):
        root = root.func.value
    if isinstance(root, ast.Call):
        return _path(root.args[0], names) if root.args else None
    return ""


def _path(node: ast.expr, names: Names) -> str:
    value = names.resolve(node)
    if isinstance(value, Mlflow):
        return value.path
    return dotted_text(node) or text_of(node, names).known or ""


def _is_of_mockito(function: ast.expr, names: Names) -> bool:
    """Return whether a function is one of mockito: by its import, or as the parameter that pytest-mockito gives."""
    while isinstance(function, ast.Attribute):
        function = function.value
    if not isinstance(function, ast.Name):
        return False
    imported = names.imports(function)
    return any(path.startswith("mockito") for path in imported) or (
        not imported and function.id != "patch" and names.parameter(function) is not None
    )
