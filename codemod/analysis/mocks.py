"""For which part of MLflow does a mock stand, and does a function that takes MLflow's place depend on what it is given?

Both have three answers. A mock that a fixture of another file gives, or that an attribute holds, may stand for anything: it is one of
which nobody can tell, and never one of nothing.
"""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Sequence

from codemod import mlflow_api
from codemod.analysis.loops import loop_values
from codemod.analysis.texts import Hole, text_of
from codemod.names import Foreign, LocalClass, LocalFunction, Mlflow, Names, OwnFunction, Partial, Unknown, Value
from codemod.names.nodes import dotted_text, function_name, is_fixture, written_name
from codemod.names.special_calls import OTHER_MODULE

REPLACES = ("patch", "setattr", "object", "spy", "stub", "multiple")
AUTOSPEC = "create_autospec"
MOCKS = ("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "SimpleNamespace", AUTOSPEC, "flexmock")
LOGS = ("log_model", "save_model", "log_explainer")
OLD = "artifact_path"
# What a double of a function that logs a model is called, in part.
_MAY_LOG = re.compile(r"log|sav|mock|fake|stub|spy|explain|model|flavor|sklearn|pyfunc", re.IGNORECASE)
#: What stands for a mock of which nobody can tell what it is.
UNTOLD = ""
#: What stands for everything: a fake of the whole of MLflow whose parts are not seen. As the end of a path it stands for all that begin so.
ALL = "*"

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_ANY_NAME = ("__getattr__", "__getattribute__")
_DEPTH = 6


def target(node: ast.Call, names: Names) -> str:
    """Return what a call of ``patch``, ``patch.object`` or ``setattr`` replaces, from ``mlflow`` on; "" for nothing of it."""
    if not node.args:
        return ""
    first = node.args[0]
    text = _tail(first, names)
    if text:
        return of_text(text)
    name = node.args[1] if len(node.args) > 1 else None
    known = text_of(name, names).known if name is not None else None
    if known is None or not known.isidentifier():
        return ""
    return of_text(f"{_owner(first, names)}.{known}")


def targets(node: ast.Call, names: Names) -> list[str]:
    """Return all that a call replaces whose text or name is one of several, as in a loop.

    Where nobody can tell the name, it is a pattern: ``mlflow.log_*`` for ``setattr(mlflow, f"log_{kind}", fake)``.
    """
    one = target(node, names)
    if one or not node.args:
        return [one] if one else []
    first, name = node.args[0], node.args[1] if len(node.args) > 1 else None
    parts = text_of(first, names).parts if not isinstance(first, ast.Attribute) else ()
    if len(parts) < 2 and name is not None:
        owner = _owner(first, names)
        parts = (f"{owner}.", *text_of(name, names).parts) if owner else ()
    hole = parts[-1].node if parts and isinstance(parts[-1], Hole) else None
    before = "".join(part for part in parts[:-1] if isinstance(part, str))
    if hole is None or "mlflow" not in before.split(".")[:-1]:
        return []
    each = _constants(hole, names)
    if each is None:
        owner, _, start = before.rpartition(".")
        return [f"{of_text(owner)}.{start}{ALL}"]
    return [path for item in each if (path := of_text(f"{before}{item}"))]


def covers(pattern: str, path: str) -> bool:
    """Return whether something of MLflow may be what a pattern stands for: ``mlflow.evaluate`` for ``mlflow.*``, not a flavor's `log_model`."""
    owner, _, last = pattern.rpartition(".")
    if not last.endswith(ALL):
        return False
    leaf = path.rpartition(".")[2]
    return leaf.startswith(last[: -len(ALL)]) and (
        not owner or mlflow_api.exists(f"{owner}.{leaf}", mlflow_api.NEWEST_2)
    )


def _constants(node: ast.expr, names: Names) -> list[str] | None:
    """Return the texts of which a name is one, given by a loop or by ``parametrize``; None when they are not seen."""
    if not isinstance(node, ast.Name):
        return None
    looped = _known_texts([*loop_values(node, names)])
    if looped is not None:
        return looped
    for ancestor in names.scopes.ancestors(node):
        if isinstance(ancestor, _FUNCTIONS):
            given = (item for item in ancestor.decorator_list if isinstance(item, ast.Call) and len(item.args) > 1)
            named = (item for item in given if getattr(item.args[0], "value", "") == node.id)
            lists = (getattr(item.args[1], "elts", ()) for item in named if function_name(item.func) == "parametrize")
            return next(map(_known_texts, lists), None)
    return None


def _known_texts(nodes: Sequence[ast.expr]) -> list[str] | None:
    values = [getattr(item, "value", None) for item in nodes]
    texts = [value for value in values if isinstance(value, str)]
    return texts if texts and len(texts) == len(values) else None


def is_function(node: ast.expr, names: Names) -> bool:
    """Return whether what takes the place of something is certainly a function, so that the place is none of a module."""
    return isinstance(node, ast.Lambda) or isinstance(names.resolve(node), (LocalFunction, OwnFunction))


def makes_mock(node: ast.Call, names: Names) -> bool:
    """Return whether a call makes a mock or a plain object of attributes, by the name of its maker or by the one that it was imported by."""
    if function_name(node.func) in MOCKS:
        return True
    return isinstance(node.func, ast.Name) and any(
        path.rpartition(".")[2] in MOCKS for path in names.imports(node.func) if path
    )


def several(node: ast.Call, names: Names) -> list[str]:
    """Return what ``patch.multiple("mlflow", evaluate=...)`` replaces."""
    if not node.args or function_name(node.func) != "multiple":
        return []
    owner = _tail(node.args[0], names) or _owner(node.args[0], names)
    return [path for keyword in node.keywords if keyword.arg and (path := of_text(f"{owner}.{keyword.arg}"))]


def _owner(node: ast.expr, names: Names) -> str:
    value = names.resolve(node)
    return value.path if isinstance(value, Mlflow) else dotted_text(node)


def _tail(node: ast.expr, names: Names) -> str:
    """Return the end of a string that is known: ``.mlflow.evaluate`` of ``f"{module}.mlflow.evaluate"``."""
    if isinstance(node, ast.Attribute):
        return ""
    parts = text_of(node, names).parts
    return parts[-1] if parts and isinstance(parts[-1], str) else ""


def of_text(text: str) -> str:
    """Return what a dotted text names, from ``mlflow`` on, or its last part: a function that a module imported."""
    parts = text.strip(".").split(".")
    if not all(part.isidentifier() for part in parts):
        return ""
    if "mlflow" in parts:
        return ".".join(parts[parts.index("mlflow") :])
    return parts[-1] if len(parts) > 1 or text.startswith(".") else ""


def is_flavor(path: str) -> bool:
    """Return whether a path leads to a module of MLflow that has a `log_model`."""
    return path.startswith("mlflow.") and mlflow_api.exists(f"{path}.log_model", mlflow_api.NEWEST_2)


def is_name_of_mlflow(name: str) -> bool:
    """Return whether MLflow has a function of this name at its top, or each flavor has one."""
    return name in LOGS or mlflow_api.exists(f"mlflow.{name}", mlflow_api.NEWEST_2)


def mocked(node: ast.expr, names: Names, depth: int = 0) -> str | None:
    """Return the last name of what a mock stands for.

    Returns:
        `UNTOLD` when nobody can tell; None when it is certainly nothing that is called as MLflow is.
    """
    while isinstance(node, ast.Attribute) and node.attr in ("mock", "return_value", "side_effect"):
        node = node.value
    if depth > _DEPTH:
        return UNTOLD
    if isinstance(node, ast.Attribute):
        return _of_part(node, names, depth)
    if isinstance(node, ast.Call):
        return _made(node, names, depth)
    if not isinstance(node, ast.Name):
        return UNTOLD
    source = names.source_of(node)
    if source is not None and source is not node:
        return mocked(source, names, depth + 1)
    return _of_parameter(node, names, depth) or _by_name(node.id)


def _of_part(node: ast.Attribute, names: Names, depth: int) -> str | None:
    """Say what an attribute stands for."""
    root: ast.expr = node.value
    while isinstance(root, (ast.Attribute, ast.Call)):
        root = root.value if isinstance(root, ast.Attribute) else root.func
    value = names.resolve(root)
    if isinstance(value, Foreign) and value.what.startswith(OTHER_MODULE):
        return None  # what stands for another package
    if is_name_of_mlflow(node.attr) or mlflow_api.exists(f"mlflow.MlflowClient.{node.attr}", mlflow_api.NEWEST_2):
        return node.attr
    if _hands_nothing(names.attribute_of(names.resolve(node.value), node.attr)):
        return None
    source = names.attribute_definition(node)
    if source is None:
        return None if _is_of_another(node, names) else UNTOLD
    return mocked(source, names, depth + 1)


def _is_of_another(node: ast.Attribute, names: Names) -> bool:
    """Return whether a part of a mock's part, such as ``client.jobs.create``, is by its name nothing that may log a model."""
    root: ast.expr = node
    while isinstance(root, ast.Attribute):
        root = root.value
    if not isinstance(node.value, ast.Attribute) or not isinstance(root, ast.Name) or root.id in ("self", "cls"):
        return False
    return not names.imports(root) and not may_log_by_name(node.attr)


def may_log_by_name(name: str) -> bool:
    """Return whether a function may log a model, as far as its name tells."""
    return _MAY_LOG.search(name) is not None


def _made(node: ast.Call, names: Names, depth: int) -> str | None:
    """Say what a mock stands for that a call makes."""
    called = called_as(node.func, names)
    if called in ("start", "enter_context", "__enter__") and isinstance(node.func, ast.Attribute):
        return mocked(node.args[0] if node.args else node.func.value, names, depth + 1)
    if called in REPLACES and node.args:
        tail, name = _tail(node.args[0], names), target(node, names).rpartition(".")[2]
        owner = tail.rpartition(".")[0].rpartition(".")[2]
        is_own = owner not in sys.stdlib_module_names or owner in names.elsewhere.modules.by_name
        if not is_own and not is_name_of_mlflow(name):
            return None  # `subprocess.call`
        if _is_own_function(node, names):
            return None
        return name or (None if tail else UNTOLD)
    return UNTOLD


def _is_own_function(node: ast.Call, names: Names) -> bool:
    """Return whether a call replaces a function that a module of the run defines and that hands nothing on to MLflow as it got it."""
    first, last = node.args[0], node.args[1] if len(node.args) > 1 else None
    path = text_of(first, names).known
    if path is not None:
        value = names.elsewhere.value(path)
    else:
        known = text_of(last, names).known if last is not None else None
        value = names.attribute_of(names.resolve(first), known) if known is not None else None
    return _hands_nothing(value)


def _hands_nothing(value: Value | None) -> bool:
    """Return whether something is a function of the project that gives MLflow nothing of what it got, and gives back nothing of MLflow."""
    if not isinstance(value, OwnFunction) or value.hands or not value.parameters:
        return False
    return not any(map(_is_of_mlflow, (value.returns, *(item for _, item in value.items))))


def _is_of_mlflow(value: Value) -> bool:
    if isinstance(value, Unknown):
        return bool(value.among or value.functions or value.like)
    return isinstance(value, (Mlflow, Partial, OwnFunction))


def called_as(function: ast.expr, names: Names) -> str:
    """Return the last name of a function, the one by which it was imported: ``patch`` after ``import patch as mock_patch``."""
    imported = names.imports(function) if isinstance(function, ast.Name) else []
    return imported[0].rpartition(".")[2] if len(imported) == 1 and imported[0] else written_name(function)


def _by_name(name: str) -> str:
    return next((log for log in LOGS if re.search(rb"%s(?:_mock)?\Z" % log.encode(), name.encode())), UNTOLD)


def _of_parameter(node: ast.Name, names: Names, depth: int) -> str | None:
    """Say what a parameter of a test stands for: its decorators give the first ones, fixtures the others."""
    parameter = names.parameter(node)
    arguments = names.scopes.parent(parameter) if parameter is not None else None
    function = names.scopes.parent(arguments) if arguments is not None else None
    if parameter is None or not isinstance(function, _FUNCTIONS):
        return UNTOLD
    given = [item for item in reversed(function.decorator_list) if _gives_mock(item)]
    taken = [item.arg for item in (*function.args.posonlyargs, *function.args.args) if item.arg not in ("self", "cls")]
    place = taken.index(parameter.arg) if parameter.arg in taken else len(given)
    if place < len(given):
        decorator = given[place]
        return _made(decorator, names, depth + 1) if isinstance(decorator, ast.Call) else UNTOLD
    fixture = next((item for item in names.scopes.of(ast.FunctionDef) if item.name == parameter.arg), None)
    if fixture is None or not is_fixture(fixture):
        return UNTOLD
    gives = [item.value for item in ast.walk(fixture) if isinstance(item, (ast.Return, ast.Yield)) and item.value]
    return mocked(gives[-1], names, depth + 1) if gives else UNTOLD


def _gives_mock(node: ast.expr) -> bool:
    """Return whether a decorator hands a mock to the function: ``@patch("train.mlflow")``, and not one that is given what to put there."""
    if not isinstance(node, ast.Call) or function_name(node.func) not in ("patch", "object"):
        return False
    places = 1 if function_name(node.func) == "patch" else 2
    return len(node.args) <= places and not any(item.arg == "new" for item in node.keywords)


def depends(node: ast.expr, names: Names) -> bool:
    """Return whether what takes the place of `log_model` depends on the arguments that MLflow 2 gets, or may do so."""
    if isinstance(node, (ast.Constant, ast.List, ast.Tuple)) or _is_exception(node, names):
        return False
    like = likened(node, names)
    value = names.resolve(like)
    if isinstance(value, LocalFunction):
        return wants_old(value.node)
    if like is not node and isinstance(value, LocalClass):
        node = like
    if isinstance(value, Mlflow) or (isinstance(value, Foreign) and not isinstance(node, ast.Name)):
        return False
    if isinstance(value, Unknown) and value.like:
        return False  # it is put back
    made = getattr(value, "node", None)
    if isinstance(made, ast.ClassDef):
        every = [item for item in ast.walk(made) if isinstance(item, _FUNCTIONS)]
        if any(item.name in _ANY_NAME for item in every):
            return any(
                wants_old(item) for item in every if not item.name.startswith("__")
            )  # any of them may be what it gives
        return any(wants_old(item) for item in every if item.name in (*LOGS, "__call__"))
    source = names.source_of(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
    if source is not None and source is not node:
        return depends(source, names)
    if isinstance(node, ast.Call) and is_mock(node):
        return any(depends(item.value, names) for item in node.keywords if item.arg in ("side_effect", "wraps"))
    return function_name(node) not in ("DEFAULT", *MOCKS)


def likened(node: ast.expr, names: Names) -> ast.expr:
    """Return what the calls of a mock must be like: of ``create_autospec(keep)``, `keep`; anything else as it is."""
    made = names.source_of(node) if isinstance(node, ast.Name) else node
    if isinstance(made, ast.Call) and function_name(made.func) == AUTOSPEC and made.args:
        return made.args[0]
    return node


def _is_exception(node: ast.expr, names: Names) -> bool:
    """Return whether an expression is an exception of Python, or its class, which a mock raises whatever it gets."""
    kind = node.func if isinstance(node, ast.Call) else node
    found = (
        getattr(builtins, kind.id, None) if isinstance(kind, ast.Name) and not names.is_bound(kind.id, kind) else None
    )
    return isinstance(found, type) and issubclass(found, BaseException)


def is_mock(node: ast.expr) -> bool:
    """Return whether an expression makes a mock of the standard library, which takes every call."""
    return isinstance(node, ast.Call) and (
        function_name(node.func) in MOCKS or "mock" in function_name(node.func).lower()
    )


def takes_old(node: ast.expr, names: Names) -> bool:
    """Return whether an expression is a function of the namespace that takes `artifact_path` by name."""
    value = names.resolve(node)
    arguments = value.node.args if isinstance(value, LocalFunction) else None
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs) if arguments is not None else ()
    return any(item.arg == OLD for item in every)


def wants_old(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    """Return whether a function cannot be called as MLflow 3 is: it takes `artifact_path`, keeps what it is given, or takes no `name`."""
    arguments = function.args
    taken = {item.arg for item in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    if OLD in taken or (arguments.kwarg is None and "name" not in taken):
        return True
    body: Sequence[ast.AST] = [function.body] if isinstance(function, ast.Lambda) else function.body
    rest = {item.arg for item in (arguments.vararg, arguments.kwarg) if item is not None}
    inner = [item for statement in body for item in ast.walk(statement)]
    one_key = {
        id(item.value)
        for item in inner
        if (
            isinstance(item, ast.Subscript)
            and isinstance(item.slice, ast.Constant)
            and item.slice.value not in (OLD, 1)
        )
        or (isinstance(item, ast.Attribute) and item.attr in ("get", "pop"))
    }
    return any(
        (isinstance(item, ast.Constant) and item.value == OLD)
        or (isinstance(item, ast.Name) and item.id in rest and id(item) not in one_key)
        for item in inner
    )
