"""What tests put in the place of MLflow: a call that changes while its double stays turns a green suite red.

A double is known by what it stands for, such as ``mlflow.evaluate`` in ``monkeypatch.setattr("train.mlflow.evaluate", fake)``, and
by what depends on it: the name alone, or the arguments that the tested code passes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from codemod.names import LocalFunction, Mlflow, Names
from codemod.names.nodes import dotted_text, function_name, line_of
from codemod.settings import Double

#: Files without one of these hold no doubles.
_WORDS = (b"mock", b"patch", b"simplenamespace", b"stub", b"fake", b"dummy", b"sys.modules")

REPLACES = ("patch", "setattr", "object", "spy", "stub")
ASSERTIONS = ("assert_called_with", "assert_called_once_with", "assert_any_call", "assert_has_calls")
RECORDS = ("call_args", "call_args_list", "mock_calls", "await_args", "method_calls")
MOCKS = ("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "SimpleNamespace", "create_autospec")
_LOGS = ("log_model", "save_model", "log_explainer")
_OLD = "artifact_path"


@dataclass(frozen=True, slots=True)
class Place:
    """A double with the node that makes it."""

    double: Double
    node: ast.AST


def speaks_of_doubles(data: bytes) -> bool:
    """Whether one of the words stands in a file without which it makes no double."""
    lowered = data.lower()
    return any(word in lowered for word in _WORDS)


def doubles_in(names: Names) -> list[Place]:
    """Return the doubles that a namespace makes."""
    found: list[Place] = []
    given = [(node, value) for node in names.scopes.nodes() for value in _stands_for_all(node, names)]
    called = {value.id for _, value in given if isinstance(value, ast.Name)}
    if given:
        found += _parts_of_fakes(given[0][0], names)
    for node in names.scopes.nodes():
        if isinstance(node, ast.Call):
            found += _of_call(node, names)
        elif isinstance(node, ast.Attribute) and node.attr in RECORDS and isinstance(node.ctx, ast.Load):
            path = mocked(node.value, names)
            if path and _looks_at_path(node, names):
                found.append(Place(Double(path, "arguments"), node))
        elif isinstance(node, ast.Attribute) and node.attr == "run_uuid" and isinstance(node.ctx, ast.Store):
            found.append(Place(Double("run_uuid", "name", moves=True), node))
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (node.value.id in called or _is_mock(node.value, names))
        ):
            found.append(Place(Double(f"mlflow.{node.attr}", "name"), node))
    return found


def _stands_for_all(node: ast.AST, names: Names) -> Iterator[ast.expr]:
    """Return what is put in the place of a whole module of MLflow: by ``sys.modules``, by `setattr`, or by an assignment."""
    if isinstance(node, ast.Assign):
        if any(_is_all(target, names) for target in node.targets):
            yield node.value
    elif isinstance(node, ast.Call):
        called = function_name(node.func)
        if called == "setitem" and len(node.args) > 2 and _is_modules(node.args[0]):
            if _is_module(node.args[1]):
                yield node.args[2]
        elif called == "dict" and node.args and _is_modules(node.args[0]):
            for item in [item for item in node.args if isinstance(item, ast.Dict)]:
                yield from (
                    value
                    for key, value in zip(item.keys, item.values, strict=True)
                    if key is not None and _is_module(key)
                )
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "mlflow")
        elif called in REPLACES and node.args:
            if _target(node, names) == "mlflow":
                yield from _given(node)


def _is_all(node: ast.expr, names: Names) -> bool:
    """Whether a target of an assignment is a whole module of MLflow: ``train.mlflow``, ``sys.modules["mlflow"]``."""
    if isinstance(node, ast.Subscript):
        return dotted_text(node.value) == "sys.modules" and _is_module(node.slice)
    if not isinstance(node, ast.Attribute) or node.attr != "mlflow":
        return False
    module = node.value
    while isinstance(module, ast.Attribute):
        module = module.value
    return isinstance(module, ast.Name) and bool(names.imports(module))


def _is_modules(node: ast.expr) -> bool:
    return "sys.modules" in (dotted_text(node), getattr(node, "value", ""))


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.split(".")[0] == "mlflow"


def _parts_of_fakes(put: ast.AST, names: Names) -> Iterator[Place]:
    """Return what the fakes of a file offer that puts one in the place of a whole module: their methods and keywords."""
    for node in names.scopes.nodes():
        parts: list[tuple[str, ast.AST, bool]] = []
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    parts.append((item.name, item, wants_old(item)))
        elif isinstance(node, ast.Call) and function_name(node.func) in MOCKS:
            parts += [(item.arg, item.value, _wants_old(item.value, names)) for item in node.keywords if item.arg]
        elif isinstance(node, ast.Assign):
            parts += [
                (item.attr, item, _wants_old(node.value, names))
                for item in node.targets
                if isinstance(item, ast.Attribute) and item.attr in _LOGS
            ]
        for name, place, is_old in parts:
            yield Place(Double(f"mlflow.{name}", "name"), place)
            if name in _LOGS and is_old:
                yield Place(Double(name, "arguments"), put)


def _is_mock(node: ast.Name, names: Names) -> bool:
    """Whether a variable is what stands for the whole of MLflow: ``with patch("train.mlflow") as fake``, a parameter ``mock_mlflow``."""
    made = names.source_of(node)
    if isinstance(made, ast.Call):
        return function_name(made.func) in REPLACES and bool(made.args) and _target(made, names) == "mlflow"
    return (
        names.parameter(node) is not None
        and re.fullmatch(r"(?:mock|fake|patched|mocked)_?mlflow|mlflow_?mock", node.id) is not None
    )


def _of_call(node: ast.Call, names: Names) -> Iterator[Place]:
    called = function_name(node.func)
    if called in REPLACES and node.args:
        path = _target(node, names)
        if path:
            moves = isinstance(node.args[0], ast.Constant) and path != "mlflow"
            yield Place(Double(path, "name", moves=moves), node)
            if path.rpartition(".")[2] in (*_LOGS, "mlflow") and any(_wants_old(item, names) for item in _given(node)):
                yield Place(Double(path if path != "mlflow" else "log_model", "arguments"), node)
    elif called in ASSERTIONS and isinstance(node.func, ast.Attribute):
        path = mocked(node.func.value, names)
        if path and _expects_old(node):
            yield Place(Double(path, "arguments"), node)
    if called in MOCKS:
        if any(keyword.arg == "run_uuid" for keyword in node.keywords):
            yield Place(Double("run_uuid", "name", moves=True), node)


def _given(node: ast.Call) -> list[ast.expr]:
    values = [
        keyword.value
        for keyword in node.keywords
        if keyword.arg in ("new", "side_effect", "value", "wraps", "new_callable")
    ]
    return [*node.args[1:], *values]


def _target(node: ast.Call, names: Names) -> str:
    """Return what of MLflow a call of ``patch``, ``patch.object`` or ``setattr`` replaces; "" for nothing of it."""
    first = node.args[0]
    if isinstance(first, ast.Constant):
        return _of_text(first.value) if isinstance(first.value, str) else ""
    name = node.args[1] if len(node.args) > 1 else None
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str) or not name.value.isidentifier():
        return ""
    value = names.resolve(first)
    if isinstance(value, Mlflow):
        return f"{value.path}.{name.value}"
    text = dotted_text(first)
    return _of_text(f"{text}.{name.value}") if text else ""


def _of_text(text: str) -> str:
    parts = text.split(".")
    if not all(part.isidentifier() for part in parts):
        return ""
    if "mlflow" in parts:
        return ".".join(parts[parts.index("mlflow") :])
    # `train.log_model`: a function that the module imported.
    return parts[-1] if len(parts) > 1 and parts[-1] in (*_LOGS, "evaluate") else ""


def mocked(node: ast.expr, names: Names) -> str:
    """Return the last name of the logging function that a mock stands for; "" for another expression."""
    while isinstance(node, ast.Attribute) and node.attr in ("mock", "return_value", "side_effect"):
        node = node.value
    if isinstance(node, ast.Attribute) and node.attr in _LOGS:
        return node.attr
    if not isinstance(node, ast.Name):
        return ""
    made = names.source_of(node)
    if isinstance(made, ast.Call) and function_name(made.func) in REPLACES and made.args:
        target = _target(made, names)
        return target.rpartition(".")[2] if target.endswith(_LOGS) else ""
    return next((name for name in _LOGS if re.search(rf"{name}(?:_mock)?\Z", node.id)), "")


def _expects_old(node: ast.Call) -> bool:
    calls = [
        node,
        *(item for item in ast.walk(node) if isinstance(item, ast.Call) and function_name(item.func) == "call"),
    ]
    return any(
        any(keyword.arg == _OLD for keyword in call.keywords)
        or (len(call.args) > 1 and isinstance(call.args[1], (ast.Constant, ast.JoinedStr)))
        for call in calls
    )


def _looks_at_path(node: ast.Attribute, names: Names) -> bool:
    """Whether the test that reads what a mock recorded looks at the path of the model."""
    scopes = names.scopes
    around: ast.AST = scopes.statement(node)
    for ancestor in scopes.ancestors(node):
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef)):
            around = ancestor
            break
    for item in ast.walk(around):
        if isinstance(item, ast.Constant) and item.value == _OLD:
            return True
        if isinstance(item, ast.keyword) and item.arg == _OLD:
            return True
        if isinstance(item, ast.Subscript) and isinstance(item.slice, ast.Constant) and item.slice.value == 1:
            return True
    return False


def _wants_old(node: ast.expr, names: Names) -> bool:
    """Whether a function that takes the place of `log_model` depends on the arguments that MLflow 2 gets."""
    value = names.resolve(node)
    if isinstance(value, LocalFunction):
        return wants_old(value.node)
    made = getattr(value, "node", None)
    if isinstance(made, ast.ClassDef):
        return any(
            wants_old(item)
            for item in ast.walk(made)
            if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)) and item.name in (*_LOGS, "__call__")
        )
    return False


def wants_old(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    """Whether a function cannot be called as MLflow 3 is: it takes `artifact_path`, reads it, or takes no `name`."""
    arguments = function.args
    taken = {item.arg for item in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    if _OLD in taken or (arguments.kwarg is None and "name" not in taken):
        return True
    body: Sequence[ast.AST] = [function.body] if isinstance(function, ast.Lambda) else function.body
    rest = arguments.vararg.arg if arguments.vararg is not None else ""
    return any(
        (isinstance(item, ast.Constant) and item.value == _OLD)
        or (isinstance(item, ast.Subscript) and bool(rest) and dotted_text(item.value) == rest)
        for statement in body
        for item in ast.walk(statement)
    )


def where(place: Place, path: str) -> Double:
    """Return the double with the file and line of its place."""
    return replace(place.double, where=f"{path}:{line_of(place.node)}")
