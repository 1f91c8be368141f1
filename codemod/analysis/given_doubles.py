"""What tests give a double of a run's info, or of a model's, by a call or a dict: ``make_run(run_uuid="a")``, ``SimpleNamespace(**INFO)``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.assigned_doubles import DATA, HELD, ROOT
from codemod.analysis.exact_doubles import methods_like_mlflows
from codemod.analysis.mocks import LOGS, OLD, makes_mock
from codemod.analysis.read_doubles import read_doubles
from codemod.analysis.read_sources import sources_read
from codemod.names import (
    Foreign,
    LocalClass,
    LocalFunction,
    Mlflow,
    Names,
    OwnClass,
    OwnFunction,
    Unknown,
)
from codemod.names.nodes import function_name
from codemod.names.objects import imported
from codemod.settings import Double

_OWN = (LocalClass, LocalFunction, OwnClass, OwnFunction)
_ANY_NAME = ("__getattr__", "__getattribute__")
_WORD = re.compile(r"\w+")
# So many attributes and variables may stand between a mock and its part.
_STEPS = 12


def given_in_test(names: Names) -> Iterator[tuple[Double, ast.AST]]:
    """Return the doubles that a test makes by what it gives to a function or class of the project, or keeps in a dict for that.

    In code that is not made for tests these are none: the project's own tables have such columns, too.
    """
    yield from methods_like_mlflows(names)
    yield from _named(names)
    yield from _of_any_name(names)
    yield from read_doubles(names)
    yield from sources_read(names)
    yield from _of_paths(names)
    for call in names.scopes.of(ast.Call):
        held = [keyword.arg for keyword in call.keywords if keyword.arg in HELD]
        yield from ((Double(str(name), "name"), call) for name in held if _may_keep(call, str(name), names))
        unpacked = [each for each in call.keywords if each.arg is None and isinstance(each.value, ast.Name)]
        for keyword in unpacked if unpacked and _makes_object(call, names) else ():
            kept = names.definition(keyword.value) if isinstance(keyword.value, ast.Name) else None
            yield from ((Double(name, "name"), keyword.value) for name in _keys(kept) if name in HELD)


def _may_keep(call: ast.Call, name: str, names: Names) -> bool:
    """Return whether a call may make an object that has what it is given by a keyword: of a class of the project, or by a dict."""
    if function_name(call.func) == "dict":
        return True
    made = names.resolve(call.func)
    return isinstance(made, _OWN) or (name in DATA and isinstance(made, Unknown))


def _of_any_name(names: Names) -> Iterator[tuple[Double, ast.AST]]:
    """Return the classes that have functions of any name, which take the path of a model as MLflow 2 calls it."""
    for function in names.scopes.of(ast.FunctionDef):
        if function.name in _ANY_NAME and isinstance(names.scopes.parent(function), ast.ClassDef):
            if any(isinstance(each, ast.arg) and each.arg == OLD for each in ast.walk(function)):
                yield Double(LOGS[0], "arguments"), function


def _named(names: Names) -> Iterator[tuple[Double, ast.AST]]:
    """Return the strings of a test that name what runs' infos have in MLflow 2 alone: ``namedtuple("Info", "run_uuid status")``."""
    for node in names.scopes.of(ast.Constant):
        if isinstance(node.value, str) and not isinstance(names.scopes.parent(node), ast.Expr):
            words = _WORD.findall(node.value) if any(name in node.value for name in DATA) else ()
            yield from ((Double(name, "name"), node) for name in DATA if name in words)


def _of_paths(names: Names) -> Iterator[tuple[Double, ast.AST]]:
    """Return what has the path of a logged model in a test, ``log.return_value.artifact_path = "model"``, or a mock's root of artifacts."""
    for node in names.scopes.of(ast.Attribute):
        if (
            node.attr == OLD
            and isinstance(node.ctx, ast.Store)
            and getattr(node.value, "id", "") not in ("self", "cls")
        ):
            yield Double(OLD, "name"), node
        elif node.attr == ROOT and isinstance(node.ctx, ast.Load) and _is_of_mock(node.value, names):
            yield Double(ROOT, "name"), node
    for call in names.scopes.of(ast.Call):
        if any(keyword.arg == OLD for keyword in call.keywords) and makes_mock(call, names):
            yield Double(OLD, "name"), call


def _is_of_mock(node: ast.expr, names: Names) -> bool:
    """Return whether an expression is a part of what a mock returns: ``start_run.return_value.__enter__.return_value.info``."""
    for _ in range(_STEPS):
        if isinstance(node, ast.Attribute):
            if node.attr == "return_value":
                return True
            node = node.value
        else:
            source = names.definition(node) if isinstance(node, ast.Name) else None
            if source is None:
                return False
            node = source
    return False


def _makes_object(call: ast.Call, names: Names) -> bool:
    return makes_mock(call, names) or function_name(call.func) == "type" or isinstance(names.resolve(call.func), _OWN)


def _keys(node: ast.expr | None) -> Iterator[str]:
    """Return the keys of ``{"run_uuid": "a"}`` and ``dict(run_uuid="a")``."""
    if isinstance(node, ast.Dict):
        yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))
    elif isinstance(node, ast.Call) and function_name(node.func) == "dict":
        yield from (keyword.arg for keyword in node.keywords if keyword.arg is not None)


def logged_by_imported(value: ast.expr, names: Names) -> Iterator[Double]:
    """Return what a module of the project that stands for all of MLflow may depend on: the arguments of the functions that log models.

    Args:
        value: What is put in the place of MLflow.
        names: The namespace that does it. What the module holds is not seen here.
    """
    root = value
    while isinstance(root, ast.Attribute):
        root = root.value
    paths = names.imports(root) if isinstance(root, ast.Name) else []
    if any(not isinstance(imported(path), (Foreign, Mlflow)) for path in paths):
        yield from (Double(name, "arguments") for name in LOGS)
