"""Finds arguments that a function of the target does not take, or takes at another place."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import replace

from codemod import mlflow_api
from codemod.analysis.calls import Argument, BoundCall
from codemod.analysis.context import Context, Target
from codemod.analysis.open_keys import keys_that_may_come
from codemod.findings import Safety, Severity
from codemod.names import Mlflow
from codemod.rewriting.edits import CallChange, DropKeyword, NameArgument, RenameKeyword, SetValue
from codemod.rules.base import Match
from codemod.rules.idioms.arguments import name_from, removed_in, rename, writes_model
from codemod.rules.idioms.gone_names import GENERIC
from codemod.rules.idioms.provisions import copes_with_type_error
from codemod.rules.removed.removals import MODEL_ARGUMENTS, REMOVALS, Fate, Removal


@functools.cache
def _by_parameter() -> dict[tuple[str, str], Removal]:
    """Return the entries by function and argument; a function's new name takes the old one's arguments no more than itself."""
    found = {(entry.source, entry.parameter): entry for entry in REMOVALS if entry.parameter}
    moved = {entry.source: entry.to for entry in REMOVALS if entry.fate in (Fate.RENAMED, Fate.MOVED)}
    return {**{(moved[path], name): entry for (path, name), entry in found.items() if path in moved}, **found}


def functions(code: str) -> tuple[str, ...]:
    """Return the last parts of the functions of whose arguments a rule knows."""
    return tuple(
        sorted({path.rpartition(".")[2] for (path, _), entry in _by_parameter().items() if entry.code == code})
    )


def known_to(path: str, parameter: str) -> str:
    """Return the rule whose table holds an argument of a function, "" when none does."""
    entry = _by_parameter().get((path, parameter))
    return entry.code if entry is not None else ""


def check_arguments(call: BoundCall, context: Context, code: str) -> Iterator[Match]:
    """Return the matches of one rule at one call."""
    signature = mlflow_api.signature(call.path, context.target.release)
    if signature is None:
        return
    for argument in call.arguments:
        parameter = argument.parameter
        if parameter is None or signature.accepts(parameter):
            continue
        entry = _entry(call, argument, parameter, context.target)
        if entry is not None and entry.code == code and not copes_with_type_error(call.node, context):
            match = _match(call, argument, entry, context)
            if match is not None:
                yield _announced(match, entry, context.target) if entry.warns else match
    yield from _handed_on(call, context, code)
    if code == GENERIC:
        yield from _check_order(call, context)


def _handed_on(call: BoundCall, context: Context, code: str) -> Iterator[Match]:
    """Return the matches at what a call gets by ``**``: at the callers of a function that hands its ``**kwargs`` on, and at keys of dicts."""
    given, scopes = call.open_kwargs, context.names.scopes
    parameter = context.names.parameter(given) if isinstance(given, ast.Name) else None
    arguments = scopes.parent(parameter) if parameter is not None else None
    function = (
        scopes.parent(arguments) if isinstance(arguments, ast.arguments) and arguments.kwarg is parameter else None
    )
    signature = mlflow_api.signature(call.path, context.target.release)
    if given is None or signature is None:
        return
    if function is None or not isinstance(arguments, ast.arguments):
        brought = [(name, place, place) for name, place in keys_that_may_come(given, context)]
    else:
        brought = list(_given_by_callers(function, arguments, context))
    for name, value, place in brought:
        if signature.accepts(name):
            continue
        entry = _entry(call, Argument(value, name, None, name), name, context.target)
        if entry is not None and entry.code == code:
            advice = f"is now `{entry.to}=`" if entry.fate is Fate.ARGUMENT_RENAMED else "is not there in MLflow 3"
            yield Match(place, f"`{name}=` goes on to `{call.path}`, where it {advice}", Safety.MANUAL)


def _given_by_callers(
    function: ast.AST, arguments: ast.arguments, context: Context
) -> Iterator[tuple[str, ast.expr, ast.expr]]:
    """Return the keywords that callers give to the ``**kwargs`` of a function: their names, their values, and the calls."""
    own = {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    for caller in context.facts.callers.get(function, ()):
        for keyword in caller.keywords:
            if keyword.arg is not None and keyword.arg not in own:
                yield keyword.arg, keyword.value, caller


def _announced(match: Match, entry: Removal, target: Target) -> Match:
    """Say of an argument that still works since when it warns, and which release MLflow named for its end."""
    until = (
        f"; MLflow announced its removal for {entry.ends}, and {target.release} still takes it" if entry.ends else ""
    )
    return replace(match, severity=Severity.DEPRECATED, message=f"{match.message}{until}")


def _entry(call: BoundCall, argument: Argument, parameter: str, target: Target) -> Removal | None:
    entry = _by_parameter().get((call.path, parameter))
    if entry is not None:
        return entry
    if writes_model(call.path) and parameter in MODEL_ARGUMENTS:
        return None  # MLF106 speaks of it
    if not removed_in(call.path, parameter, target.release):
        return None
    if argument.index is not None and _keeps_place(call.path, parameter, target.release):
        return None
    return Removal("MLF406" if call.path.endswith(".autolog") else GENERIC, call.path, Fate.GONE, parameter)


@functools.cache
def _keeps_place(path: str, parameter: str, release: str) -> bool:
    """Return whether a required argument only got another name, which does not matter where it is given by position."""
    old, new = mlflow_api.signature(path, mlflow_api.NEWEST_2), mlflow_api.signature(path, release)
    place = old.position(parameter) if old is not None else None
    if old is None or new is None or place is None:
        return False
    now = new.parameter_at(place)
    was, successor = old.parameter(parameter), new.parameter(now) if now else None
    required = was is not None and was.default is None and successor is not None and successor.default is None
    return required and now is not None and not old.accepts(now)


def _match(call: BoundCall, argument: Argument, entry: Removal, context: Context) -> Match | None:
    target = context.target
    new = mlflow_api.signature(call.path, target.release)
    assert new is not None  # check_arguments asked for it
    if entry.fate is Fate.ARGUMENT_RENAMED:
        text = f"`{entry.parameter}=` of `{call.path}` is now `{entry.to}=`"
        if argument.index is not None and new.position(entry.to) == argument.index:
            return None
        old = mlflow_api.signature(call.path, mlflow_api.NEWEST_2)
        if target.both and not (old is not None and old.accepts(entry.to)):
            if entry.warns:
                return None
            return Match(call.node, f"{text}; by position it runs on both", Safety.MANUAL)
        if call.get(entry.to) is not None:
            return Match(call.node, f"{text}, which is given, too", Safety.MANUAL)
        changes = rename(call, argument, entry.to, context)
        if changes is None:
            return Match(call.node, f"{text}: name the arguments", Safety.MANUAL)
        return Match(call.node, text, entry.safety, changes)
    text = f"`{call.path}` of MLflow 3 has no `{entry.parameter}`" + (f": {entry.advice}" if entry.advice else "")
    if new.has_var_keyword:
        text += "; it would be handed on unseen"
    if entry.fate is Fate.ARGUMENT_NEGATED:
        return _negated(call, argument, entry, text)
    if entry.fate is Fate.ARGUMENT_DROPPED and _is_default(call, argument, entry.parameter):
        return Match(call.node, text, entry.safety, (CallChange(call.node, (DropKeyword(entry.parameter),)),))
    return Match(call.node, text, Safety.MANUAL)


def _negated(call: BoundCall, argument: Argument, entry: Removal, text: str) -> Match:
    """Return the match of an argument whose successor says the opposite: edited where it is plainly true or false."""
    value = argument.value.value if isinstance(argument.value, ast.Constant) else None
    if argument.keyword is None or argument.keys or call.get(entry.to) is not None or not isinstance(value, bool):
        return Match(call.node, text, Safety.MANUAL)
    operations = (SetValue(argument.keyword, str(not value)), RenameKeyword(argument.keyword, entry.to))
    return Match(call.node, text, entry.safety, (CallChange(call.node, operations),))


def _is_default(call: BoundCall, argument: Argument, parameter: str) -> bool:
    """Return whether a keyword says what MLflow 2 did without it, so that nothing is lost with it."""
    if argument.keyword is None:
        return False
    defaults = {
        found.default
        for release in mlflow_api.RELEASES
        if release.startswith("2.") and (old := mlflow_api.signature(call.path, release)) is not None
        if (found := old.parameter(parameter)) is not None
    }
    return defaults == {ast.unparse(argument.value)}


def _check_order(call: BoundCall, context: Context) -> Iterator[Match]:
    """Name the positional arguments that stand at another place in the target."""
    if writes_model(call.path) or call.makes_partial or not isinstance(context.resolve(call.node.func), Mlflow):
        return
    new = mlflow_api.signature(call.path, context.target.release)
    assert new is not None  # check_arguments asked for it
    filled: set[str] = set()
    for argument in call.positional:
        parameter, index = argument.parameter, argument.index
        here = new.parameter_at(index) if index is not None else None
        if parameter is None or index is None:
            return
        if not new.accepts(parameter):
            entry = _by_parameter().get((call.path, parameter))
            if here is None or (
                not (entry and entry.to == here) and not _keeps_place(call.path, parameter, context.target.release)
            ):
                return  # reported; what it means now is not sure, so neither is what the next ones mean
        elif here != parameter:
            yield _named(call, index, parameter, filled, context)
            return
        filled.add(here or "")


def _named(call: BoundCall, index: int, parameter: str, filled: set[str], context: Context) -> Match:
    new = mlflow_api.signature(call.path, context.target.release)
    is_keyword = new is None or new.position(parameter) is None
    place, severity = ("only by keyword", Severity.BREAKS) if is_keyword else ("at another place", Severity.CHANGES)
    message = f"`{call.path}` of MLflow 3 takes `{parameter}` {place}"
    operations = name_from(call, index, context.target.release, keep_artifact_path=True)
    if operations is None or any(isinstance(item, NameArgument) and item.keyword in filled for item in operations):
        return Match(
            call.node, f"{message}; the positional arguments cannot all be named", Safety.MANUAL, severity=severity
        )
    if copes_with_type_error(call.node, context):
        return Match(call.node, message, Safety.MANUAL, severity=severity)
    changes = (CallChange(call.node, tuple(operations)),)
    return Match(call.node, message, Safety.SAFE, changes, severity=severity)
