"""Code that asks which MLflow is installed: for its version, or for what it can do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from codemod import mlflow_api
from codemod.analysis import elsewhere
from codemod.analysis.borders import has_border, is_requirement
from codemod.analysis.once import once_in_names
from codemod.names import Foreign, Mlflow, Names, Unknown
from codemod.names.nodes import function_name

_VERSIONS = ("__version__", "VERSION")
_INSPECTS = ("signature", "getfullargspec")
_ABILITIES = (*_INSPECTS, "hasattr")
_COLLECTIONS = (ast.Dict, ast.List, ast.Set, ast.JoinedStr)
# Flags that other modules set are told by what they are called, and only beside both forms of one call.
_FLAG = re.compile(
    r"mlflow_?(?:v?\d|version|g[te]|l[te]|major|new|old)|(?:new|old)_?mlflow|(?:^|_)(?:v|is_?|has_?|ge_?)3|new_api|takes_name|supports_(?:name|mlflow)|legacy_(?:mlflow|api)|mlflow_legacy",
    re.IGNORECASE,
)
_VERSION_NAME = re.compile(r"version|major", re.IGNORECASE)


@dataclass(slots=True)
class _Answers:
    """What was found out about one namespace: functions that call each other lead to the same expressions again and again."""

    asking: dict[tuple[ast.expr, int], bool] = field(default_factory=dict)
    telling: dict[tuple[ast.AST, int], bool] = field(default_factory=dict)
    flags: dict[ast.expr, bool] = field(default_factory=dict)


@once_in_names
def _answers(_names: Names) -> _Answers:
    return _Answers()


def asks_version(node: ast.AST, names: Names) -> bool:
    """Return whether a value, or what a function returns, tells which MLflow is installed, so that others may branch on it."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        returns = (item for item in ast.walk(node) if isinstance(item, (ast.Return, ast.If)))
        values = (item.test if isinstance(item, ast.If) else item.value for item in returns)
        if any(value is not None and is_version_test(value, names) for value in values):
            return True
        return any(_inspects_parameter(item, names) for item in ast.walk(node))
    return isinstance(node, ast.expr) and is_version_test(node, names)


def statements_that_may_ask(names: Names) -> set[ast.AST]:
    """Return the statements of the top level in which something asks for MLflow's version or abilities."""
    scopes, words = names.scopes, {*_VERSIONS, "version", *_ABILITIES}
    nodes: list[ast.AST] = [node for node in scopes.of(ast.Attribute) if node.attr in words]
    nodes += [node for node in scopes.of(ast.Name) if node.id in words]
    found: set[ast.AST] = set()
    for node in nodes:
        around = [node, *scopes.ancestors(node)]
        if len(around) > 1:
            found.add(around[-2])  # the last one is the module
    return found


def is_chosen_by_version(node: ast.expr, names: Names, depth: int = 0) -> bool:
    """Return whether arguments are those of the installed MLflow: ``{"name": n} if IS_3 else {"artifact_path": n}``."""
    if isinstance(node, ast.IfExp):
        return is_version_test(node.test, names)
    if isinstance(node, ast.Dict):
        return any(key is not None and is_chosen_by_version(key, names, depth) for key in node.keys)
    if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
        return bool(elsewhere.name_asks_version(node.func, names)) or inspects(node, names)
    source = names.definition(node) if isinstance(node, ast.Name) and depth < 4 else None
    return source is not None and is_chosen_by_version(source, names, depth + 1)


def is_version_test(test: ast.expr, names: Names, depth: int = 0) -> bool:
    """Return whether a condition tells MLflow 2 from 3 by the version or the abilities of the installed one.

    Args:
        test: The condition.
        names: Its namespace.
        depth: How many names and functions have led to it.
    """
    asking = _answers(names).asking
    if (test, depth) not in asking:
        asking[test, depth] = _is_version_test(test, names, depth)
    return asking[test, depth]


def _is_version_test(test: ast.expr, names: Names, depth: int) -> bool:
    if isinstance(test, ast.BoolOp):
        # `sys.version_info >= (3, 9) and mlflow.__version__` compares no version of MLflow with 3.
        return any(is_version_test(value, names, depth) for value in test.values)
    if isinstance(test, _COLLECTIONS):
        return False  # settings among which the version stands
    if depth == 0 and any(elsewhere.name_asks_version(item, names) for item in _named(test)):
        return True
    # A value that holds the version is compared where it is used; a comparison must tell the two lines apart by itself.
    compared = depth == 0 or isinstance(test, ast.Compare)
    return is_about_version(test, names, depth) and (not compared or tells_2_from_3(test, names))


def _named(test: ast.expr) -> list[ast.Name | ast.Attribute]:
    return [item for item in ast.walk(test) if isinstance(item, (ast.Name, ast.Attribute))]


def may_ask_elsewhere(test: ast.expr, names: Names) -> bool:
    """Return whether a condition is about a flag that code elsewhere may have set by MLflow's version."""
    flags = _answers(names).flags
    if test not in flags:
        flags[test] = _may_ask_elsewhere(test, names)
    return flags[test]


def _may_ask_elsewhere(test: ast.expr, names: Names) -> bool:
    flags = [item for item in _named(test) if elsewhere.name_asks_version(item, names) is None]
    compared: bool | None = None
    for item in flags:
        name = item.id if isinstance(item, ast.Name) else item.attr
        if not isinstance(names.resolve(item), (Unknown, Foreign)):
            continue
        if _FLAG.search(name) is not None:
            return True
        if _VERSION_NAME.search(name) is not None:  # a `model_version` that is given or not says nothing of MLflow's
            compared = tells_2_from_3(test, names) if compared is None else compared
            if compared:
                return True
    return False


def tells_2_from_3(test: ast.AST, names: Names, depth: int = 0) -> bool:
    """Return whether a 3 is compared with: a branch at 2.0 or 1.28 says nothing about MLflow 3.

    Args:
        test: A condition, or another part of code.
        names: Its namespace.
        depth: How many names and functions have led to it.
    """
    telling = _answers(names).telling
    if (test, depth) not in telling:
        telling[test, depth] = _tells_2_from_3(test, names, depth)
    return telling[test, depth]


def _tells_2_from_3(test: ast.AST, names: Names, depth: int) -> bool:
    if has_border(test):
        return True
    for node in ast.walk(test):
        if isinstance(node, ast.Call):
            if function_name(node.func) in _ABILITIES:
                return True
            body = names.function(node.func) if depth < 4 and isinstance(node.func, ast.Name) else None
            if body is not None and any(tells_2_from_3(item, names, depth + 1) for item in body):
                return True
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and depth < 4:
            source = names.definition(node)
            if source is not None and tells_2_from_3(source, names, depth + 1):
                return True
    return False


def is_about_version(test: ast.expr, names: Names, depth: int = 0) -> bool:
    """Return whether a part of a condition is about the installed MLflow, whatever it is compared with."""
    return any(_is_question(node, names, depth) for node in _asked(test, within=depth > 0))


def _asked(node: ast.AST, *, within: bool) -> Iterator[ast.AST]:
    """Yield the parts of a condition, or of a value that it uses; not what such a value only stores under a name.

    Args:
        node: The condition or the value.
        within: Whether it is a value: ``SimpleNamespace(mlflow=mlflow.__version__, trees=3)`` asks for nothing.
    """
    waiting = [node]
    while waiting:
        item = waiting.pop()
        yield item
        waiting += [
            child
            for child in ast.iter_child_nodes(item)
            if not isinstance(child, (ast.Dict, ast.JoinedStr)) and not (within and isinstance(child, ast.keyword))
        ]


def _is_question(node: ast.AST, names: Names, depth: int) -> bool:
    """Return whether a part of a condition is about the installed MLflow."""
    if isinstance(node, ast.Attribute):
        return node.attr in _VERSIONS and isinstance(names.resolve(node.value), Mlflow)
    if isinstance(node, ast.Name):
        value = names.resolve(node)
        if isinstance(value, Mlflow):
            return value.path.rpartition(".")[2] in _VERSIONS
        source = names.definition(node) if depth < 4 and isinstance(node.ctx, ast.Load) else None
        return source is not None and is_version_test(source, names, depth + 1)
    return isinstance(node, ast.Call) and _is_asking(node, names, depth)


def _is_asking(call: ast.Call, names: Names, depth: int) -> bool:
    function = call.func
    called = function_name(function)
    first = call.args[0] if call.args else None
    owner = names.resolve(first) if first is not None and called in _ABILITIES else None
    if isinstance(owner, Mlflow):
        return called != "hasattr" or _differs(owner, call)
    if first is not None and called == "version" and _is_text(first, "mlflow"):
        return True  # importlib.metadata.version("mlflow")
    if any(is_requirement(argument) for argument in call.args):
        return True
    body = names.function(function) if depth < 4 and isinstance(function, ast.Name) else None
    if body is None:
        return False
    return any(is_version_test(item, names, depth + 1) for item in body) or inspects(call, names)


def inspects(call: ast.Call, names: Names) -> bool:
    """Return whether a call gives one of MLflow's functions to a function of this code that looks at the parameters of what it gets."""
    if isinstance(call.func, (ast.Name, ast.Attribute)) and elsewhere.name_asks_version(call.func, names):
        return True
    if not any(isinstance(names.resolve(item), Mlflow) for item in call.args):
        return False
    body = names.function(call.func) if isinstance(call.func, ast.Name) else None
    if body is None:
        return False
    return any(_inspects_parameter(item, names) for part in body for item in ast.walk(part))


def _inspects_parameter(node: ast.AST, names: Names) -> bool:
    return (
        isinstance(node, ast.Call)
        and bool(node.args)
        and function_name(node.func) in _INSPECTS
        and isinstance(node.args[0], ast.Name)
        and names.parameter(node.args[0]) is not None
    )


def _differs(owner: Mlflow, call: ast.Call) -> bool:
    """Return whether ``hasattr(mlflow, name)`` asks for something that only one of MLflow 2 and 3 has."""
    name = call.args[1] if len(call.args) > 1 else None
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return False
    path = f"{owner.path}.{name.value}"
    return mlflow_api.exists(path, mlflow_api.NEWEST_2) != mlflow_api.exists(path, mlflow_api.NEWEST)


def _is_text(node: ast.expr, text: str) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.split("-")[0] == text
