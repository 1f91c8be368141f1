"""What calls, look-ups and other expressions give, for `codemod.names.resolve`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from codemod import mlflow_api
from codemod.names.annotations import declared
from codemod.names.class_methods import gets_class
from codemod.names.importers import imported_by
from codemod.names.members import own_member
from codemod.names.namespaces import attribute_by_name, item_of_namespace
from codemod.names.nodes import is_abstract, is_none, own_statements
from codemod.names.objects import imported
from codemod.names.overrides import given_by_method, made_of
from codemod.names.special_calls import SPECIAL_CALLS, beginning, got, short
from codemod.names.values import (
    Elements,
    Foreign,
    Getter,
    Instance,
    LocalClass,
    LocalFunction,
    LocalInstance,
    Mlflow,
    OwnClass,
    OwnFunction,
    OwnInstance,
    Partial,
    Unknown,
    Value,
    given_by,
    one_of,
)

if TYPE_CHECKING:
    from codemod.names.resolve import Names

_PASSES_ELEMENTS = frozenset("filter iter list reversed set sorted tuple".split())
# Methods of a dict, a list or a future that give what is in it.
_GIVE_ITEMS = frozenset("copy get items pop popitem popleft result setdefault values".split())
# Methods of a table that give one with the same columns.
_KEEP_TABLE = frozenset("copy dropna fillna head query reset_index sort_values tail".split())
_PLAIN_BUILTINS = frozenset(
    "abs all any bool bytes divmod enumerate float format frozenset input int len map open print range repr round "
    "str sum type vars zip".split()
)
# Those of them that give back what they were given.
_REPACKS = frozenset("enumerate map vars zip".split())


def _call(names: Names, node: ast.Call) -> Value:
    named: Value | None = None
    if isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        named = item_of_namespace(names, node.func.value, node.args[0])
    return _called(names, node) if named is None else named


def _called(names: Names, node: ast.Call) -> Value:
    function = names.resolve(node.func)
    if isinstance(function, Mlflow):
        if mlflow_api.kind_in_api(function.path) == "class":
            return Instance(function.path)
        if function.path == "mlflow.search_runs":
            return _found_runs(node)
        made = given_by(function.path)
        return made or Unknown(f"it is what `{function.path}` returns", made_by=function.path)
    if isinstance(function, (Getter, LocalClass, LocalFunction, OwnClass, OwnFunction)):
        return _called_own(names, function, node)
    if isinstance(function, Partial):
        inner = function.function
        return (given_by(inner.path) if isinstance(inner, Mlflow) else None) or Unknown("it is computed")
    if isinstance(function, Foreign):
        special = SPECIAL_CALLS.get(function.what)
        if special is not None:
            return special(names, node)
        return _handed_back(names, node) or Foreign(function.what)
    if isinstance(function, LocalInstance) and isinstance(node.func, ast.Name) and gets_class(names, node.func):
        return function  # `cls()`
    if isinstance(node.func, ast.Name) and isinstance(function, Unknown):
        return _builtin_call(names, node, node.func.id, function)
    return _taken(names, node.func) or Unknown(function.reason if isinstance(function, Unknown) else "it is computed")


def _taken(names: Names, function: ast.expr) -> Value | None:
    """Return what a method gives that takes something out of a collection; None for any other function."""
    held = names.resolve(function.value) if isinstance(function, ast.Attribute) else None
    if not isinstance(function, ast.Attribute) or function.attr not in _GIVE_ITEMS | _KEEP_TABLE:
        return None
    if isinstance(held, Unknown) and held.made_by and function.attr in _KEEP_TABLE:
        return held
    if isinstance(held, Elements) and function.attr.startswith("pop"):
        return Instance(held.path)
    if isinstance(held, Unknown) and (held.among or held.functions):
        return Unknown(held.reason, held.among, functions=held.functions)
    return None


def _called_own(
    names: Names, function: Getter | LocalClass | LocalFunction | OwnClass | OwnFunction, node: ast.Call
) -> Value:
    """Return what calling a class or function of the project gives."""
    if isinstance(function, Getter):
        return got(names, function, node)
    given = imported_by(names, function, node)
    if given is not None:
        return given
    if isinstance(function, LocalClass):
        return LocalInstance(function.node)
    if isinstance(function, OwnClass):
        return OwnInstance(function)
    if isinstance(function, OwnFunction):
        return function.returns
    if isinstance(function.node, ast.Lambda):
        return returned(names, function.node)
    return given_by_method(names, node, function.node, returned)


def _found_runs(node: ast.Call) -> Value:
    """Return what `mlflow.search_runs` gives: a table of pandas, or a list of runs."""
    asked = [keyword.value for keyword in node.keywords if keyword.arg == "output_format"]
    if not asked:
        return (
            Foreign("pandas") if all(keyword.arg for keyword in node.keywords) else Unknown("it is a table or a list")
        )
    if isinstance(asked[0], ast.Constant):
        return Elements("mlflow.entities.Run") if asked[0].value == "list" else Foreign("pandas")
    return Unknown("it is a table or a list")


def _builtin_call(names: Names, node: ast.Call, name: str, function: Unknown) -> Value:
    if name == "getattr" and len(node.args) >= 2:
        return attribute_by_name(names, node)
    if name == "__import__" and node.args and isinstance(node.args[0], ast.Constant):
        return imported(str(node.args[0].value).partition(".")[0])
    if name in _PASSES_ELEMENTS and node.args:
        return names.resolve(node.args[-1] if name == "filter" else node.args[0])
    if name in ("next", "max", "min") and node.args:
        return element(names.resolve(node.args[0]))
    if name == "staticmethod" and len(node.args) == 1:
        return names.resolve(node.args[0])  # for an attribute of a class, which is called without `self`
    if name == "super":
        return _super(names, node)
    if name == "type" and len(node.args) == 1:
        return _type(names.resolve(node.args[0]))
    if name == "dict":
        values = [names.resolve(value) for value in (*node.args[:1], *(keyword.value for keyword in node.keywords))]
        return Foreign("dict") if all(isinstance(value, Foreign) for value in values) else _looked_up(values)
    if name in _PLAIN_BUILTINS:
        return _mapped(names, node, name) or _handed_back(names, node, name in _REPACKS) or Foreign(name)
    return function


def _mapped(names: Names, node: ast.Call, name: str) -> Elements | None:
    """Return what ``map`` gives of a function of MLflow, or of one that a partial calls; None for any other call."""
    function = names.resolve(node.args[0]) if name == "map" and len(node.args) > 1 else None
    inner = function.function if isinstance(function, Partial) else function
    given = given_by(inner.path) if isinstance(inner, Mlflow) else None
    return Elements(given.path) if isinstance(given, Instance) else None


def _type(value: Value) -> Value:
    """Return the class of a value."""
    if isinstance(value, LocalInstance):
        return LocalClass(value.node)
    if isinstance(value, Instance):
        return Mlflow(value.path)
    return value if isinstance(value, Unknown) else Foreign("type")


def _handed_back(names: Names, node: ast.Call, repacks: bool = False) -> Unknown | None:
    """Say that a call may give MLflow back, because one of MLflow's modules, classes or functions was handed to it.

    Args:
        names: The namespace.
        node: A call of something that is not MLflow's.
        repacks: Whether the call does no more than to give its arguments back in another form.
    """
    pending: list[ast.expr] = [*node.args, *(keyword.value for keyword in node.keywords)]
    unclear: ast.expr | None = None
    while pending:
        argument = pending.pop()
        if isinstance(argument, ast.Starred):
            pending.append(argument.value)
        elif isinstance(argument, (ast.List, ast.Tuple, ast.Set)):
            pending += argument.elts
        elif isinstance(argument, ast.Dict):
            pending += argument.values
        elif isinstance(argument, (ast.Name, ast.Attribute)) or repacks:
            value = names.resolve(argument)
            if isinstance(value, Mlflow):
                like = f"{value.path}.*" if repacks else ""
                return Unknown(f"`{short(node.func)}` gets `{short(argument)}` and may give it back", like=like)
            if repacks and isinstance(value, (Elements, Unknown)):
                unclear = argument
    return Unknown(f"`{short(node.func)}` gets `{short(unclear)}` and may give it back") if unclear else None


def _super(names: Names, node: ast.Call) -> Value:
    for ancestor in names.scopes.ancestors(node):
        if isinstance(ancestor, ast.ClassDef):
            bases = [names.resolve(base) for base in ancestor.bases]
            for base in bases:
                if isinstance(base, Mlflow):
                    return Instance(base.path)
                if isinstance(base, LocalClass):
                    return LocalInstance(base.node)
            return bases[0] if bases else Foreign("object")
    return Unknown("`super()` outside a class")


def returned(names: Names, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Value:
    """Return what a local function returns when all its returns agree."""
    if isinstance(node, ast.Lambda):
        return names.resolve(node.body)
    if node.returns is not None:
        annotated = declared(names, node.returns)
        if annotated is not None:
            return annotated
    values: list[Value] = []
    for statement in own_statements(node):
        source = statement.value if isinstance(statement, ast.Return) else _yielded(statement)
        if source is not None and not is_none(source):
            values.append(names.resolve(source))
    if not values:
        return _left_open(names, node) or Foreign("None")
    if all(values[0] == value for value in values[1:]):
        return values[0]
    return one_of(f"`{node.name}` returns different things", values)


def _left_open(names: Names, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Value | None:
    """Return what a method gives that is left to the classes made of its own: one of what these give here; None for any other function."""
    owner = names.scopes.parent(node)
    if not isinstance(owner, ast.ClassDef) or not is_abstract(node):
        return None
    given: list[Value] = []
    for kind in made_of(names, owner):
        for binding in names.scopes.attributes.get(kind, {}).get(node.name, ()):
            if isinstance(binding.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                # One that leaves it open again is made by others of these.
                given += [] if is_abstract(binding.node) else [returned(names, binding.node)]
            elif binding.source is not None:
                given.append(names.resolve(binding.source))
    return one_of(f"`{node.name}` is left to the classes made of `{owner.name}`", given)


def element(value: Value) -> Value:
    """Return an element of an iterable."""
    if isinstance(value, Elements):
        return Instance(value.path)
    if isinstance(value, (Foreign, Unknown)):
        return value
    # A generator of the project is known by what it yields.
    return Unknown("it is an element of another value", (value.path,) if isinstance(value, (Instance, Mlflow)) else ())


def entered(names: Names, value: Value) -> Value:
    """Return what ``with value as name`` binds: MLflow's context managers give themselves."""
    if isinstance(value, (Instance, Foreign, Unknown)):
        return value
    if isinstance(value, OwnInstance):
        entering = own_member(value, "__enter__", names.elsewhere.modules)
        if isinstance(entering, Foreign):  # it has none: a function with `contextmanager` yields it
            return value
        return entering.returns if isinstance(entering, OwnFunction) else Unknown("it comes from a context manager")
    if isinstance(value, LocalInstance):
        enter = names.scopes.attributes.get(value.node, {}).get("__enter__")
        if enter and isinstance(enter[-1].node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return returned(names, enter[-1].node)
    return Unknown("it comes from a context manager")


def _subscript(names: Names, node: ast.Subscript) -> Value:
    if isinstance(node.value, ast.Call) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
        item = imported_by(names, names.resolve(node.value.func), node.value, node.slice.value)
        if item is not None:
            return item
    named = item_of_namespace(names, node.value, node.slice)
    if named is not None:
        return named
    value = names.resolve(node.value)
    if isinstance(value, Elements):
        return value if isinstance(node.slice, ast.Slice) else Instance(value.path)
    if isinstance(value, Foreign) and value.what == "sys.modules":
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return imported(node.slice.value)
        like = "mlflow.*" if beginning(node.slice).startswith("mlflow.") else ""
        return Unknown("it is taken from sys.modules by a computed name", like=like)
    if isinstance(value, Foreign):
        return value
    if isinstance(value, Unknown):
        return replace(value, made_by="")
    held = value.path.removesuffix(".__dict__") if isinstance(value, Mlflow) else ""
    return Unknown(f"`{short(node)}` is looked up at run time", like=held and f"{held}.*")


def _either(names: Names, nodes: Sequence[ast.expr]) -> Value:
    values = [names.resolve(node) for node in nodes if not is_none(node)]
    if values and all(values[0] == value for value in values[1:]):
        return values[0]
    return one_of("it is one of several things", values)


def _if(names: Names, node: ast.IfExp) -> Value:
    return _either(names, (node.body, node.orelse))


def _bool(names: Names, node: ast.BoolOp) -> Value:
    return _either(names, node.values)


def _walrus(names: Names, node: ast.NamedExpr) -> Value:
    return names.resolve(node.value)


def _await(names: Names, node: ast.Await) -> Value:
    return names.resolve(node.value)


def _lambda(names: Names, node: ast.Lambda) -> Value:
    return LocalFunction(node)


def _list(names: Names, node: ast.List | ast.Tuple | ast.Set) -> Value:
    if not node.elts:
        return Unknown("it is put into a list elsewhere")
    value = _either(names, node.elts)
    if isinstance(value, Instance):
        return Elements(value.path)
    return value if isinstance(value, Foreign) else one_of("it is one of several things", [value])


def _dict(names: Names, node: ast.Dict) -> Value:
    values = [names.resolve(value) for value in node.values]
    if not values:
        return Unknown("it is put into a dict elsewhere")
    if all(isinstance(value, Foreign) for value in values):
        keys = [names.resolve(key) for key in node.keys if isinstance(key, (ast.Name, ast.Attribute))]
        # `for flavor, model in {mlflow.sklearn: model}.items()`
        flavors = [key for key in keys if isinstance(key, Mlflow)]
        return one_of("it is a key of a dict", flavors) if flavors else Foreign("a dict")
    return _looked_up(values)


def _looked_up(values: Iterable[Value]) -> Unknown:
    """Return what a dict gives that holds some values."""
    # Which of its keys has a plain value is told where the key is known; of objects, what is asked of them says it.
    held = [
        value
        for value in values
        if not (isinstance(value, Mlflow) and mlflow_api.kind_in_api(value.path) == "attribute")
    ]
    return one_of("it is looked up in a dict at run time", held)


def _comprehension(names: Names, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
    value = names.resolve(node.elt)
    return Elements(value.path) if isinstance(value, Instance) else Unknown("it is computed")


def _plain(names: Names, node: ast.expr) -> Value:
    return Foreign("a plain value")


def _yielded(statement: ast.stmt) -> ast.expr | None:
    """Return what a fixture or context manager yields as a statement of its own."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Yield):
        return statement.value.value
    return None


EVALUATORS: dict[type[ast.expr], Callable[..., Value]] = {
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.IfExp: _if,
    ast.BoolOp: _bool,
    ast.NamedExpr: _walrus,
    ast.Await: _await,
    ast.Lambda: _lambda,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Set: _list,
    ast.Dict: _dict,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Constant: _plain,
    ast.JoinedStr: _plain,
    ast.Compare: _plain,
    ast.UnaryOp: _plain,
}
