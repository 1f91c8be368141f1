"""For MLF101: places that keep `log_model` itself, so that the call stands where nobody can see what it calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import bind_handed
from codemod.analysis.context import Context
from codemod.analysis.mocks import MOCKS
from codemod.analysis.version_questions import inspects
from codemod.findings import Safety
from codemod.names import Foreign, LocalClass, Mlflow, Unknown
from codemod.names.expressions import returned
from codemod.names.kept_defaults import parameter_kept
from codemod.names.nodes import assigned_name, defaults, dotted_text, function_name, is_none
from codemod.rules.base import Match
from codemod.rules.idioms.arguments import shown, takes_name

METHODS = ("log_model", "log_explainer")

_COLLECTIONS = (ast.List, ast.Tuple, ast.Set, ast.Dict)
_COLLECTED = "is kept in a collection, which code calls out of sight"
_CHOICES = (ast.IfExp, ast.BoolOp)
# What takes a function and does not call it.
_ONLY_LOOK = frozenset(
    "callable functools.update_wrapper functools.wraps hasattr help id inspect isinstance print repr type".split()
)
# What gives the function back: it is called by the name that keeps it.
_GIVE_BACK = ("staticmethod", "functools.cache", "functools.lru_cache")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def kept_out_of_sight(node: ast.expr, context: Context) -> Iterator[Match]:
    """Report a `log_model` that is not called where it stands, and whose calls cannot be followed from there."""
    value = context.resolve(node)
    known = isinstance(value, Mlflow) and takes_name(value.path, context.target.release)
    if context.target.both or not (known or _may_be_mlflows(node, value, context)):
        return
    done = use_of_reference(node, context)
    around = context.names.scopes.parent(node)
    given = bind_handed(around, context.names) if isinstance(around, ast.Call) else ()
    if given and all(each.get("name") is not None for each in given):
        return
    if done is None or (isinstance(around, ast.Call) and any(keyword.arg == "name" for keyword in around.keywords)):
        return  # `asyncio.to_thread(mlflow.onnx.log_model, model, name="model")` has the form of MLflow 3
    if isinstance(value, Unknown):
        message = (
            f"`{shown(node)}` {done}, and nobody can tell whether it is MLflow's: {value.reason}; if it is, MLflow 3 "
        )
        message += "wants `name=` for `artifact_path`"
    else:
        message = f"`{shown(node)}` {done}: MLflow 3 wants `name=` for `artifact_path`"
    yield Match(node, message, Safety.MANUAL)


def given_mlflow(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is a parameter whose default, or what a call in this code gives for it, is one of MLflow's modules.

    An attribute counts as the parameters that it was assigned.
    """
    names = context.names
    if isinstance(node, ast.Attribute):
        sources = names.attribute_sources(node)
        return any(isinstance(each, ast.Name) and given_mlflow(each, context) for each in sources)
    parameter = names.parameter(node) if isinstance(node, ast.Name) else None
    function = names.scopes.parent(names.scopes.parent(parameter) or parameter) if parameter is not None else None
    if parameter is None or not isinstance(function, _FUNCTIONS):
        return False
    if any(item is parameter and isinstance(names.resolve(value), Mlflow) for item, value in defaults(function.args)):
        return True
    places = [item.arg for item in (*function.args.posonlyargs, *function.args.args)]
    if isinstance(names.scopes.parent(function), ast.ClassDef) and places[:1] in (["self"], ["cls"]):
        places = places[1:]
    for call in context.facts.callers.get(function, ()):
        given = [keyword.value for keyword in call.keywords if keyword.arg == parameter.arg]
        if parameter.arg in places:
            given += call.args[places.index(parameter.arg) :][:1]
        values = [names.resolve(value) for value in given if not isinstance(value, ast.Starred)]
        if any(isinstance(value, Mlflow) or (isinstance(value, Unknown) and value.like) for value in values):
            return True
    return False


def looked_up(node: ast.Call) -> bool:
    """Return whether an expression is ``getattr(something, "log_model")``."""
    name = node.args[1] if function_name(node.func) == "getattr" and len(node.args) > 1 else None
    return isinstance(name, ast.Constant) and name.value in METHODS


def _may_be_mlflows(node: ast.expr, value: object, context: Context) -> bool:
    """Return whether an unknown function has to do with MLflow: `log_model` is also what code calls its flags and own functions."""
    if not isinstance(value, Unknown) or isinstance(node, ast.Name):
        return False
    is_given = isinstance(node, ast.Attribute) and given_mlflow(node.value, context)
    around = context.names.scopes.parent(node)
    is_bound = (
        isinstance(around, ast.Call)
        and around.args[:1] == [node]
        and context.facts.names_mlflow
        and context.resolve(around.func) == Foreign("functools.partial")
    )
    return is_given or is_bound or "mlflow" in f"{value.reason} {shown(node)}".lower()


# What makes a double of a function, and the keywords by which it gets one that it stands for: the tested code gives the arguments.
_DOUBLING = frozenset({"patch", "object", "create_autospec", *MOCKS})
_STOOD_FOR = frozenset({"wraps", "side_effect", "spec", "spec_set", "autospec"})


def use_of_reference(node: ast.expr, context: Context) -> str | None:
    """Say what is done with a function; None when it is called here, or when its calls are found where they stand.

    Returns:
        Words that complete "`mlflow.sklearn.log_model` ...".
    """
    scopes = context.names.scopes
    parent = scopes.parent(node)
    if isinstance(parent, ast.Starred):
        parent = scopes.parent(parent)
    if isinstance(parent, (ast.Call, ast.keyword)):
        return _given(node, parent, context)
    if isinstance(parent, _COLLECTIONS):
        around = scopes.parent(parent)
        unpacked = isinstance(around, ast.Assign) and all(isinstance(t, (ast.Tuple, ast.List)) for t in around.targets)
        return None if unpacked else _COLLECTED
    if isinstance(parent, ast.DictComp) or (
        isinstance(parent, (ast.ListComp, ast.SetComp, ast.GeneratorExp)) and parent.elt is node
    ):
        return _COLLECTED
    if isinstance(parent, _CHOICES):
        chosen = not (isinstance(parent, ast.IfExp) and parent.test is node) and isinstance(
            context.resolve(parent), Unknown
        )
        return "is one of several functions that may be called" if chosen else None
    if isinstance(parent, ast.arguments):
        return (
            None
            if parameter_kept(node, context.names) is not None
            else "is the default of a parameter, which other code may set"
        )
    if isinstance(parent, ast.Return):
        return _returned(node, context)
    if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and parent.value is node:
        return _assigned(parent, context)
    return None


def _given(node: ast.expr, parent: ast.Call | ast.keyword, context: Context) -> str | None:
    """Say what a function that is an argument is given to."""
    if isinstance(parent, ast.Call) and parent.func is node:
        return None
    outer = parent if isinstance(parent, ast.Call) else context.names.scopes.parent(parent)
    if not isinstance(outer, ast.Call):
        return None
    if function_name(outer.func) in _DOUBLING and (parent is outer or getattr(parent, "arg", "") in _STOOD_FOR):
        return None
    receiver = context.resolve(outer.func)
    what = receiver.what if isinstance(receiver, Foreign) else function_name(outer.func)
    looks = what in _ONLY_LOOK or inspects(outer, context.names)
    if what == "functools.partial" and isinstance(context.resolve(node), Mlflow):
        around = context.names.scopes.parent(outer)
        made = context.call(outer)
        is_named = made is not None and made.get("artifact_path", "name") is not None  # a finding of its own
        if is_named:
            return None
        is_kept = isinstance(around, (*_COLLECTIONS, ast.arguments))
        return use_of_reference(outer, context) if is_kept else _partial_handed_on(outer, context)
    if looks:
        return None
    if what in _GIVE_BACK:
        return use_of_reference(outer, context)
    return f"is handed to `{shown(outer.func)}`, which calls it out of sight"


def _partial_handed_on(made: ast.Call, context: Context) -> str | None:
    """Say what calls a partial that binds no name of the model, where it is called out of sight."""
    scopes = context.names.scopes
    holder = scopes.parent(made)
    target = assigned_name(holder)
    uses = context.names.uses(target) if target is not None else [made]
    for use in uses:
        around = scopes.parent(use)
        outer = scopes.parent(around) if isinstance(around, ast.keyword) else around
        if not isinstance(around, (ast.Call, ast.keyword)) or not isinstance(outer, ast.Call) or outer.func is use:
            continue
        given = bind_handed(outer, context.names)
        named = bool(given) and all(each.get("name") is not None for each in given)
        if not named and context.resolve(outer.func) != Foreign("functools.partial"):
            done = _given(use, around, context)
            if done is not None:
                return f"is bound by a partial that {done}"
    return None


def _returned(node: ast.expr, context: Context) -> str | None:
    scopes = context.names.scopes
    function = next((item for item in scopes.ancestors(node) if isinstance(item, (*_FUNCTIONS, ast.Lambda))), None)
    if not isinstance(function, _FUNCTIONS):
        return None
    used = any(other.id == function.name for other in scopes.of(ast.Name))
    used = used or any(other.attr == function.name for other in scopes.of(ast.Attribute))
    if used and isinstance(returned(context.names, function), Mlflow):
        return None
    return f"is what `{function.name}` returns, and it is called out of sight"


def _read_again(target: ast.Attribute, context: Context) -> list[ast.Attribute]:
    """Return where the code reads an attribute that it gives a value: of an object that was made with another one, it may be either."""
    text = dotted_text(target)
    every = context.names.scopes.of(ast.Attribute) if text else ()
    read = [each for each in every if isinstance(each.ctx, ast.Load) and dotted_text(each) == text]
    owner = _class_of(target, context)
    return [each for each in read if _class_of(each, context) is owner]  # `self` is another object in another class


def _class_of(node: ast.Attribute, context: Context) -> ast.ClassDef | None:
    return context.names.scopes.self_class(node.value) if isinstance(node.value, ast.Name) else None


def _assigned(statement: ast.Assign | ast.AnnAssign | ast.NamedExpr, context: Context) -> str | None:
    """Say whether a variable that holds the function may hold other things where it is called."""
    names = context.names
    value = names.resolve(statement.value) if statement.value is not None else None
    if isinstance(statement, ast.AnnAssign) and isinstance(names.scopes.parent(statement), ast.ClassDef):
        return "is the default of a field, which is called out of sight"
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        if isinstance(target, ast.Subscript):
            return _COLLECTED
        if not isinstance(target, (ast.Name, ast.Attribute)):
            continue
        uses = (
            [use for use in names.uses(target) if isinstance(use.ctx, ast.Load)]
            if isinstance(target, ast.Name)
            else [target, *_read_again(target, context)]
        )
        held = [names.resolve(use) for use in uses]
        owner = names.scopes.parent(statement)
        if isinstance(owner, ast.ClassDef) and isinstance(target, ast.Name):
            held.append(names.attribute_of(LocalClass(owner), target.id))  # classes made of it may have another one
        like = value.like if isinstance(value, Unknown) else ""
        if uses and like and all(isinstance(each, Unknown) and each.like == like for each in held):
            continue  # the calls by this name are seen where they stand
        if any(isinstance(each, Unknown) for each in held) and not is_none(statement.value or target):
            return f"is one of several things that `{shown(target)}` may be where it is called"
    return None
