"""Which keywords a dict brings to a call, who else reads or writes its keys, and who calls a `functools.partial` later."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import Union

from codemod.names import Foreign, Mlflow, Names, Partial
from codemod.names.flow import dominates
from codemod.names.kept_defaults import uses_as_default
from codemod.names.nodes import assigned_name, function_name, line_of

KeyNode = Union[ast.Constant, ast.keyword]
"""Where a key is written: ``{"name": ...}``, ``options["name"] = ...`` or ``dict(name=...)``."""
_Written = tuple[KeyNode, ast.expr, bool]
"""A place that writes a key, the value, and whether it has run whenever the call runs."""


@dataclass(frozen=True, slots=True)
class DictKey:
    """One key of a dict that is unpacked into a call.

    Attributes:
        name: The key.
        keys: Every place that writes it, in source order.
        values: The values that these places give it.
        sure: Whether the key is there whenever the call runs.
        variable: The variable that holds the dict, when code of other modules can see it.
        stays: Why the key cannot be renamed where it is written; "" when it can.
    """

    name: str
    keys: tuple[KeyNode, ...]
    values: tuple[ast.expr, ...]
    sure: bool
    variable: str = ""
    stays: str = ""


@dataclass(frozen=True, slots=True)
class Keywords:
    """What ``**expression`` brings.

    Attributes:
        entries: The keys that are known.
        closed: Whether these are all the keys that it can have.
    """

    entries: tuple[DictKey, ...] = ()
    closed: bool = False


_UNSEEN = Keywords()


@dataclass(frozen=True, slots=True)
class _Goal:
    """The call that a dict is unpacked into, and the expressions by which it gets there: ``{**base, ...}``, ``base | other``."""

    call: ast.Call
    through: tuple[ast.AST, ...] = ()


def keywords_of(node: ast.expr, call: ast.Call, names: Names) -> Keywords:
    """Say which keywords ``**node`` brings to a call.

    A dict that other code reads by key, hands on or shares between different functions keeps its keys: a new one could break
    that code.
    """
    return _keywords(node, _Goal(call), names)


def _keywords(node: ast.expr, goal: _Goal, names: Names) -> Keywords:
    if isinstance(node, ast.Name):
        source = names.definition(node)
        return _UNSEEN if source is None or len(goal.through) > _DEPTH else _of_variable(node, source, goal, names)
    layers = _layers(node, names)
    if layers is None:
        return _UNSEEN
    inner = replace(goal, through=(*goal.through, node))
    return _merged([_brought(each, inner, names) for each in layers], layers)


def _brought(layer: _Pair | ast.expr, goal: _Goal, names: Names) -> Keywords:
    if isinstance(layer, _Pair):
        return Keywords(_grouped([(layer.key, layer.value, True)]), closed=True)
    return _keywords(layer, goal, names)


#: How many dicts may be put into each other.
_DEPTH = 8


def _of_variable(node: ast.Name, source: ast.expr, goal: _Goal, names: Names) -> Keywords:
    made = _keywords(source, replace(goal, through=(*goal.through, source)), names)
    if not made.closed and not made.entries:
        return _UNSEEN
    stays, closed = "", made.closed
    called: object = None
    written: list[_Written] = []
    for use in names.uses(node):
        found = _use(use, goal, names)
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
    stays = stays or _read_by_text(names)
    known = _merged([made, Keywords(_grouped(written), closed=True)])
    entries = (
        replace(each, stays=each.stays or stays or _of_two(each.variable, variable), variable=variable or each.variable)
        for each in known.entries
    )
    return Keywords(tuple(entries), closed)


def _merged(every: list[Keywords], layers: _Layers | None = None) -> Keywords:
    """Put together what several dicts bring to one; a key of which one that cannot be read may bring another value stays."""
    entries: dict[str, DictKey] = {}
    for each in (entry for known in every for entry in known.entries):
        first = entries.get(each.name)
        entries[each.name] = each if first is None else _both(first, each)
    unread = [layer for layer, known in zip(layers or (), every, strict=False) if not known.closed]
    stays = next((f"`{ast.unparse(each)}` may bring it, too" for each in unread if isinstance(each, ast.expr)), "")
    found = (replace(each, stays=each.stays or stays) for each in entries.values())
    return Keywords(tuple(found), all(known.closed for known in every))


def _both(first: DictKey, then: DictKey) -> DictKey:
    """Put together what two dicts bring for one key; the second outweighs the first."""
    stays = first.stays or then.stays or _of_two(first.variable, then.variable)
    values = then.values if then.sure else (*first.values, *then.values)
    sure = first.sure or then.sure
    return DictKey(first.name, (*first.keys, *then.keys), values, sure, first.variable or then.variable, stays)


def _of_two(variable: str, other: str) -> str:
    return f"`{variable}` and `{other}` both bring it" if variable and other and variable != other else ""


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


def _use(use: ast.Name, goal: _Goal, names: Names) -> list[_Written] | ast.Call | _Keeps | None:
    """Say what a use of the dict does: it writes keys, is unpacked into a call, or keeps the keys as they are; None for its making."""
    scopes = names.scopes
    parent = scopes.parent(use)
    if not isinstance(use.ctx, ast.Load):
        if isinstance(parent, ast.Assign) and len(parent.targets) > 1:
            return _Keeps(f"line {line_of(use)} gives it a second name")
        makes = isinstance(parent, (ast.Assign, ast.AnnAssign))
        return None if makes else _Keeps(f"line {line_of(use)} changes the variable")
    into = _put_into(use, names)
    if into is not None:
        return (
            goal.call if into in goal.through else _Keeps(f"line {line_of(use)} puts it into another dict", reads=True)
        )
    if isinstance(parent, ast.keyword) and parent.arg is None:
        around = scopes.parent(parent)
        return around if isinstance(around, ast.Call) else _Keeps(f"line {line_of(use)} unpacks it")
    if isinstance(parent, ast.Subscript) and parent.value is use:
        return _subscript(parent, goal, names)
    if isinstance(parent, ast.Attribute) and parent.attr in ("update", "setdefault"):
        written = _updated(parent, goal, names)
        if written is not None:
            return written
    reads = isinstance(parent, ast.Attribute) and parent.attr in ("get", "keys", "items", "values")
    if reads or isinstance(parent, (ast.Compare, ast.FormattedValue)):
        return _Keeps(f"line {line_of(use)} reads it", reads=True)
    return _Keeps(f"line {line_of(use)} hands it on or changes it")


def _put_into(use: ast.Name, names: Names) -> ast.AST | None:
    """Return the expression that makes a new dict of this one and others: ``{**base}``, ``base | other``, ``dict(base)``, ``base.copy()``."""
    parent = names.scopes.parent(use)
    above = names.scopes.parent(parent) if parent is not None else None
    for node in (parent, above):
        if any(each is use for each in _layers(node, names) or ()):
            return node
    return None


def _subscript(node: ast.Subscript, goal: _Goal, names: Names) -> list[_Written] | _Keeps:
    statement = names.scopes.parent(node)
    is_text = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
    if isinstance(node.ctx, ast.Load):
        return _Keeps(f"line {line_of(node)} reads it by key", reads=True)
    if is_text and isinstance(node.ctx, ast.Store) and isinstance(statement, ast.Assign) and node in statement.targets:
        assert isinstance(node.slice, ast.Constant)
        return [(node.slice, statement.value, _has_run(statement, goal, names))]
    return _Keeps(f"line {line_of(node)} hands it on or changes it")


def _updated(node: ast.Attribute, goal: _Goal, names: Names) -> list[_Written] | None:
    """Read ``options.update({"name": ...})``, ``options.update(name=...)`` and ``options.setdefault("name", ...)`` as statements."""
    update = names.scopes.parent(node)
    if not isinstance(update, ast.Call) or update.func is not node:
        return None
    statement = names.scopes.parent(update)
    if not isinstance(statement, ast.Expr):
        return None
    sure = _has_run(statement, goal, names)
    if node.attr == "setdefault":
        key = update.args[0] if len(update.args) == 2 and not update.keywords else None
        is_text = isinstance(key, ast.Constant) and isinstance(key.value, str)
        return [(key, update.args[1], sure)] if isinstance(key, ast.Constant) and is_text else None
    found: _Layers = []
    every: list[ast.expr | ast.keyword] = [*update.args, *update.keywords]
    for each in every:
        given = each.value if isinstance(each, ast.keyword) else each
        if isinstance(each, ast.keyword) and each.arg is not None:
            found.append(_Pair(each, given))
        else:
            found += _layers(given, names) or [given]
    pairs = [each for each in found if isinstance(each, _Pair)]
    return [(each.key, each.value, sure) for each in pairs] if len(pairs) == len(found) else None


def _has_run(statement: ast.stmt, goal: _Goal, names: Names) -> bool:
    """Return whether a statement has run whenever the dict is taken for the call."""
    scopes, taken = names.scopes, goal.through[-2] if len(goal.through) > 1 else goal.call
    return scopes.order(statement) < scopes.order(taken) and dominates(scopes, statement, taken)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A key that stands in an expression."""

    key: KeyNode
    value: ast.expr


_Layers = list[Union[_Pair, ast.expr]]
"""What an expression makes a dict of, in the order in which a later one outweighs an earlier one: keys, and other dicts."""


def _layers(node: ast.AST | None, names: Names) -> _Layers | None:
    """Take apart an expression that makes a new dict; None for any other."""
    if isinstance(node, ast.Dict):
        return _of_literal(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [node.left, node.right]
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Attribute) and node.func.attr == "copy" and not node.args and not node.keywords:
        return [node.func.value]
    if not isinstance(node.func, ast.Name) or node.func.id != "dict" or names.is_bound("dict", node):
        return None
    given = (_Pair(each, each.value) if each.arg is not None else each.value for each in node.keywords)
    return [*node.args, *given]


def _of_literal(node: ast.Dict) -> _Layers | None:
    """Take a dict's literal apart; None when a key is computed."""
    layers: _Layers = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            layers.append(value)
        elif isinstance(key, ast.Constant) and isinstance(key.value, str):
            layers.append(_Pair(key, value))
        else:
            return None
    return layers


def _grouped(written: list[_Written]) -> tuple[DictKey, ...]:
    names: dict[str, list[_Written]] = {}
    for item in written:
        names.setdefault(key_name(item[0]), []).append(item)
    return tuple(
        DictKey(name, tuple(k for k, _, _ in items), tuple(v for _, v, _ in items), any(sure for _, _, sure in items))
        for name, items in names.items()
    )


def key_name(key: KeyNode) -> str:
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
        read: Why what it binds stays as it is: code reads that, or may bind it again; "" when none is in sight.
    """

    positional: int = 0
    calls: tuple[ast.Call, ...] = ()
    variable: str = ""
    unseen: str = ""
    called: bool = True
    read: str = ""

    @property
    def keywords(self) -> frozenset[str]:
        """The keywords that calls in sight give."""
        return frozenset(keyword.arg for call in self.calls for keyword in call.keywords if keyword.arg)


def later_calls(node: ast.Call, names: Names) -> LaterCalls:
    """Follow what a call of `functools.partial` makes to the calls of it."""
    return _later_calls(node, names, frozenset())


def _later_calls(node: ast.Call, names: Names, seen: frozenset[ast.Call]) -> LaterCalls:
    if node in seen:
        return LaterCalls()  # ``log = partial(log, ...)`` is a use of its own
    scopes, seen = names.scopes, seen | {node}
    parent = scopes.parent(node)
    variable = ""
    if (assigned := assigned_name(parent)) is not None:
        target = assigned
        scope = scopes.scope(target)
        uses = [use for use in names.uses(target) if isinstance(use.ctx, ast.Load)]
        variable = target.id if scope is scopes.module else ""
        found = [_later(use, names, seen) for use in uses]
        if isinstance(scope.node, ast.ClassDef):
            found.append(LaterCalls(unseen=f"`{scope.node.name}` has it as an attribute", called=False))
    else:
        found = [_later(use, names, seen) for use in uses_as_default(node, names) or [node]]
    return LaterCalls(
        max((item.positional for item in found), default=0),
        tuple(call for item in found for call in item.calls),
        variable,
        next((item.unseen for item in found if item.unseen), ""),
        all(item.called for item in found),
        next((item.read for item in found if item.read), ""),
    )


def _later(use: ast.expr, names: Names, seen: frozenset[ast.Call]) -> LaterCalls:
    parent = names.scopes.parent(use)
    where = f"line {line_of(use)}"
    if isinstance(parent, ast.Attribute) and parent.attr in ("keywords", "args"):
        return LaterCalls(read=f"{where} reads what it binds", called=False)
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
        after = _later_calls(parent, names, seen)
        count = len(parent.args) - 1
        return replace(after, positional=after.positional + count, calls=(parent, *after.calls), called=False)
    if function_name(parent.func) == "map" and parent.args and parent.args[0] is use:
        if not any(isinstance(item, ast.Starred) for item in parent.args):
            return LaterCalls(len(parent.args) - 1, called=False)
    return LaterCalls(unseen=f"{where} hands it to `{function_name(parent.func) or 'a function'}`", called=False)
