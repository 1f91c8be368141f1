"""Writes both forms of a statement under a branch on MLflow's version, where no single form runs on 2.22 and 3."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol, TypeVar

from codemod.analysis import suppressions
from codemod.analysis.context import Context
from codemod.findings import Safety
from codemod.rewriting.changes import text_edits
from codemod.rewriting.edits import CallChange, Change, Operation, Replace, RequireImport, UneditableError
from codemod.rewriting.fstrings import check_edit
from codemod.rewriting.matches import Match
from codemod.rewriting.texts import rewrite_call
from codemod.rewriting.widths import fitted

#: What the branch asks: `packaging` comes with every MLflow, and a release candidate of 3 counts as 3.
CONDITION = "Version(mlflow.__version__).major >= 3"
# How much further in a form stands under the branch.
_UNIT = 4
_SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Assert, ast.Raise)


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


_Rule = TypeVar("_Rule", bound=_Coded)


def with_both_forms(found: Iterable[tuple[_Rule, Match]], context: Context) -> list[tuple[_Rule, Match]]:
    """Turn matches whose changes suit MLflow 3 alone into ones that keep the old form for MLflow 2.

    All changes of one statement make one branch: in the next round nothing in it is looked at any more. Where no branch can be
    written, the finding says what to ask.
    """
    every = list(found)
    groups: dict[ast.AST, list[int]] = {}
    for index, (rule, match) in enumerate(every):
        if not match.for_3:
            continue
        if _is_silenced(rule, match, context):
            every[index] = rule, replace(match, changes=())
        else:
            groups.setdefault(context.names.scopes.statement(match.node), []).append(index)
    for statement, members in groups.items():
        changes = [change for index in members for change in every[index][1].changes]
        for index in members:
            rule, match = every[index]
            every[index] = rule, _both(match, statement, changes, context)
    return every


def _both(match: Match, statement: ast.AST, changes: list[Change], context: Context) -> Match:
    try:
        new = _branch(statement, changes, context)
    except UneditableError as error:
        message = f"{match.message}; branch on `{CONDITION}` by hand ({error})"
        return replace(match, message=message, safety=Safety.MANUAL, changes=())
    assert isinstance(statement, ast.stmt)  # else there is no branch
    imports = (RequireImport("mlflow", "", statement), RequireImport("packaging.version", "Version", statement))
    message = f"{match.message}; a branch on `{CONDITION}` has both forms"
    return replace(match, message=message, safety=Safety.UNSAFE, changes=(Replace(statement, new), *imports))


def _is_silenced(rule: _Coded, match: Match, context: Context) -> bool:
    cell = context.cell(match.node)
    lines = context.lines(cell)
    return suppressions.silences(lines.of(lines.location(match.node, cell)), rule.code)


def _branch(statement: ast.AST, changes: list[Change], context: Context) -> str:
    if not isinstance(statement, _SIMPLE):
        raise UneditableError("it is part of a compound statement")
    cell = context.cell(statement)
    lines = context.lines(cell)
    start, end = lines.span(statement)
    indent = lines.text[lines.offset(statement.lineno, 0) : start]
    rest = lines.text[end:].splitlines()[:1]
    if indent.strip() or (rest and rest[0].strip() and not rest[0].lstrip().startswith("#")):
        raise UneditableError("the statement shares its line with another one")
    old = lines.text[start:end]
    if any(_is_long_text(node) for node in ast.walk(statement)):
        raise UneditableError("a string in it goes over several lines")
    new = _changed(old, start, cell, changes, context)
    newline = "\r\n" if "\r\n" in lines.text else "\n"
    unit = "\t" if indent.startswith("\t") else "    "
    first, second = (_indented(text, unit) for text in (new, old))
    return newline.join((f"if {CONDITION}:", f"{indent}{unit}{first}", f"{indent}else:", f"{indent}{unit}{second}"))


def _is_long_text(node: ast.AST) -> bool:
    is_text = isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))
    )
    return is_text and node.lineno != node.end_lineno  # type: ignore[attr-defined]


def _indented(text: str, unit: str) -> str:
    first, *others = text.splitlines(keepends=True)
    return "".join([first, *(f"{unit}{line}" if line.strip() else line for line in others)])


def _changed(old: str, start: int, cell: int, changes: list[Change], context: Context) -> str:
    """Return the statement's text with the changes made."""
    calls: dict[tuple[int, int], tuple[Operation, ...]] = {}
    edits: dict[tuple[int, int], str] = {}
    for change in changes:
        if isinstance(change, CallChange):
            if context.cell(change.call) != cell:
                raise UneditableError("it changes another place, too")
            check_edit(change.call, context)
            span = context.lines(cell).span(change.call)
            operations = fitted(change, context, further_in=_UNIT)
            calls[span] = tuple(dict.fromkeys((*calls.get(span, ()), *operations)))
        elif not isinstance(change, RequireImport):
            if isinstance(change, Replace):
                check_edit(change.node, context, change.text)
            edits.update({(edit.start, edit.end): edit.text for edit in text_edits(change, context)})
        elif (change.module, change.name) != ("mlflow", ""):
            raise UneditableError("it needs another import")
    text = context.lines(cell).text
    edits.update({span: rewrite_call(text[slice(*span)], operations) for span, operations in calls.items()})
    places = sorted(edits)
    if any(one[1] > other[0] for one, other in itertools.pairwise(places)):
        raise UneditableError("one change stands inside another one")
    if any(not start <= first <= last <= start + len(old) for first, last in places):
        raise UneditableError("it changes another place, too")
    for first, last in reversed(places):
        old = old[: first - start] + edits[first, last] + old[last - start :]
    return old
