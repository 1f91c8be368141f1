"""A call of an MLflow function with its arguments sorted by the parameters that MLflow 2 gave them."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass

from codemod import mlflow_api
from codemod.names import Foreign, Mlflow, Names, Partial


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call.

    Attributes:
        value: The expression.
        keyword: Its keyword, None when positional.
        index: Its index among the call's positional arguments in the source, None for a keyword.
        parameter: The parameter that it fills by the 2.x signature; None when the 2.x releases disagree or have none there.
        key: For an argument that comes from ``**kwargs`` of a dict in reach: the key's node. Renaming it renames the argument.
    """

    value: ast.expr
    keyword: str | None
    index: int | None
    parameter: str | None
    key: ast.Constant | None = None


@dataclass(frozen=True, slots=True)
class BoundCall:
    """A call whose function is known.

    Attributes:
        node: The call.
        path: The function's public dotted path.
        arguments: Its arguments in source order, without ``*`` and ``**``.
        star: Index of the first ``*argument``, None without one.
        open_kwargs: The first ``**expression`` whose keys are not all known, None without one.
        bound: Keywords that a `functools.partial` has bound before.
        makes_partial: Whether the node only makes a partial: its arguments are not all there yet.
    """

    node: ast.Call
    path: str
    arguments: tuple[Argument, ...]
    star: int | None
    open_kwargs: ast.expr | None
    bound: frozenset[str]
    makes_partial: bool = False

    def get(self, *parameters: str) -> Argument | None:
        """Return the argument for one of the parameters, positional or keyword."""
        for argument in self.arguments:
            if argument.parameter in parameters:
                return argument
        return None

    @property
    def positional(self) -> tuple[Argument, ...]:
        """The positional arguments."""
        return tuple(argument for argument in self.arguments if argument.index is not None)


def bind(node: ast.Call, names: Names) -> BoundCall | None:
    """Sort the arguments of a call of an MLflow function; None when the function is not known to be MLflow's."""
    function = names.resolve(node.func)
    skip, offset, bound, partial = 0, 0, frozenset[str](), False
    if isinstance(function, Foreign) and function.what == "functools.partial" and node.args:
        function, skip, partial = names.resolve(node.args[0]), 1, True
    elif isinstance(function, Partial) and function.exact:
        offset, bound = function.positional, function.keywords
        function = function.function
    if not isinstance(function, Mlflow):
        return None
    parameters = parameters_of_2(function.path)
    arguments: list[Argument] = []
    star: int | None = None
    for index, value in enumerate(node.args[skip:], start=skip):
        if isinstance(value, ast.Starred):
            star = index if star is None else star
            continue
        place = index - skip + offset
        known = star is None and place < len(parameters)
        arguments.append(Argument(value, None, index, parameters[place] if known else None))
    for keyword in node.keywords:
        if keyword.arg is not None:
            arguments.append(Argument(keyword.value, keyword.arg, None, keyword.arg))
    open_kwargs: ast.expr | None = None
    for keyword in node.keywords:
        if keyword.arg is None:
            entries, closed = keyword_entries(keyword.value, names)
            arguments.extend(Argument(value, None, None, str(key.value), key) for key, value in entries)
            open_kwargs = open_kwargs or (None if closed else keyword.value)
    return BoundCall(node, function.path, tuple(arguments), star, open_kwargs, bound, partial)


def keyword_entries(node: ast.expr, names: Names) -> tuple[list[tuple[ast.Constant, ast.expr]], bool]:
    """Return the entries of a dict behind ``**`` that may be renamed where they stand.

    Returns:
        Keys with their values, and whether these are all the keys that the dict can have. A dict that other code reads by
        key, hands on or shares between different functions gives no entries: a new key could break that code.
    """
    if isinstance(node, ast.Dict):
        return _entries(node)
    if not isinstance(node, ast.Name):
        return [], False
    source = names.definition(node)
    if not isinstance(source, ast.Dict):
        return [], False
    entries, closed = _entries(source)
    function: object = None
    for use in names.uses(node):
        parent = names.scopes.parent(use)
        if isinstance(parent, ast.keyword) and parent.arg is None:
            call = names.scopes.parent(parent)
            called = names.resolve(call.func) if isinstance(call, ast.Call) else None
            if not isinstance(called, (Mlflow, Partial)) or function not in (None, called):
                return [], False
            function = called
        elif isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Store):
            statement = names.scopes.parent(parent)
            if not isinstance(parent.slice, ast.Constant) or not isinstance(statement, ast.Assign):
                return [], False
            entries.append((parent.slice, statement.value))
        elif isinstance(use.ctx, ast.Load):
            return [], False
    return entries, closed


def _entries(node: ast.Dict) -> tuple[list[tuple[ast.Constant, ast.expr]], bool]:
    pairs = list(zip(node.keys, node.values, strict=True))
    known = [(key, value) for key, value in pairs if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    # `{"artifact_path": "a", **other}`: the others may hold the same key again, which would not be renamed with this one.
    return (known, True) if len(known) == len(pairs) else ([], False)


@functools.cache
def parameters_of_2(path: str) -> tuple[str | None, ...]:
    """Return the names of a function's positional parameters in MLflow 2, None where the 2.x releases disagree.

    Code written against an older release may mean another parameter by the same position; then nobody can tell.
    """
    signatures = [
        signature
        for release in mlflow_api.RELEASES
        if release.startswith("2.")
        for signature in mlflow_api.variants(path, release)
    ] or list(mlflow_api.variants(path, mlflow_api.NEWEST))
    names: list[str | None] = []
    while True:
        here = {name for s in signatures if (name := s.parameter_at(len(names))) is not None}
        if not here:
            return tuple(names)
        names.append(here.pop() if len(here) == 1 else None)
