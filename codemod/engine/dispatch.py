"""Brings the nodes of a namespace to the selectors that want to see them.

Selectors want few of the nodes, and a walk over all of them takes longer than the rules, so they are taken by their type and their name.
"""

from __future__ import annotations

import ast
import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from codemod.analysis.calls import bind_handed
from codemod.analysis.context import Context
from codemod.analysis.guards import is_guarded
from codemod.analysis.handed import handed_calls
from codemod.names import Mlflow, Unknown
from codemod.names.carriers import carriers
from codemod.names.nodes import function_name
from codemod.rules.base import Match, Rule
from codemod.rules.idioms.doubles import held_by_doubles
from codemod.rules.selectors import Selector

Shown = tuple[Rule, Selector]


@dataclass(slots=True)
class _Dispatch:
    """Which of all selectors want which nodes.

    Attributes:
        kinds: Those that see every node of a type.
        names: Those that see the attributes, names or calls with some last name.
        aliased: Those that see the calls of MLflow's functions with some last name, however they are written.
        renamed: Those that see the names that mean such functions, whatever they are.
        parts: Those that see the strings with some part.
        handed: Those that see the calls of the project's own functions that hand an argument on to MLflow.
    """

    kinds: defaultdict[type[ast.AST], list[Shown]] = field(default_factory=lambda: defaultdict(list))
    names: defaultdict[type[ast.AST], defaultdict[str, list[Shown]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    aliased: defaultdict[str, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    renamed: defaultdict[str, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    parts: list[tuple[str, Shown]] = field(default_factory=list)
    handed: list[Shown] = field(default_factory=list)


@functools.lru_cache(maxsize=8)
def _dispatch(rules: tuple[Rule, ...]) -> _Dispatch:
    found = _Dispatch()
    for shown in ((rule, selector) for rule in rules for selector in rule.on):
        selector = shown[1]
        if selector.handed:
            found.handed.append(shown)
            continue
        found.parts += [(part, shown) for part in selector.parts]
        for kind in selector.kinds if not selector.parts else ():
            if selector.names:
                for name in selector.names:
                    found.names[kind][name].append(shown)
                    if selector.aliased:
                        (found.aliased if kind is ast.Call else found.renamed)[name].append(shown)
            else:
                found.kinds[kind].append(shown)
    return found


class _Wanted:
    """Those of the selectors that a file concerns.

    Args:
        every: They.
    """

    def __init__(self, every: Iterable[Shown]) -> None:
        self.every = frozenset(every)
        #: By which last names they want MLflow's functions, however these are written.
        self.aliased = self._aliased(ast.Call)
        #: By which they want the names that mean such functions.
        self.renamed = self._aliased(ast.Name)
        self._known: dict[int, list[Shown]] = {}

    def _aliased(self, kind: type[ast.AST]) -> frozenset[str]:
        each = (selector for _, selector in self.every if selector.aliased and kind in selector.kinds)
        return frozenset[str]().union(*(selector.names for selector in each))

    def of(self, shown: list[Shown]) -> list[Shown]:
        """Return those of a list of the dispatch."""
        if id(shown) not in self._known:
            self._known[id(shown)] = [each for each in shown if each in self.every]
        return self._known[id(shown)]


def matches(rules: tuple[Rule, ...], wanted: Iterable[Shown], context: Context) -> Iterator[tuple[Rule, Match]]:
    """Return what some selectors of rules say of a namespace, in the order of the source.

    What is guarded by a branch on MLflow's version is right as it is.

    Args:
        rules: The rules of the run.
        wanted: Those of their selectors that the file concerns.
        context: The namespace.
    """
    order = context.names.scopes.order
    shown: defaultdict[ast.AST, list[Shown]] = defaultdict(list)
    for node, those in _pairs(_dispatch(rules), _Wanted(wanted), context):
        shown[node] += those
    for node in sorted(shown, key=order):
        # Two selectors of a rule may meet at one node and ask the same of it.
        for check, rule in {(selector.check, rule): None for rule, selector in shown[node]}:
            for match in check(node, context):
                if not is_guarded(match.node, context.names):
                    yield rule, held_by_doubles(match, context)


def _pairs(dispatch: _Dispatch, wanted: _Wanted, context: Context) -> Iterator[tuple[ast.AST, Sequence[Shown]]]:
    scopes = context.names.scopes
    for kind, shown in dispatch.kinds.items():
        those = wanted.of(shown)
        if those:
            yield from ((node, those) for node in scopes.of(kind))
    if names := dispatch.names.get(ast.Attribute):
        yield from ((node, wanted.of(names[node.attr])) for node in scopes.of(ast.Attribute) if node.attr in names)
    if names := dispatch.names.get(ast.Name):
        yield from ((node, wanted.of(names[node.id])) for node in scopes.of(ast.Name) if node.id in names)
    if wanted.renamed:
        yield from _renamed(dispatch.renamed, wanted, context)
    if names := dispatch.names.get(ast.Call):
        yield from _calls(names, dispatch.aliased, wanted, context)
    if handed := wanted.of(dispatch.handed):
        yield from ((node, handed) for node in handed_calls(context))
    if parts := [(part, each) for part, each in dispatch.parts if each in wanted.every]:
        yield from _texts(parts, context)


def _renamed(
    names: Mapping[str, list[Shown]], wanted: _Wanted, context: Context
) -> Iterator[tuple[ast.AST, Sequence[Shown]]]:
    """Return the names that mean functions of MLflow with another last name, where these are not called."""
    scopes = context.names.scopes
    carrying = carriers(context.names, wanted.renamed) - wanted.renamed
    for node in scopes.of(ast.Name) if carrying else ():
        parent = scopes.parent(node) if node.id in carrying and isinstance(node.ctx, ast.Load) else None
        if parent is None or (isinstance(parent, ast.Call) and parent.func is node):
            continue
        value = context.resolve(node)
        last = value.path.rpartition(".")[2] if isinstance(value, Mlflow) else ""
        if last in wanted.renamed:
            yield node, wanted.of(names[last])


def _calls(
    names: Mapping[str, list[Shown]], aliased: Mapping[str, list[Shown]], wanted: _Wanted, context: Context
) -> Iterator[tuple[ast.AST, Sequence[Shown]]]:
    """Return the calls with the selectors of what they are called, and of what they resolve to."""
    carrying = carriers(context.names, wanted.aliased) if wanted.aliased else frozenset()
    for node in context.names.scopes.of(ast.Call):
        written = function_name(node.func)
        if written in names:
            yield node, wanted.of(names[written])
        if wanted.aliased and (not written or written in carrying):
            call = context.call(node)
            given = (
                {each.path.rpartition(".")[2] for each in bind_handed(node, context.names)} if call is None else set()
            )
            for name in given & wanted.aliased:
                yield node, [each for each in wanted.of(aliased[name]) if each[1].given]
            resolved = call.path.rpartition(".")[2] if call is not None else _partly_known(node.func, context)
            if resolved != written and resolved in wanted.aliased:
                yield node, wanted.of(aliased[resolved])


def _partly_known(function: ast.expr, context: Context) -> str:
    """Return the last name of a function that is MLflow's, although a part of its path is chosen at run time, or which of several it is."""
    value = context.resolve(function) if isinstance(function, (ast.Name, ast.Attribute, ast.IfExp)) else None
    if not isinstance(value, Unknown):
        return ""
    among = {path.rpartition(".")[2] for path in value.among} if isinstance(function, (ast.Name, ast.IfExp)) else set()
    return value.like.rpartition(".")[2] or (among.pop() if len(among) == 1 else "")


def _texts(parts: list[tuple[str, Shown]], context: Context) -> Iterator[tuple[ast.AST, Sequence[Shown]]]:
    scopes = context.names.scopes
    for node in scopes.of(ast.Constant):
        if isinstance(node.value, str) and (shown := _holding(node.value, parts)):
            yield node, shown
            outer = scopes.parent(node)
            if isinstance(outer, ast.JoinedStr):
                yield outer, shown


def _holding(text: str, parts: list[tuple[str, Shown]]) -> list[Shown]:
    lowered = text.lower()
    return [shown for part, shown in parts if part in lowered]
