"""Attributes that code gets without writing them behind a dot: by ``attrgetter("source")``, and by a pattern of ``match``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemod.names.values import Getter

if TYPE_CHECKING:
    from codemod.analysis.context import Context


def got_by_call(node: ast.Call, context: Context) -> Iterator[ast.Attribute]:
    """Return what ``attrgetter("source")(version)`` gets."""
    if len(node.args) == 1:
        yield from _got(node.func, node.args[0], context)


def got_by_mapping(node: ast.Call, context: Context) -> Iterator[ast.Attribute]:
    """Return what ``map(attrgetter("source"), versions)`` gets, as if it was asked of the collection."""
    if len(node.args) == 2:
        yield from _got(node.args[0], node.args[1], context)


def got_by_patterns(node: ast.Name, context: Context) -> Iterator[ast.Attribute]:
    """Return what ``case ModelVersion(source=uri)`` gives to a name."""
    scopes = context.names.scopes
    for pattern in context.names.patterns(node):
        kind = scopes.parent(pattern)
        case = scopes.parent(kind) if isinstance(kind, ast.MatchClass) else None
        statement = scopes.parent(case) if isinstance(case, ast.match_case) else None
        if isinstance(kind, ast.MatchClass) and isinstance(statement, ast.Match) and pattern in kind.kwd_patterns:
            name = kind.kwd_attrs[kind.kwd_patterns.index(pattern)]
            yield _asked(statement.subject, name)


def _got(function: ast.expr, owner: ast.expr, context: Context) -> Iterator[ast.Attribute]:
    getter = context.resolve(function)
    if isinstance(getter, Getter) and getter.path.isidentifier():
        yield _asked(owner, getter.path)


def _asked(owner: ast.expr, name: str) -> ast.Attribute:
    return ast.copy_location(ast.Attribute(owner, name, ast.Load()), owner)
