"""Which keywords a dict brings to a call, who else reads or writes its keys, and who calls a `functools.partial` later."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import Union

from codemod.names import Foreign, Mlflow, Names, Partial
from codemod.names.flow import dominates
from codemod.names.nodes import function_name, line_of

Key = Union[ast.Constant, ast.keyword]
"""Where a key is written: ``{"name": ...}``, ``options["name"] = ...`` or ``dict(name=...)``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a dict that is unpacked into a call.

    Attributes:
        name: The key.
        keys: Every place that writes it, in source order.
        values: The values that these places give it.
        sure: Whether the key is there whenever the call runs.
    """

    name: str
    keys: tuple[Key, ...]
    values: tuple[ast.expr, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class Keywords:
    """What ``**expression`` brings.

    Attributes:
        entries: The keys that are known.
        closed: Whether these are all the keys that it can have.
        variable: The variable that holds the dict, when code of other modules can see it.
        stays: Why the keys cannot be renamed where they are written; "" when they can.
    """

    entries: tuple[Entry, ...] = ()
    closed: bool = False
    variable: str = ""
    stays: str = ""


_UNSEEN = Keywords()


def keywords_of(node: ast.expr, call: ast.Call, names: Names) -> Keywords:
    """Say which keywords ``**node`` brings to a call.

    A dict that other code reads by key, hands on or shares between different functions keeps its keys: a new one could break
    that code.
    """
    literal = _written(node, names)
    if literal is not None:
        return Keywords(_entries(literal, sure=True), _all_known(node, literal))
    source = names.definition(node) if isinstance(node, ast.Name) else None
    literal = _written(source, names) if source is not None else None
    if literal is None or source is None or not isinstance(node, ast.Name):
        return _UNSEEN
    if not _all_known(source, literal):
        return _UNSEEN
    entries = list(literal)
    stays, closed = "", True
    called: object = None
    written: list[tuple[Key, ast.expr, bool]] = [(key, value, True) for key, value in entries]
    for use in names.uses(node):
        found = _use(use, call, names)
        if isinstance(found, list):
            written += found
        elif isinstance(found, ast.Call):
            function = names.resolve(found.func)
            if not isinstance(function, (Mlflow, Partial)) or called not in (None, function):
                stays = stays or f"line {line_of(found)} gives them to another function, too"
            called = function
        elif found is not None:
            stays = stays or found.reason
            closed = closed and found.reads
    variable = node.id if _is_global(node, names) else ""
    return Keywords(_grouped(written), closed, variable, stays or _read_by_text(names))


#: Functions that give the variables of a place by their names.
_VARIABLES = ("globals", "locals", "vars", "eval", "exec")


def _read_by_text(names: Names) -> str:
    """Say where the code may read any variable by its name as a string; "" when it does not."""
    for call in names.scopes.of(ast.Call):
        if isinstance(call.func, ast.Name) and call.func.id in _VARIABLES and not names.is_bound(call.func.id, call):
            if call.func.id != "vars" or not call.args:
                return f"line {line_of(call)} may read it by its name"
    return ""


@dataclass(frozen=True, slots=True)
class _Keeps:
    """A use of a dict because of which its keys stay as they are.

    Attributes:
        reason: What the use does, with its line.
        reads: Whether it only reads, so that the dict gets no further keys there.
    """

    reason: str
    reads: bool = False


def _use(use: ast.Name, call: ast.Call, names: Names) -> list[tuple[Key, ast.expr, bool]] | ast.Call | _Keeps | None:
    """Say what a use of the dict does: it writes keys, is unpacked into a call, or keeps the keys as they are; None for its making."""
    scopes = names.scopes
    parent = scopes.parent(use)
    if not isinstance(use.ctx, ast.Load):
        makes = isinstance(parent, (ast.Assign, ast.AnnAssign))
        return None if makes else _Keeps(f"line {line_of(use)} changes the variable")
    if isinstance(parent, ast.keyword) and parent.arg is None:
        around = scopes.parent(parent)
        return around if isinstance(around, ast.Call) else _Keeps(f"line {line_of(use)} unpacks it")
    if isinstance(parent, ast.Subscript) and parent.value is use:
        return _subscript(parent, call, names)
    if isinstance(parent, ast.Attribute) and parent.attr == "update":
        written = _updated(parent, call, names)
        if written is not None:
            return written
    reads = isinstance(parent, ast.Attribute) and parent.attr in ("get", "keys", "items", "values")
    if reads or isinstance(parent, (ast.Compare, ast.FormattedValue)):
        return _Keeps(f"line {line_of(use)} reads it", reads=True)
    return _Keeps(f"line {line_of(use)} hands it on or changes it")


def _subscript(node: ast.Subscript, call: ast.Call, names: Names) -> list[tuple[Key, ast.expr, bool]] | _Keeps:
    statement = names.scopes.parent(node)
    is_text = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
    if isinstance(node.ctx, ast.Load):
        return _Keeps(f"line {line_of(node)} reads it by key", reads=True)
    if is_text and isinstance(node.ctx, ast.Store) and isinstance(statement, ast.Assign) and node in statement.targets:
        assert isinstance(node.slice, ast.Constant)
        return [(node.slice, statement.value, _has_run(statement, call, names))]
    return _Keeps(f"line {line_of(node)} hands it on or changes it")


def _updated(node: ast.Attribute, call: ast.Call, names: Names) -> list[tuple[Key, ast.expr, bool]] | None:
    """Read ``options.update({"name": ...})`` and ``options.update(name=...)`` as statements of their own."""
    update = names.scopes.parent(node)
    if not isinstance(update, ast.Call) or update.func is not node:
        return None
    statement = names.scopes.parent(update)
    if not isinstance(statement, ast.Expr) or len(update.args) > 1:
        return None
    sure = _has_run(statement, call, names)
    found: list[tuple[Key, ast.expr, bool]] = []
    for given in update.args:
        pairs = _written(given, names)
        if pairs is None or not _all_known(given, pairs):
            return None
        found += [(key, value, sure) for key, value in pairs]
    for keyword in update.keywords:
        if keyword.arg is None:
            return None
        found.append((keyword, keyword.value, sure))
    return found


def _has_run(statement: ast.stmt, call: ast.Call, names: Names) -> bool:
    scopes = names.scopes
    return scopes.order(statement) < scopes.order(call) and dominates(scopes, statement, call)


def _written(node: ast.expr, names: Names) -> list[tuple[Key, ast.expr]] | None:
    """Return the keys that a dict's literal or a call of ``dict`` writes; None for another expression."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [(k, v) for k, v in pairs if isinstance(k, ast.Constant) and isinstance(k.value, str)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        if not names.is_bound("dict", node) and not node.args:
            return [(keyword, keyword.value) for keyword in node.keywords if keyword.arg is not None]
    return None


def _all_known(node: ast.expr, pairs: list[tuple[Key, ast.expr]]) -> bool:
    """Return whether a dict brings no keys but these: ``{"name": "a", **other}`` may hold the same key again."""
    size = len(node.keys) if isinstance(node, ast.Dict) else len(node.keywords) if isinstance(node, ast.Call) else -1
    return size == len(pairs)


def _entries(pairs: list[tuple[Key, ast.expr]], *, sure: bool) -> tuple[Entry, ...]:
    return _grouped([(key, value, sure) for key, value in pairs])


def _grouped(written: list[tuple[Key, ast.expr, bool]]) -> tuple[Entry, ...]:
    names: dict[str, list[tuple[Key, ast.expr, bool]]] = {}
    for item in written:
        names.setdefault(key_name(item[0]), []).append(item)
    return tuple(
        Entry(name, tuple(k for k, _, _ in items), tuple(v for _, v, _ in items), any(sure for _, _, sure in items))
        for name, items in names.items()
    )


def key_name(key: Key) -> str:
    """Return the key that a place writes."""
    return str(key.value) if isinstance(key, ast.Constant) else str(key.arg)


def _is_global(node: ast.Name, names: Names) -> bool:
    """Return whether a name is a variable of the module, which other modules can import."""
    scope = names.scopes.scope(node)
    while scope.parent is not None:
        if node.id in scope.bindings and node.id not in scope.elsewhere:
            return False
        scope = scope.parent
    return node.id in scope.bindings


@dataclass(frozen=True, slots=True)
class LaterCalls:
    """How the function that `functools.partial` makes is called later.

    Attributes:
        positional: The most positional arguments that a call in sight gives.
        calls: The calls in sight.
        variable: The variable of the module that holds it; "" when no other module can see it.
        unseen: Why there may be calls out of sight; "" when there are none in this file.
        called: Whether all calls in sight stand as calls of their own.
    """

    positional: int = 0
    calls: tuple[ast.Call, ...] = ()
    variable: str = ""
    unseen: str = ""
    called: bool = True

    @property
    def keywords(self) -> frozenset[str]:
        """The keywords that calls in sight give."""
        return frozenset(keyword.arg for call in self.calls for keyword in call.keywords if keyword.arg)


def later_calls(node: ast.Call, names: Names) -> LaterCalls:
    """Follow what a call of `functools.partial` makes to the calls of it."""
    scopes = names.scopes
    parent = scopes.parent(node)
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        target = parent.targets[0]
        uses = [use for use in names.uses(target) if isinstance(use.ctx, ast.Load)]
        variable = target.id if scopes.scope(target) is scopes.module else ""
        found = [_later(use, names) for use in uses]
    else:
        variable, found = "", [_later(node, names)]
    return LaterCalls(
        max((item.positional for item in found), default=0),
        tuple(call for item in found for call in item.calls),
        variable,
        next((item.unseen for item in found if item.unseen), ""),
        all(item.called for item in found),
    )


def _later(use: ast.expr, names: Names) -> LaterCalls:
    parent = names.scopes.parent(use)
    where = f"line {line_of(use)}"
    if not isinstance(parent, ast.Call):
        return LaterCalls(unseen=f"{where} hands it on", called=False)
    if parent.func is use:
        open_ended = any(isinstance(item, ast.Starred) for item in parent.args) or any(
            k.arg is None for k in parent.keywords
        )
        if open_ended:
            return LaterCalls(unseen=f"{where} calls it with unpacked arguments")
        return LaterCalls(len(parent.args), (parent,))
    if parent.args[:1] == [use] and names.resolve(parent.func) == Foreign("functools.partial"):
        after = later_calls(parent, names)
        count = len(parent.args) - 1
        return replace(after, positional=after.positional + count, calls=(parent, *after.calls), called=False)
    if function_name(parent.func) == "map" and parent.args and parent.args[0] is use:
        if not any(isinstance(item, ast.Starred) for item in parent.args):
            return LaterCalls(len(parent.args) - 1, called=False)
    return LaterCalls(unseen=f"{where} hands it to `{function_name(parent.func) or 'a function'}`", called=False)
