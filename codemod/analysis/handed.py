"""Which parameters of a project's own functions end in a call of MLflow: the wrappers that projects write around `log_model`.

A wrapper's callers write the name of a model, or choose its flavor, where no call of MLflow is seen. So each parameter is followed to
the call that it ends in, through other wrappers too, and the callers' arguments are judged as if they stood there.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from codemod.analysis.calls import BoundCall, bind
from codemod.analysis.indirect import indirect
from codemod.analysis.left_out_keys import dict_behind, lacking
from codemod.analysis.once import once
from codemod.names import (
    Foreign,
    Handed,
    LocalClass,
    LocalFunction,
    Mlflow,
    Names,
    OwnClass,
    OwnFunction,
    Unknown,
    Value,
)
from codemod.names.nodes import assigned_name, function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

#: The functions of MLflow whose arguments are followed back, by their last names.
ENDS = frozenset({"log_model", "save_model", "log_explainer", "log", "set_tracking_uri", "MlflowClient"})
#: The last names of what starts a run where none is active, in MLflow 2 and 3 (`_get_or_start_run` in mlflow/tracking/fluent.py).
STARTERS = (
    "start_run", "log_param", "log_params", "log_metric", "log_metrics", "set_tag", "set_tags", "log_artifact", "log_artifacts",
    "log_text", "log_dict", "log_figure", "log_image", "log_table", "log_input", "get_artifact_uri",
)  # fmt: skip
_FLAVORED = ("log_model", "save_model", "log")
_FORMAT = "serialization_format"
_NAMES = ("artifact_path", "name")
# Wrappers of wrappers of wrappers: real code has two.
_ROUNDS = 4
_TAKING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

Hands = Mapping[ast.AST, tuple[Handed, ...]]


@dataclass(frozen=True, slots=True)
class HandedArgument:
    """An argument of a call of a function of the project, with what becomes of it.

    Attributes:
        handed: The parameter that it fills.
        value: The argument.
        keyword: Its keyword, None when positional.
    """

    handed: Handed
    value: ast.expr
    keyword: str | None


def hands_of(names: Names) -> Hands:
    """Return the parameters that end in a call of MLflow, of each function that a namespace defines and that has some."""
    found: defaultdict[ast.AST, dict[Handed, None]] = defaultdict(dict)
    for call in names.scopes.of(ast.Call):
        if function_name(call.func) in ENDS:
            _note(call, names, found)
    wanted, done = (
        {_called_as(function, names) for function in found} | names.elsewhere.modules.known_wrappers(),
        set[str](),
    )
    for _ in range(_ROUNDS):
        for call in names.scopes.of(ast.Call) if wanted else ():
            if function_name(call.func) in wanted:
                _note_chain(call, names, found)
        done |= wanted
        wanted = {_called_as(function, names) for function in found} - done
    starting = {function for function in found if _may_start_run(function)}
    reading = {function for function in found if _reads_keywords(function, names)}
    return {
        function: tuple(
            replace(each, starts=each.starts or function in starting, reads=each.reads or function in reading)
            for each in hands
        )
        for function, hands in found.items()
    }


def _reads_keywords(function: ast.AST, names: Names) -> bool:
    """Return whether a function with ``**kwargs`` asks for the keyword of a model's path, or takes them all otherwise than to hand them on."""
    kwarg = function.args.kwarg if isinstance(function, _TAKING) else None
    if kwarg is None:
        return False
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and node.value == "artifact_path":
            return True
        if not isinstance(node, ast.Name) or node.id != kwarg.arg:
            continue
        parent = names.scopes.parent(node)
        is_item = isinstance(parent, ast.Subscript) and isinstance(parent.slice, ast.Constant)
        is_asked = isinstance(parent, ast.Attribute) and parent.attr in ("get", "pop", "setdefault", "update")
        if isinstance(parent, (ast.For, ast.comprehension)) or (isinstance(parent, ast.Attribute) and not is_asked):
            return True
        if isinstance(parent, ast.Subscript) and not is_item:
            return True
    return False


def _may_start_run(function: ast.AST) -> bool:
    """Return whether a function calls something that starts a run, by its name."""
    return any(isinstance(node, ast.Call) and function_name(node.func) in STARTERS for node in ast.walk(function))


def _called_as(function: ast.AST, names: Names) -> str:
    """Return the name that calls of a function have: that of the class for `__init__`."""
    owner = names.scopes.parent(function)
    if isinstance(function, ast.Lambda):
        target = owner.targets[0] if isinstance(owner, ast.Assign) else None
        return function_name(target) if isinstance(target, (ast.Name, ast.Attribute)) else ""
    name = str(getattr(function, "name", ""))
    return owner.name if name == "__init__" and isinstance(owner, ast.ClassDef) else name


def _note(call: ast.Call, names: Names, found: defaultdict[ast.AST, dict[Handed, None]]) -> None:
    bound = bind(call, names)
    if bound is not None:
        for value, argument in _arguments(bound):
            left_out = lacking(value, names).out if argument == "**" else frozenset[str]()
            for parameter in _parameters(value, names):
                _add(parameter, Handed("", None, bound.path, argument, left_out), names, found)
    else:
        several = logged_by_several(call, names)
        for parameter in _parameters(several[1], names) if several is not None else ():
            _add(parameter, Handed("", None, several[0] if several is not None else "", "artifact_path"), names, found)
    for value, method in _flavors(call, bound, names):
        for parameter in _parameters(value, names):
            _add(parameter, Handed("", None, "", method), names, found)


def logged_by_several(call: ast.Call, names: Names) -> tuple[str, ast.expr] | None:
    """Return the function and the model's name of a call of `log_model` that is, as far as it is seen, one of several flavors'.

    Returns:
        None for any other call; those of `mlflow.pyfunc` take the name at another place.
    """
    value = names.resolve(call.func)
    paths = value.among if isinstance(value, Unknown) else ()
    logs = [path for path in paths if path.startswith("mlflow.") and path.endswith(".log_model")]
    if function_name(call.func) != "log_model" and len(logs) < len(paths):
        return None
    given = [keyword.value for keyword in call.keywords if keyword.arg in ("artifact_path", "name")]
    if (
        not logs
        or any("pyfunc" in path for path in logs)
        or any(isinstance(item, ast.Starred) for item in call.args[:2])
    ):
        return None
    given += call.args[1:2]
    return (logs[0], given[0]) if given else None


def _arguments(bound: BoundCall) -> Iterator[tuple[ast.expr, str]]:
    for argument in bound.arguments:
        # What a dict brings is followed as far as its name is meant: nothing is edited there.
        if argument.parameter is not None and (not argument.keys or argument.parameter in _NAMES):
            yield from ((value, argument.parameter) for value in argument.values)
    if bound.open_kwargs is not None:
        yield bound.open_kwargs, "**"


def _flavors(call: ast.Call, bound: BoundCall | None, names: Names) -> Iterator[tuple[ast.expr, str]]:
    """Return the flavors that a call takes or is a method of, unless it chooses the format by itself."""
    method = function_name(call.func)
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if method not in _FLAVORED or _FORMAT in given:
        return
    if "flavor" in given and (bound is not None or isinstance(names.resolve(call.func), (Foreign, Unknown))):
        yield given["flavor"], method
    elif bound is None and isinstance(call.func, ast.Attribute) and method != "log":
        yield call.func.value, method


def _note_chain(call: ast.Call, names: Names, found: defaultdict[ast.AST, dict[Handed, None]]) -> None:
    known = {function: tuple(hands) for function, hands in found.items()}
    for each in handed_by(call, names, known):
        for parameter in _parameters(each.value, names):
            handed = replace(each.handed, parameter="", index=None, named=frozenset())
            _add(parameter, handed, names, found)


def _parameters(value: ast.expr, names: Names, depth: int = 0) -> Iterator[ast.arg]:
    """Return the parameters that a value is, or may be: ``name``, ``name or "model"``, ``str(name)``, ``self.name``."""
    if depth > 4:
        return
    if isinstance(value, ast.Name):
        parameter = names.parameter(value)
        if parameter is not None:
            yield parameter
            return
        inner = names.definition(value)
        if inner is not None:
            yield from _parameters(inner, names, depth + 1)
    elif isinstance(value, ast.Attribute):
        for source in names.attribute_sources(value):
            yield from _parameters(source, names, depth + 1)
    elif isinstance(value, (ast.IfExp, ast.BoolOp)):
        for part in value.values if isinstance(value, ast.BoolOp) else (value.body, value.orelse):
            yield from _parameters(part, names, depth + 1)
    elif (given := _handed_through(value)) is not None:
        yield from _parameters(given, names, depth + 1)


def _handed_through(value: ast.expr) -> ast.expr | None:
    """Return what ``str(name)``, ``dict(options)`` or a comprehension over the items of a dict gives on."""
    behind = dict_behind(value)
    if behind is None and isinstance(value, ast.Call) and function_name(value.func) in ("str", "dict"):
        return value.args[0] if len(value.args) == 1 else None
    return behind


def _add(parameter: ast.arg, to: Handed, names: Names, found: defaultdict[ast.AST, dict[Handed, None]]) -> None:
    arguments = names.scopes.parent(parameter)
    function = names.scopes.parent(arguments) if isinstance(arguments, ast.arguments) else None
    if not isinstance(arguments, ast.arguments) or not isinstance(function, _TAKING):
        return
    placed = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    owner = names.scopes.parent(function)
    owner = names.scopes.parent(owner) if isinstance(owner, ast.Assign) else owner
    if isinstance(owner, ast.ClassDef) and placed[:1] in (["self"], ["cls"]):
        placed = placed[1:]
    if parameter is arguments.kwarg:
        if to.argument == "**":
            named = to.named.union(placed, (each.arg for each in arguments.kwonlyargs))
            found[function][replace(to, parameter="**", named=named)] = None
        return
    if parameter is arguments.vararg or parameter.arg in ("self", "cls") or to.argument == "**":
        return
    index = placed.index(parameter.arg) if parameter.arg in placed else None
    found[function][replace(to, parameter=parameter.arg, index=index)] = None


def _hands_by_value(function: Value, local: Hands, names: Names) -> tuple[Handed, ...]:
    if isinstance(function, Unknown):
        every = [each for one in function.functions for each in _hands_by_value(one, local, names)]
        # Of several functions that may be called, one says what becomes of an argument.
        return tuple({(each.parameter, each.index, each.argument): each for each in reversed(every)}.values())[::-1]
    if isinstance(function, (OwnFunction, OwnClass)):
        return function.hands
    if isinstance(function, LocalFunction):
        return local.get(function.node, ())
    if isinstance(function, LocalClass):
        made = names.member(function.node, "__init__")
        return local.get(made.node, ()) if isinstance(made, LocalFunction) else ()
    return ()


def _unpacked(keyword: ast.keyword) -> list[ast.keyword]:
    """Return the keywords of a dict that stands behind two stars."""
    if keyword.arg is not None or not isinstance(keyword.value, ast.Dict):
        return [keyword]
    pairs = zip(keyword.value.keys, keyword.value.values, strict=True)
    return [ast.keyword(str(key.value), value) for key, value in pairs if isinstance(key, ast.Constant)]


def handed_by(call: ast.Call, names: Names, local: Hands) -> Iterator[HandedArgument]:
    """Return the arguments of a call that end in a call of MLflow.

    Args:
        call: The call.
        names: Its namespace.
        local: The parameters of the namespace's own functions that do.
    """
    keywords = [each for keyword in call.keywords for each in _unpacked(keyword)]
    for handed in _hands_by_value(names.resolve(call.func), local, names):
        if handed.parameter == "**":
            for keyword in keywords:
                if keyword.arg is not None and keyword.arg not in handed.named:
                    yield HandedArgument(replace(handed, argument=keyword.arg), keyword.value, keyword.arg)
            continue
        named = next((keyword.value for keyword in keywords if keyword.arg == handed.parameter), None)
        if named is not None:
            yield HandedArgument(handed, named, handed.parameter)
        elif handed.index is not None and handed.index < len(call.args):
            before: Sequence[ast.expr] = call.args[: handed.index + 1]
            if not any(isinstance(each, ast.Starred) for each in before):
                yield HandedArgument(handed, call.args[handed.index], None)


@once
def handed_calls(context: Context) -> Mapping[ast.Call, tuple[HandedArgument, ...]]:
    """Return the calls of the project's own functions with arguments that end in a call of MLflow."""
    names = context.names
    local = hands_of(names)
    wanted = {_called_as(function, names) for function in local} | names.elsewhere.modules.known_wrappers()
    if not wanted:
        return {}
    wanted |= {node.asname for node in names.scopes.of(ast.alias) if node.asname and node.name in wanted}
    found: dict[ast.Call, tuple[HandedArgument, ...]] = {}
    tables = wanted | set(_tables(names, wanted))
    wanted |= {target.id for target in _chosen(names, tables)}
    for node in names.scopes.of(ast.Call):
        hands: list[HandedArgument] = []
        for call in filter(None, (node, indirect(node))):
            may_hand = function_name(call.func) in wanted or _is_taken(call.func, tables)
            if may_hand and not isinstance(names.resolve(call.func), Mlflow):
                hands += handed_by(call, names, local)
        if hands:
            found[node] = tuple(hands)
    return found


def _tables(names: Names, wanted: Set[str]) -> Iterator[str]:
    """Return the names of the dicts and lists that hold functions of some names."""
    tables: list[tuple[ast.expr, list[ast.expr]]] = [(node, node.values) for node in names.scopes.of(ast.Dict)]
    tables += [(node, node.elts) for node in names.scopes.of(ast.List)]
    tables += [(node, node.elts) for node in names.scopes.of(ast.Tuple)]
    for node, items in tables:
        if any(isinstance(each, (ast.Name, ast.Attribute)) and function_name(each) in wanted for each in items):
            statement = names.scopes.statement(node)
            targets = statement.targets if isinstance(statement, ast.Assign) else ()
            targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
            yield from (function_name(target) for target in targets)


def _is_taken(node: ast.expr, tables: Set[str]) -> bool:
    """Return whether an expression takes something out of a dict or list of some name: ``LOGGERS[kind]``, ``LOGGERS.get(kind)``."""
    if isinstance(node, ast.Subscript):
        return function_name(node.value) in tables
    method = node.func if isinstance(node, ast.Call) else None
    return isinstance(method, ast.Attribute) and method.attr in ("get", "pop") and function_name(method.value) in tables


def _chosen(names: Names, tables: Set[str]) -> Iterator[ast.Name]:
    """Return the variables that get one of several functions of the project: ``log = LOGGERS[kind]``."""
    for statement in names.scopes.assignments:
        target, source = assigned_name(statement), statement.value
        if target is not None and source is not None and (isinstance(source, ast.IfExp) or _is_taken(source, tables)):
            value = names.resolve(source)
            if isinstance(value, Unknown) and value.functions:
                yield target
