"""Keeps code as it is of which a test reads the text, where the edit takes away what the test looks for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.known_doubles import known_doubles
from codemod.names.nodes import dotted_text
from codemod.rewriting.edits import CallChange, NameArgument, RenameAttribute, RenameFunction, RenameKeyword, Replace
from codemod.rules.base import Match
from codemod.settings import Double

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def readers_of(match: Match, context: Context) -> Iterator[Double]:
    """Return the tests that read the text of the code which a match changes, and may look for what it takes away."""
    every = known_doubles(context.project.doubles).reading(context.path)
    if not every:
        return
    within = _within(match.node, context)
    gone = [each for change in match.changes for each in _gone(change, context)]
    for double in every:
        if double.path in within and (not double.words or any(_misses(word, gone) for word in double.words)):
            yield double


def _misses(word: str, gone: list[tuple[str, str]]) -> bool:
    """Return whether some words that stood in the code do not stand there any more."""
    return any((old in word and word != new) or (word in old and word not in new) for old, new in gone)


def _within(node: ast.AST, context: Context) -> set[str]:
    """Return the names of the functions and classes around a place, "" for the file."""
    names = [each.name for each in context.names.scopes.ancestors(node) if isinstance(each, _FUNCTIONS)][::-1]
    return {".".join(names[:count]) for count in range(len(names) + 1)}


def _gone(change: object, context: Context) -> Iterator[tuple[str, str]]:
    """Return what does not stand in the code any more after a change, each with what stands there then."""
    if isinstance(change, RenameAttribute):
        yield change.node.attr, change.name
    elif isinstance(change, Replace) and isinstance(change.node, ast.expr):
        yield context.source(change.node), change.text
    elif isinstance(change, CallChange):
        call = change.call
        for operation in change.operations:
            if isinstance(operation, RenameKeyword):
                yield operation.old, operation.new
            elif isinstance(operation, RenameFunction):
                yield dotted_text(call.func) or context.source(call.func), operation.name
        # Something new stands before or behind these, and they stay.
        named = {each.index for each in change.operations if isinstance(each, NameArgument)}
        before = [context.source(value) for index, value in enumerate(call.args) if index in named]
        yield from ((f"{sign}{text}", text) for text in before for sign in ("(", ", "))
        last = [*call.args, *(each.value for each in call.keywords)][-1:]
        yield from ((f"{context.source(each)})", context.source(each)) for each in last)
