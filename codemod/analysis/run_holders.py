"""What in the code of a function or class leaves a run active for others: a ``yield`` within it, or a start that nothing ends."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Union

from codemod.names.nodes import function_name

#: What gives a run to others, by itself or by what it is given.
IsRun = Callable[[ast.expr], bool]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda]
_WITH = (ast.With, ast.AsyncWith)
_BORDERS = (*FUNCTIONS, ast.ClassDef, ast.Lambda)
_BRANCHES = (ast.If, ast.IfExp, ast.ExceptHandler, ast.Match)
# The methods that run before the code within a ``with`` or a loop does.
_ENTERING = "__enter__ __aenter__ __init__ __new__ __post_init__ __call__ __iter__ __aiter__ __next__ __anext__".split()
# What stands in a block: a node, whether a run is around it, and the branch that it stands in.
_WalkItem = tuple[Union[ast.AST, bool], bool, tuple[int, str]]
_NO_BRANCH = (0, "")
_ANCESTORS = 20
# `manager = make()`, `return manager()`: so many calls and variables lie between what is returned and what is defined.
_STEPS = 4


def names_start(node: ast.AST) -> bool:
    """Return whether a node holds a call that starts a run."""
    return any(isinstance(item, ast.Call) and function_name(item.func) == "start_run" for item in ast.walk(node))


def starts_by_name(node: ast.Call) -> bool:
    """Return whether a call starts a run, by its name."""
    return function_name(node.func) == "start_run"


def leaves_run(function: Function, is_run: IsRun, starts: Callable[[ast.Call], bool] = starts_by_name) -> bool:
    """Return whether a run of a function is active where it yields; without a ``yield``, after it has returned.

    Args:
        function: The function.
        is_run: What gives a run to others.
        starts: Whether a call starts a run that stays.
    """
    if isinstance(function, ast.Lambda):
        return is_run(function.body)
    walk = _RunWalk(is_run, _Inner(function, is_run), starts)
    walk.through(function)
    return walk.yields_within if walk.yields else walk.is_active or walk.returns_run


class _Inner:
    """The functions and classes that a function defines within it, of which it may return one, or what one makes.

    Args:
        function: The function.
        is_run: What gives a run to others.
    """

    def __init__(self, function: ast.FunctionDef | ast.AsyncFunctionDef, is_run: IsRun) -> None:
        self._is_run = is_run
        inside = [each for statement in function.body for each in ast.walk(statement)]
        self._defined = {each.name: each for each in inside if isinstance(each, (*FUNCTIONS, ast.ClassDef))}
        self._held = {
            target.id: each.value
            for each in inside
            if isinstance(each, ast.Assign) and self._defined
            for target in each.targets
            if isinstance(target, ast.Name)
        }

    def opens(self, node: ast.AST | None) -> bool:
        """Return whether an expression is one of them that leaves a run active, or what such a one makes."""
        for _ in range(_STEPS):
            if isinstance(node, ast.Call):
                node = node.func
            elif isinstance(node, ast.Name) and node.id in self._held:
                node = self._held[node.id]
        made = self._defined.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(made, ast.ClassDef):
            return any(leaves_run(method, self._is_run) for method in entering_methods([made]))
        return made is not None and leaves_run(made, self._is_run)


class _RunWalk:
    """Goes through what a function does, in order.

    Attributes:
        yields: Whether it yields at all.
        yields_within: Whether it does so while a run is active.
        returns_run: Whether it returns what starts one.
    """

    def __init__(self, is_run: IsRun, inner: _Inner, starts: Callable[[ast.Call], bool]) -> None:
        self._is_run = is_run
        self._starts = starts
        self._inner = inner
        self._started: tuple[int, str] | None = None  # the branch in which a run was started that has not ended
        self._entered = False  # whether a stack has a run
        self.yields = self.yields_within = self.returns_run = False

    @property
    def is_active(self) -> bool:
        """Whether a run is active that no ``with`` ends."""
        return self._started is not None or self._entered

    def through(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Go through the statements of a function, as deep as they lie."""
        stack: list[_WalkItem] = [(each, False, _NO_BRANCH) for each in reversed(function.body)]
        while stack:
            node, inside, branch = stack.pop()
            if isinstance(node, bool):
                self._entered = node  # a `with` is left, and its stack with it
            elif isinstance(node, _WITH):
                inside = inside or any(self._is_run(item.context_expr) for item in node.items)
                stack.append((self._entered, inside, branch))
                stack += [(each, inside, branch) for each in reversed(node.body)]
            elif not isinstance(node, _BORDERS):
                self._meet(node, inside, branch)
                stack += reversed(list(self._below(node, inside, branch)))

    def _below(self, node: ast.AST, inside: bool, branch: tuple[int, str]) -> Iterator[_WalkItem]:
        if isinstance(node, ast.Call) and _enters(node):
            return
        for name, value in ast.iter_fields(node):
            within = (id(node), name) if isinstance(node, _BRANCHES) and name != "test" else branch
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, ast.AST):
                    yield each, inside, within

    def _meet(self, node: ast.AST, inside: bool, branch: tuple[int, str]) -> None:
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            self.yields = True
            hands_on = isinstance(node, ast.YieldFrom) and self._is_run(node.value)
            self.yields_within = self.yields_within or inside or self.is_active or hands_on
        elif isinstance(node, ast.Return):
            value = node.value
            parts = (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
            self.returns_run = self.returns_run or any(
                (isinstance(each, ast.Call) and self._is_run(each)) or self._inner.opens(each) for each in parts
            )
        elif isinstance(node, ast.Call):
            self._call(node, branch)

    def _call(self, node: ast.Call, branch: tuple[int, str]) -> None:
        name = function_name(node.func)
        if _enters(node):
            self._entered = self._entered or self._is_run(node.args[0])
        elif self._starts(node):
            self._started = branch
        elif name == "pop_all" and self._entered:
            self._started = branch  # the stack lives on
        elif name == "end_run" and branch in (_NO_BRANCH, self._started):
            self._started = None


def _enters(node: ast.Call) -> bool:
    return bool(node.args) and function_name(node.func) in ("enter_context", "enter_async_context")


def entering_methods(classes: Iterable[ast.ClassDef]) -> Iterator[Function]:
    """Return what runs when an object is made, entered, called or looped over, with the methods that these call on it.

    Args:
        classes: Its class, and behind it those that this one is derived from.
    """
    methods: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
    for each in classes:
        for item in each.body:
            if isinstance(item, FUNCTIONS):
                methods.setdefault(item.name, item)
    waiting = [name for name in _ENTERING if name in methods]
    seen = set(waiting)
    while waiting:
        method = methods[waiting.pop()]
        yield method
        for call in ast.walk(method):
            name = _of_itself(call)
            if name in methods and name not in seen:
                seen.add(name)
                waiting.append(name)


def _of_itself(node: ast.AST) -> str:
    """Return the method that ``self.start()`` calls."""
    function = node.func if isinstance(node, ast.Call) else None
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return ""
    return function.attr if function.value.id in ("self", "cls") else ""


def with_bases(kind: ast.ClassDef, bases_of: Callable[[ast.ClassDef], Iterable[ast.ClassDef]]) -> list[ast.ClassDef]:
    """Return a class and those that it is derived from, as far as code that people write goes."""
    classes = [kind]
    for each in classes:
        if len(classes) < _ANCESTORS:
            classes += [base for base in bases_of(each) if base not in classes]
    return classes
