"""Under which names and keys code keeps the URI of a stage, and by which a value comes that may be one.

A name is no proof that two values are one. It is enough to leave stages as they are.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.analysis.origins import origins
from codemod.analysis.texts import text_of
from codemod.names import Instance, OwnClass, OwnFunction
from codemod.rules.idioms.stage_segments import SERVING_STAGES, segment

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# What stands for the parts of a string that only the running program knows.
_HOLE = "x"
# What gives the value of a member of an enumeration.
_VALUE = "value"


def uri_of_stage(node: ast.AST | None, context: Context) -> str | None:
    """Return the URI of a stage that an expression makes, with a mark for what is not known of it; None for anything else."""
    if not isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call)):
        return None
    found = segment(node, context)
    stage = found[0] if found is not None and len(found) == 1 else None
    if not isinstance(stage, str) or stage.capitalize() not in SERVING_STAGES:
        return None
    is_plain = isinstance(node, (ast.Constant, ast.JoinedStr))
    return text_of(node, context.names).filled(_HOLE) if is_plain else f"models:/{_HOLE}/{stage}"


def holders(node: ast.expr, context: Context) -> Iterator[str]:
    """Return the names, attributes and keys that a value gets, and the functions that get it or return it."""
    yield from _keys_around(node, context)
    scopes = context.names.scopes
    for parent in scopes.ancestors(node):
        if isinstance(parent, ast.Call):
            yield function_called(parent, context)
        elif isinstance(parent, (ast.Assign, ast.AnnAssign)):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))
            yield from (name for target in targets for name in _takers(target, context))
        elif isinstance(parent, ast.Return) and isinstance(function := scopes.scope(node).node, _FUNCTIONS):
            yield f"{context.path}:{context.names.qualified(function)}"
        if isinstance(parent, ast.stmt):
            return


def _keys_around(node: ast.expr, context: Context) -> Iterator[str]:
    """Return the keywords, keys and attributes that a value gets in its statement, and the options of which it is the default."""
    child: ast.AST = node
    for parent in context.names.scopes.ancestors(node):
        if isinstance(parent, ast.Call) and context.call(parent) is None:
            yield from (keyword.arg for keyword in parent.keywords if keyword is child and keyword.arg)
            names = (each.value for each in parent.args if isinstance(each, ast.Constant) and each is not node)
            yield from (name.lstrip("-").replace("-", "_") for name in names if isinstance(name, str))
        elif isinstance(parent, ast.Dict):
            keys = (key for key, value in zip(parent.keys, parent.values, strict=True) if value is child)
            yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))
        elif isinstance(parent, (ast.Assign, ast.AnnAssign)):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            in_class = isinstance(context.names.scopes.scope(node).node, ast.ClassDef)
            for target in targets:
                if not isinstance(target, ast.Name):
                    yield from names_taken(target, context)
                elif in_class:
                    yield target.id
        if isinstance(parent, ast.stmt):
            return
        child = parent


@once
def keys_here(context: Context) -> frozenset[str]:
    """Return the keys, options and attributes under which the code of a namespace keeps the URI of a stage."""
    texts = (*context.names.scopes.of(ast.Constant), *context.names.scopes.of(ast.JoinedStr))
    uris = (each for each in texts if uri_of_stage(each, context) is not None)
    return frozenset(name for each in uris for name in _keys_around(each, context))


def is_by_key(source: ast.expr, context: Context) -> bool:
    """Return whether an expression takes what the code keeps under such a key: ``args.uri``, ``config["uri"]``."""
    if isinstance(source, ast.Attribute) and isinstance(context.resolve(source.value), Instance):
        return False
    is_taken = isinstance(source, (ast.Attribute, ast.Subscript, ast.Call))
    return is_taken and not keys_here(context).isdisjoint(_of_source(source, context))


def names_taken(node: ast.expr, context: Context) -> Iterator[str]:
    """Return the names and keys by which an expression takes a value from elsewhere; of a parameter, its function's or class's."""
    for source in origins(node, context) if isinstance(getattr(node, "ctx", ast.Load()), ast.Load) else [node]:
        yield from _of_source(source, context)


def _of_source(source: ast.expr, context: Context) -> Iterator[str]:
    if isinstance(source, ast.Name):
        yield _taking(source, context) or source.id
        for looped in context.names.loops(source):
            yield from (each.id for each in ast.walk(looped) if isinstance(each, ast.Name))
            yield from (each.attr for each in ast.walk(looped) if isinstance(each, ast.Attribute))
    elif isinstance(source, ast.Attribute):
        yield source.attr
        if source.attr == _VALUE and isinstance(source.value, ast.Attribute):
            yield source.value.attr
    elif isinstance(source, ast.Subscript) and isinstance(source.slice, ast.Constant):
        yield str(source.slice.value)
    elif isinstance(source, ast.Call):
        yield from (str(each.value) for each in source.args[:1] if isinstance(each, ast.Constant))
        yield function_called(source, context)
        if isinstance(source.func, ast.Attribute) and source.func.attr == "format":
            yield from _of_source(source.func.value, context)


def function_called(call: ast.Call, context: Context) -> str:
    """Return which function of another file is called, or which class is made; "" for any other."""
    function = context.resolve(call.func)
    if isinstance(function, OwnFunction):
        return ":".join(function.place)
    return f"{function.path}:{function.name}.__init__" if isinstance(function, OwnClass) else ""


def _takers(target: ast.expr, context: Context) -> Iterator[str]:
    """Return the functions to which the code gives what it keeps in a variable."""
    for use in context.names.uses(target) if isinstance(target, ast.Name) else ():
        call = context.names.scopes.parent(use)
        call = context.names.scopes.parent(call) if isinstance(call, ast.keyword) else call
        if isinstance(call, ast.Call) and call.func is not use:
            yield function_called(call, context)


def _taking(node: ast.Name, context: Context) -> str:
    """Return the function whose parameter a name is; "" for no parameter."""
    scopes = context.names.scopes
    parameter = context.names.parameter(node)
    arguments = scopes.parent(parameter) if parameter is not None else None
    function = scopes.parent(arguments) if arguments is not None else None
    return f"{context.path}:{context.names.qualified(function)}" if isinstance(function, _FUNCTIONS) else ""
