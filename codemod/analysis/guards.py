"""Code that already runs on both: branches on MLflow's version, and old forms that a new one falls back to."""

from __future__ import annotations

import ast
import functools
import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from codemod import mlflow_api
from codemod.analysis import elsewhere
from codemod.analysis.borders import has_border, is_older
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
_CATCHES = {"TypeError", "Exception", "BaseException", "MlflowException"}


def is_guarded(node: ast.AST, names: Names, *, of_both: bool = False) -> bool:
    """Return whether the node runs only on the MLflow that it was written for; with ``of_both``, if this is MLflow 3, too."""
    function = names.resolve(node.func) if isinstance(node, ast.Call) else None
    is_new = not of_both and isinstance(node, ast.Call) and _has_new_form(node)
    asked = _Asked(is_new, function.path if isinstance(function, Mlflow) else "")
    known = _memory(names).guarded.setdefault(asked, {})
    guarded = names.scopes.first_answer(node, lambda parent, child: _guards(parent, child, asked, names) or None, known)
    return guarded is not None or _after_version_exit(node, names)


class _Asked(NamedTuple):
    """What matters of a node to the code around it: whether it is a call with ``name=``, and what it calls of MLflow, or ""."""

    is_new: bool
    path: str


def _guards(ancestor: ast.AST, child: ast.AST, asked: _Asked, names: Names) -> bool:
    """Return whether an ancestor of a node, of which ``child`` is the part with the node in it, runs that part on one MLflow only."""
    if isinstance(ancestor, (ast.If, ast.IfExp, ast.While)):
        if child is ancestor.test:
            return False
        if _asks_version(ancestor.test, names):
            # The form of MLflow 3 runs on 3, where other rules have to look at it.
            return not asked.is_new or _is_for_2(ancestor, child, names)
        if _ends_before_3(ancestor, child, names):
            return True
        asks_flag = isinstance(ancestor, ast.If) and _tests_a_flag(ancestor.test, names)
        return asks_flag and isinstance(ancestor, ast.If) and _has_both_forms(asked, ancestor, names)
    if isinstance(ancestor, ast.BoolOp):
        before = itertools.takewhile(lambda value: value is not child, ancestor.values)
        return any(_asks_version(value, names) for value in before)
    if isinstance(ancestor, ast.Match) and child is not ancestor.subject:
        told = (ancestor.subject, *(case.pattern for case in ancestor.cases))
        return _asks(ancestor.subject, names, 0) and any(_tells_2_from_3(item, names) for item in told)
    if isinstance(ancestor, ast.Try):
        return names.scopes.field(child) in ("body", "handlers") and _has_both_forms(asked, ancestor, names)
    return False


def _is_for_2(branch: ast.If | ast.IfExp | ast.While, child: ast.AST, names: Names) -> bool:
    """Return whether a part of a branch on the version is plainly the one for MLflow 2, such as the ``else`` of ``major >= 3``."""
    test = branch.test
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not _asks(test.left, names, 0):
        return False
    values = [item.value for item in ast.walk(test.comparators[0]) if isinstance(item, ast.Constant)]
    if len(values) != 1:
        return False
    is_3, is_2 = values[0] in (3, "3", "3.0", "3.0.0"), values[0] == 2
    operator = test.ops[0]
    if (is_3 and isinstance(operator, ast.GtE)) or (is_2 and isinstance(operator, ast.Gt)):
        return names.scopes.field(child) == "orelse"
    if (is_3 and isinstance(operator, ast.Lt)) or (is_2 and isinstance(operator, ast.LtE)):
        return names.scopes.field(child) == "body"
    return False


def _ends_before_3(branch: ast.If | ast.IfExp | ast.While, child: ast.AST, names: Names) -> bool:
    """Return whether a part of a branch is for releases before one of MLflow 2, such as the body of ``version < (2, 9)``."""
    test, older = branch.test, (ast.Lt, ast.LtE) if names.scopes.field(child) == "body" else (ast.Gt, ast.GtE)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], older):
        return False
    return is_older(test.comparators[0]) and _asks(test.left, names, 0)


def is_chosen_by_version(node: ast.expr, names: Names, depth: int = 0) -> bool:
    """Return whether arguments are those of the installed MLflow: ``{"name": n} if IS_3 else {"artifact_path": n}``."""
    if isinstance(node, ast.IfExp):
        return _asks_version(node.test, names)
    if isinstance(node, ast.Dict):
        return any(key is not None and is_chosen_by_version(key, names, depth) for key in node.keys)
    if isinstance(node, ast.Call) and isinstance(node.func, (ast.Name, ast.Attribute)):
        return bool(elsewhere.asks_version(node.func, names)) or inspects(node, names)
    source = names.definition(node) if isinstance(node, ast.Name) and depth < 4 else None
    return source is not None and is_chosen_by_version(source, names, depth + 1)


def _asks_version(test: ast.expr, names: Names, depth: int = 0) -> bool:
    """Return whether a condition tells MLflow 2 from 3 by the version or the abilities of the installed one."""
    # Functions that call each other lead to the same expressions again and again.
    asking = _memory(names).asking
    if (test, depth) not in asking:
        asking[test, depth] = _asks_version_anew(test, names, depth)
    return asking[test, depth]


def _asks_version_anew(test: ast.expr, names: Names, depth: int) -> bool:
    if isinstance(test, ast.BoolOp):
        # `sys.version_info >= (3, 9) and mlflow.__version__` compares no version of MLflow with 3.
        return any(_asks_version(value, names, depth) for value in test.values)
    if isinstance(test, _COLLECTIONS):
        return False  # settings among which the version stands
    if depth == 0 and any(elsewhere.asks_version(item, names) for item in _named(test)):
        return True
    # A value that holds the version is compared where it is used; a comparison must tell the two lines apart by itself.
    compared = depth == 0 or isinstance(test, ast.Compare)
    return _asks(test, names, depth) and (not compared or _tells_2_from_3(test, names))


def _named(test: ast.expr) -> list[ast.Name | ast.Attribute]:
    return [item for item in ast.walk(test) if isinstance(item, (ast.Name, ast.Attribute))]


def asks_version(node: ast.AST, names: Names) -> bool:
    """Return whether a value, or what a function returns, tells which MLflow is installed, so that others may branch on it."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        returns = (item for item in ast.walk(node) if isinstance(item, (ast.Return, ast.If)))
        values = (item.test if isinstance(item, ast.If) else item.value for item in returns)
        if any(value is not None and _asks_version(value, names) for value in values):
            return True
        return any(_inspects_parameter(item, names) for item in ast.walk(node))
    return isinstance(node, ast.expr) and _asks_version(node, names)


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


def _may_ask_elsewhere(test: ast.expr, names: Names) -> bool:
    """Return whether a condition is about a flag that code elsewhere may have set by MLflow's version."""
    flags = [item for item in _named(test) if elsewhere.asks_version(item, names) is None]
    compared: bool | None = None
    for item in flags:
        name = item.id if isinstance(item, ast.Name) else item.attr
        if not isinstance(names.resolve(item), (Unknown, Foreign)):
            continue
        if _FLAG.search(name) is not None:
            return True
        if _VERSION_NAME.search(name) is not None:  # a `model_version` that is given or not says nothing of MLflow's
            compared = _tells_2_from_3(test, names) if compared is None else compared
            if compared:
                return True
    return False


def _tells_2_from_3(test: ast.AST, names: Names, depth: int = 0) -> bool:
    """Return whether a 3 is compared with: a branch at 2.0 or 1.28 says nothing about MLflow 3."""
    telling = _memory(names).telling
    if (test, depth) not in telling:
        telling[test, depth] = _tells_2_from_3_anew(test, names, depth)
    return telling[test, depth]


def _tells_2_from_3_anew(test: ast.AST, names: Names, depth: int) -> bool:
    if has_border(test):
        return True
    for node in ast.walk(test):
        if isinstance(node, ast.Call):
            if function_name(node.func) in _ABILITIES:
                return True
            body = names.function(node.func) if depth < 4 and isinstance(node.func, ast.Name) else None
            if body is not None and any(_tells_2_from_3(item, names, depth + 1) for item in body):
                return True
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and depth < 4:
            source = names.definition(node)
            if source is not None and _tells_2_from_3(source, names, depth + 1):
                return True
    return False


def _asks(test: ast.expr, names: Names, depth: int) -> bool:
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
        return source is not None and _asks_version(source, names, depth + 1)
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
    body = names.function(function) if depth < 4 and isinstance(function, ast.Name) else None
    if body is None:
        return False
    return any(_asks_version(item, names, depth + 1) for item in body) or inspects(call, names)


def inspects(call: ast.Call, names: Names) -> bool:
    """Return whether a call gives one of MLflow's functions to a function of this code that looks at the parameters of what it gets."""
    if isinstance(call.func, (ast.Name, ast.Attribute)) and elsewhere.asks_version(call.func, names):
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


def _has_both_forms(asked: _Asked, statement: ast.If | ast.Try, names: Names) -> bool:
    """Return whether a statement's blocks call the node's function with ``name=`` and without it.

    Of a ``try``, its body and the handlers that catch what a wrong argument raises.
    """
    return asked.path != "" and _memory(names).forms().get((statement, asked.path)) == {True, False}


class _Memory:
    """What was found out about one namespace: each answer concerns many nodes."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self.elsewhere = self.names.elsewhere
        self.asking: dict[tuple[ast.expr, int], bool] = {}
        self.telling: dict[tuple[ast.AST, int], bool] = {}
        self.flags: dict[ast.expr, bool] = {}
        self.exits: dict[tuple[ast.AST, str], ast.stmt | None] = {}
        self.guarded: dict[_Asked, dict[ast.AST, bool | None]] = {}
        self.left: dict[ast.AST, bool | None] = {}
        self._forms: dict[tuple[ast.AST, str], set[bool]] | None = None

    def forms(self) -> dict[tuple[ast.AST, str], set[bool]]:
        """Return in which forms each function of MLflow is called in the blocks of each ``if`` and ``try``."""
        if self._forms is None:
            self._forms = {}
            for node in self.names.scopes.of(ast.Call):
                if isinstance(function := self.names.resolve(node.func), Mlflow):
                    form = _has_new_form(node)
                    for statement in _deciding(node, self.names):
                        forms = self._forms.setdefault((statement, function.path), set())
                        if form in forms:
                            break  # what is around this statement has been told, too
                        forms.add(form)
        return self._forms


@functools.lru_cache(maxsize=8)
def _kept(names: Names) -> _Memory:
    return _Memory(names)


def _memory(names: Names) -> _Memory:
    memory = _kept(names)
    if memory.elsewhere is not names.elsewhere:  # other files are known by now, and answers may be others
        memory.forget()
    return memory


def _deciding(node: ast.AST, names: Names) -> Iterator[ast.If | ast.Try]:
    """Return the statements one of whose blocks a node stands in, as far as a block may hold another form for another MLflow."""
    child = node
    for ancestor in names.scopes.ancestors(node):
        if isinstance(ancestor, ast.If) and child is not ancestor.test:
            yield ancestor
        elif isinstance(ancestor, ast.Try):
            catching = [handler for handler in ancestor.handlers if _catches_type_error(handler)]
            if catching and (names.scopes.field(child) == "body" or child in catching):
                yield ancestor
        child = ancestor


def _tests_a_flag(test: ast.expr, names: Names) -> bool:
    """Return `_may_ask_elsewhere` of the test of a statement, which all that stands in the statement asks for."""
    flags = _memory(names).flags
    if test not in flags:
        flags[test] = _may_ask_elsewhere(test, names)
    return flags[test]


def _has_new_form(call: ast.Call) -> bool:
    return any(keyword.arg == "name" for keyword in call.keywords)


def _catches_type_error(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(ast.unparse(kind).rpartition(".")[2] in _CATCHES for kind in kinds)


def _after_version_exit(node: ast.AST, names: Names) -> bool:
    """Return whether an earlier ``if <version>: return`` in the same block leaves this code to the other MLflow."""
    scopes = names.scopes

    def ask(parent: ast.AST, child: ast.AST) -> bool | None:
        field = scopes.field(child)
        if not field:
            return None  # it is a part of a statement
        leaves = _version_exit(parent, field, names)
        if leaves is not None and scopes.order(leaves) < scopes.order(child):
            return True
        return False if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else None

    return scopes.first_answer(node, ask, _memory(names).left) is True


def _version_exit(parent: ast.AST, field: str, names: Names) -> ast.stmt | None:
    """Return the first ``if <version>: return`` of a block, which is a field of a statement."""
    exits = _memory(names).exits
    if (parent, field) not in exits:
        leaving = (statement for statement in getattr(parent, field) if _leaves_by_version(statement, names))
        exits[parent, field] = next(leaving, None)
    return exits[parent, field]


def _leaves_by_version(statement: ast.stmt, names: Names) -> bool:
    return (
        isinstance(statement, ast.If)
        and isinstance(statement.body[-1], (ast.Return, ast.Continue))
        and _asks_version(statement.test, names)
    )
