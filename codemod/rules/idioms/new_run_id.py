"""Code that asks for a run's `run_uuid` and takes `run_id` where it does not find it, so that nothing is left to do for MLflow 3."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.names.nodes import function_name

_OLD = "run_uuid"
_NEW = "run_id"
_LOOKUPS = ("getattr", "hasattr", "attrgetter", "itemgetter", "get", "pop", "setdefault", "__getattribute__")


def is_chosen_by_name(node: ast.Attribute, context: Context) -> bool:
    """Return whether code takes the old name only where it is there, and the new one where it is not."""
    inside: ast.AST = node
    for ancestor in context.names.scopes.ancestors(node):
        if _comes_second(ancestor, inside, node.value):
            return True
        if isinstance(ancestor, (ast.If, ast.IfExp)) and inside is not ancestor.test:
            calls = (item for item in ast.walk(ancestor.test) if isinstance(item, ast.Call))
            if any(_asks_for(call, node.value, _OLD) and takes_new_name(call, context) for call in calls):
                return True
        elif isinstance(ancestor, ast.Try) and inside in ancestor.body:
            handlers = (each for each in ancestor.handlers if getattr(each.type, "id", "") == "AttributeError")
            if any(speaks_of_new_name(each) and _makes_up_for(each, ancestor, inside) for each in handlers):
                return True
        elif isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return False
        inside = ancestor
    return False


def _comes_second(around: ast.AST, inside: ast.AST, owner: ast.expr) -> bool:
    """Return whether code comes to what is inside only where the owner has no `run_id`: no run's info is that."""
    if isinstance(around, (ast.If, ast.IfExp)) and inside is not around.test:
        others = around.orelse if isinstance(around.orelse, list) else [around.orelse]
        if _asks_for_new(around.test, owner) and (inside in others) is not _is_negative(around.test):
            return True
    if isinstance(around, ast.BoolOp) and isinstance(around.op, ast.Or):
        return any(each is not inside and _asks_for_new(each, owner) for each in around.values[:-1])
    if isinstance(around, ast.Try) and isinstance(inside, ast.ExceptHandler):
        return getattr(inside.type, "id", "") == "AttributeError" and _only_asks_for_new(around.body, owner)
    before = _before(around, inside)
    return any(
        _has_left(each, owner) and not any(_binds(later, owner) for later in before[index + 1 :])
        for index, each in enumerate(before)
    )


def _makes_up_for(handler: ast.ExceptHandler, around: ast.Try, inside: ast.AST) -> bool:
    """Return whether nothing is lost where MLflow 3 leaves the body of a ``try`` for the handler: what stands behind runs there, too."""
    left_out = [*around.body[around.body.index(inside) + 1 :], *around.orelse]  # type: ignore[arg-type]
    repeated = {ast.dump(each) for each in handler.body}
    leaving = type(handler.body[-1])
    return all(
        ast.dump(each) in repeated
        or (isinstance(each, (ast.Return, ast.Break, ast.Continue)) and type(each) is leaving)
        for each in left_out
    )


def _only_asks_for_new(body: Iterable[ast.stmt], owner: ast.expr) -> bool:
    """Return whether the new name of an owner is all for which code asks that may not be there.

    Where it asks for more, the handler may run although the new name is there, and then the old one is missing.
    """
    attributes = [item for each in body for item in ast.walk(each) if isinstance(item, ast.Attribute)]
    new = [each for each in attributes if each.attr == _NEW and ast.dump(each.value) == ast.dump(owner)]
    known = {id(item) for each in new for item in ast.walk(each)}
    called = {id(item.func.value) for each in body for item in ast.walk(each) if _is_function(item)}  # type: ignore[attr-defined]
    others = [each for each in attributes if id(each) not in known and id(each.value) not in called]
    return bool(new) and not any(isinstance(each.ctx, ast.Load) for each in others)


def _is_function(node: ast.AST) -> bool:
    """Return whether a node calls a function of what a name stands for, as of a module: ``mlflow.log_param(...)``."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)


def _binds(statement: ast.stmt, owner: ast.expr) -> bool:
    """Return whether a statement gives a name of which the owner is made another value."""
    names = {each.id for each in ast.walk(owner) if isinstance(each, ast.Name)}
    return any(
        isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store) and each.id in names
        for each in ast.walk(statement)
    )


def _before(around: ast.AST, inside: ast.AST) -> list[ast.stmt]:
    """Return the statements that stand before one in its block."""
    blocks = (getattr(around, field, None) for field in ("body", "orelse", "finalbody"))
    return next((block[: block.index(inside)] for block in blocks if isinstance(block, list) and inside in block), [])


def _has_left(statement: ast.stmt, owner: ast.expr) -> bool:
    """Return whether code has left where the owner has the new name: ``if hasattr(info, "run_id"): return info.run_id``."""
    if not isinstance(statement, ast.If) or _is_negative(statement.test):
        return False
    return _asks_for_new(statement.test, owner) and isinstance(
        statement.body[-1], (ast.Return, ast.Raise, ast.Continue)
    )


def _asks_for_new(test: ast.expr, owner: ast.expr) -> bool:
    """Return whether a test is the question for the new name, or its opposite; what compares the answer, or asks more, settles nothing."""
    asked = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
    return isinstance(asked, ast.Call) and _asks_for(asked, owner, _NEW)


def _is_negative(test: ast.expr) -> bool:
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def falls_back_to_new(call: ast.Call, context: Context) -> bool:
    """Return whether code takes the new name where it does not find the old one, or has something else to do then."""
    for ancestor in context.names.scopes.ancestors(call):
        if isinstance(ancestor, (ast.If, ast.IfExp)) and call in ast.walk(ancestor.test):
            return bool(ancestor.orelse) or _leaves(ancestor)
        if isinstance(ancestor, (ast.BoolOp, ast.Call)) and speaks_of_new_name(ancestor):
            return True
        if isinstance(ancestor, ast.stmt):
            break
    return speaks_of_new_name(call)


def takes_new_name(call: ast.Call, context: Context) -> bool:
    """Return whether the other branch of what asks for the old name takes the new one: nothing else is there for MLflow 3 to do."""
    scopes = context.names.scopes
    for ancestor in scopes.ancestors(call):
        if speaks_of_new_name(ancestor):
            return True
        if isinstance(ancestor, ast.stmt):
            is_followed = _last_new(context).get(scopes.scope(ancestor), -1) > scopes.order(ancestor)
            return is_followed and isinstance(ancestor, ast.If) and _leaves(ancestor)
    return False


@once
def _last_new(context: Context) -> dict[object, int]:
    """Return where each scope takes the new name for the last time."""
    scopes = context.names.scopes
    news = sorted((each for each in scopes.of(ast.Attribute) if each.attr == _NEW), key=scopes.order)
    return {scopes.scope(each): scopes.order(each) for each in news}


def _leaves(statement: ast.If | ast.IfExp) -> bool:
    """Return whether what stands behind an ``if`` is its other branch, or the ``if`` is about what has no old name."""
    last = statement.body[-1] if isinstance(statement.body, list) else None
    return _is_negative(statement.test) or isinstance(last, (ast.Return, ast.Raise, ast.Continue))


def _asks_for(call: ast.Call, owner: ast.expr, name: str) -> bool:
    """Return whether a call is ``hasattr(owner, "run_uuid")``; the new name may be asked for by `getattr`, too."""
    asking = ("hasattr", "getattr") if name == _NEW else ("hasattr",)
    asked = call.args[1] if function_name(call.func) in asking and len(call.args) > 1 else None
    return isinstance(asked, ast.Constant) and asked.value == name and ast.dump(call.args[0]) == ast.dump(owner)


def speaks_of_new_name(node: ast.AST) -> bool:
    """Return whether code takes the new name of something; a parameter or a tag that is called so does not."""
    return any(_takes_it(item) for item in ast.walk(node))


def _takes_it(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == _NEW and isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.Subscript):
        return isinstance(node.ctx, ast.Load) and getattr(node.slice, "value", "") == _NEW
    if isinstance(node, ast.Call):
        return function_name(node.func) in _LOOKUPS and _NEW in (getattr(each, "value", "") for each in node.args)
    # Names of which a loop asks for one after the other.
    among = [getattr(each, "value", "") for each in node.elts] if isinstance(node, (ast.Tuple, ast.List)) else []
    return _NEW in among and _OLD in among
