"""A call of an MLflow function with its arguments sorted by the parameters that MLflow 2 gave them."""

from __future__ import annotations

import ast
import functools
from dataclasses import dataclass, replace

from codemod import mlflow_api
from codemod.analysis.indirect import given_calls
from codemod.analysis.keywords import DictKey, KeyNode, keywords_of
from codemod.mlflow_api.signatures import Signature
from codemod.names import Foreign, Mlflow, Names, Partial


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a call.

    Attributes:
        value: The expression.
        keyword: Its keyword, None when positional.
        index: Its index among the call's positional arguments in the source, None for a keyword.
        parameter: The parameter that it fills by the 2.x signature; None when the 2.x releases disagree or have none there.
        keys: For an argument that comes from ``**kwargs`` of a dict in reach: all places that write its key. Renaming them renames
            the argument.
        others: Further values that such places give it; which one it has is known only at run time.
        sure: Whether the argument is there whenever the call runs.
        stays: Why its keys cannot be renamed; "" when they can.
        variable: The variable of the module that holds the dict, as other modules may read it; "" when none can.
    """

    value: ast.expr
    keyword: str | None
    index: int | None
    parameter: str | None
    keys: tuple[KeyNode, ...] = ()
    others: tuple[ast.expr, ...] = ()
    sure: bool = True
    stays: str = ""
    variable: str = ""

    @property
    def values(self) -> tuple[ast.expr, ...]:
        """All values that it may have."""
        return (self.value, *self.others)


@dataclass(frozen=True, slots=True)
class BoundCall:
    """A call whose function is known.

    Attributes:
        node: The call.
        path: The function's public dotted path.
        arguments: Its arguments in source order, without ``*`` and ``**``.
        star: Index of the first ``*argument``, None without one.
        open_kwargs: The first ``**expression`` whose keys are not all known, None without one.
        bound: Parameters that a `functools.partial` has bound before.
        makes_partial: Whether the node only makes a partial: its arguments are not all there yet.
        is_given: Whether the node gives the function with these arguments to other code, in which the call stands.
    """

    node: ast.Call
    path: str
    arguments: tuple[Argument, ...]
    star: int | None
    open_kwargs: ast.expr | None
    bound: frozenset[str]
    makes_partial: bool = False
    is_given: bool = False

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
    if isinstance(function, Partial) and function.exact:
        offset, bound = function.positional, function.keywords
        function = function.function
        if offset and isinstance(function, Mlflow):
            bound |= {name for name in parameters_of_2(function.path)[:offset] if name is not None}
    if not isinstance(function, Mlflow):
        return None
    return _sorted(node, function.path, names, skip=skip, offset=offset, bound=bound, makes_partial=partial)


def bind_handed(node: ast.Call, names: Names) -> tuple[BoundCall, ...]:
    """Sort what a call gives to a function of MLflow that it calls out of sight: ``pool.submit(mlflow.register_model, uri, "a")``.

    What is not seen of it may still come, as for a partial. Of ``map`` and ``starmap`` it is one for each item that stands there.
    """
    found: list[BoundCall] = []
    for each in given_calls(node):
        plain = [keyword for keyword in each.keywords if keyword.arg is not None]
        unpacked = next((keyword.value for keyword in each.keywords if keyword.arg is None), None)
        made = ast.Call(each.func, each.args, plain)
        function, offset, bound = names.resolve(made.func), 0, frozenset[str]()
        if isinstance(function, Partial) and function.exact:
            offset, bound, function = function.positional, function.keywords, function.function
        if isinstance(function, Mlflow):
            sorted_ = _sorted(made, function.path, names, offset=offset, bound=bound, makes_partial=True)
            found.append(replace(sorted_, node=node, open_kwargs=unpacked, is_given=True))
    return tuple(found)


def bind_to(node: ast.Call, path: str, names: Names) -> BoundCall:
    """Sort the arguments of a call by a function of MLflow that may be the one that it calls."""
    return _sorted(node, path, names)


def _sorted(
    node: ast.Call,
    path: str,
    names: Names,
    *,
    skip: int = 0,
    offset: int = 0,
    bound: frozenset[str] = frozenset(),
    makes_partial: bool = False,
) -> BoundCall:
    parameters = parameters_of_2(path)
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
            found = keywords_of(keyword.value, node, names)
            arguments.extend(_from_dict(entry) for entry in found.entries)
            open_kwargs = open_kwargs or (None if found.closed else keyword.value)
    return BoundCall(node, path, tuple(arguments), star, open_kwargs, bound, makes_partial)


def _from_dict(entry: DictKey) -> Argument:
    first, *others = entry.values
    return Argument(
        first, None, None, entry.name, entry.keys, tuple(others), entry.sure, entry.stays, entry.variable
    )  # fmt: skip


@functools.cache
def parameters_of_2(path: str) -> tuple[str | None, ...]:
    """Return the names of a function's positional parameters in MLflow 2, None where the 2.x releases disagree.

    Code written against an older release may mean another parameter by the same position; then nobody can tell.
    """
    signatures = _signatures_of_2(path) or _signatures_of_2(mlflow_api.place(path) or path)
    signatures = signatures or list(mlflow_api.variants(path, mlflow_api.NEWEST))
    names: list[str | None] = []
    while True:
        here = {name for s in signatures if (name := s.parameter_at(len(names))) is not None}
        if not here:
            return tuple(names)
        names.append(here.pop() if len(here) == 1 else None)


def _signatures_of_2(path: str) -> list[Signature]:
    releases = [release for release in mlflow_api.RELEASES if release.startswith("2.")]
    return [signature for release in releases for signature in mlflow_api.variants(path, release)]
