"""Finds names that the target lacks: in imports, as attributes of MLflow's modules and objects, and by ``getattr``."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

from codemod import mlflow_api
from codemod.analysis.context import Context, Target
from codemod.findings import Safety, Severity
from codemod.names import Instance, Mlflow, Unknown
from codemod.names.nodes import function_name
from codemod.rewriting.edits import Change, RenameAttribute, Replace, RequireImport
from codemod.rules.base import Match
from codemod.rules.idioms.arguments import shown
from codemod.rules.idioms.asked_names import is_provided_for
from codemod.rules.idioms.import_statements import imported_names, move_imports
from codemod.rules.idioms.provisions import falls_back
from codemod.rules.removed.removals import REMOVALS, SUCCESSORS, Fate, Removal
from codemod.rules.selectors import ImportStatement
from codemod.settings import Double

#: The rule that reports what no entry of the table explains.
GENERIC = "MLF409"

_MOVES = (Fate.RENAMED, Fate.MOVED)
#: Names of other libraries that MLflow 2 had definitions of its own for; MLflow 3 imports them.
OTHERS = frozenset({"BaseModel", "field_validator", "model_validator", "quote"})


@functools.cache
def _by_source() -> dict[str, Removal]:
    return {entry.source: entry for entry in REMOVALS if not entry.parameter}


def leaves(code: str) -> tuple[str, ...]:
    """Return the last parts of the names that a rule knows by the table."""
    return tuple(sorted({entry.source.rpartition(".")[2] for entry in _by_source().values() if entry.code == code}))


@functools.cache
def _telling() -> dict[str, Removal]:
    return {entry.source.rpartition(".")[2]: entry for entry in _by_source().values() if entry.telling}


@functools.cache
def removal_of(path: str, target: Target) -> Removal | None:
    """Say what became of a name on the way to the target; None when it is still as it was, or never was MLflow's.

    Args:
        path: The dotted name as the code spells it, with MLflow's public name for what stands before the last dot.
        target: What the code shall run on.
    """
    entry = _by_source().get(path) or _by_source().get(mlflow_api.canonical(path) or "")
    if mlflow_api.exists(path, target.release):
        warned = entry is not None and entry.warns and target.at_least(entry.warns) and _runs_on_both(entry, target)
        return entry if entry is not None and warned and mlflow_api.exists(entry.to, target.release) else None
    if entry is None or (entry.to and not mlflow_api.exists(entry.to, target.release)):
        return _unexplained(path, target) if entry is None else Removal(entry.code, path, Fate.GONE)
    return entry


def _unexplained(path: str, target: Target) -> Removal | None:
    if path.rpartition(".")[2] in OTHERS or not any(old.startswith("2.") for old in mlflow_api.releases_of(path)):
        return None
    public = mlflow_api.canonical(path)
    if public is not None and public != path and mlflow_api.exists(public, target.release):
        return Removal(GENERIC, path, Fate.MOVED, to=public)
    module = _removed_package(path)
    return Removal(module.code if module else GENERIC, path, Fate.GONE, advice=module.advice if module else "")


def _removed_package(path: str) -> Removal | None:
    """Return the entry of the module that a name is part of, if that went as a whole."""
    for name in (path, mlflow_api.canonical(path) or path):
        while "." in name:
            entry = _by_source().get(name)
            if entry is not None and entry.fate is Fate.GONE:
                return entry
            name = name.rpartition(".")[0]
    return None


def _is_there(path: str, target: Target) -> bool:
    return mlflow_api.exists(path, target.release)


def since(path: str, release: str) -> str:
    """Return the first release after the last one that had a name, such as ``"3.0"``."""
    had = [
        old
        for old in mlflow_api.releases_of(path)
        if mlflow_api.RELEASES.index(old) < mlflow_api.RELEASES.index(release)
    ]
    after = mlflow_api.RELEASES[mlflow_api.RELEASES.index(had[-1]) + 1] if had else "2.0"
    return ".".join(after.split(".")[:2])


def removal_message(entry: Removal, path: str, target: Target) -> str:
    """Say what became of a name, in one line."""
    if entry.fate in _MOVES:
        text = f"`{path}` is now `{entry.to}`"
        if entry.warns and _is_there(path, target):
            return f"{text}; the old name is deprecated"
        return f"{text}; the old name was removed in {since(path, target.release)}"
    gone = f"`{path}` was removed in {since(path, target.release)}"
    return f"{gone}: {entry.advice}" if entry.advice else gone


def _severity(path: str, target: Target) -> Severity:
    """Return what a name means on the target: one that is still there warns."""
    return Severity.DEPRECATED if _is_there(path, target) else Severity.BREAKS


def _runs_on_both(entry: Removal, target: Target) -> bool:
    return not target.both or mlflow_api.exists(entry.to, mlflow_api.NEWEST_2)


def check_names(node: ImportStatement | ast.Attribute, context: Context, code: str) -> Iterator[Match]:
    """Return the matches of one rule at one node: an import or an attribute.

    What code names by a string, as in ``getattr(mlflow, "evaluate")``, is left to MLF401 and MLF409.
    """
    if isinstance(node, ast.Attribute):
        yield from _check_attribute(node, context, code)
        yield from _check_double(node, context, code)
    elif isinstance(node, ast.ImportFrom):
        yield from _check_import_from(node, context, code)
    else:
        yield from _check_import(node, context, code)


def _counts(double: Double, context: Context) -> bool:
    """Return whether a double stands for something: the attribute of an object that nobody knows does where all of MLflow is replaced."""
    return not double.whole or any(other.path == "mlflow" for other in context.project.doubles)


def _check_double(node: ast.Attribute, context: Context, code: str) -> Iterator[Match]:
    """Find what tests set up on a mock of all of MLflow, such as ``fake.evaluate.return_value``."""
    for place in context.doubles:
        if place.node is node and place.double.path.startswith("mlflow.") and _counts(place.double, context):
            entry = removal_of(place.double.path, context.target)
            if entry is not None and entry.code == code:
                message = removal_message(entry, place.double.path, context.target)
                yield Match(
                    node, f"{message}: this mock stands for it, and must follow the code that it tests", Safety.MANUAL
                )


def _check_import(node: ast.Import, context: Context, code: str) -> Iterator[Match]:
    for alias in node.names:
        if alias.name.startswith("mlflow."):
            entry = removal_of(alias.name, context.target)
            if entry is not None and entry.code == code and not falls_back(node, alias.asname or alias.name, context):
                yield Match(node, removal_message(entry, alias.name, context.target), Safety.MANUAL)


def _check_import_from(node: ast.ImportFrom, context: Context, code: str) -> Iterator[Match]:
    module, target = node.module or "", context.target
    if node.level or not (module == "mlflow" or module.startswith("mlflow.")):
        return
    gone = removal_of(module, target) if not _is_there(module, target) else None
    if gone is not None and gone.fate not in _MOVES:
        moved = {a.name for a in node.names if (e := removal_of(f"{module}.{a.name}", target)) and e.fate in _MOVES}
        if gone.code == code and any(alias.name not in moved for alias in node.names):
            yield Match(node, removal_message(gone, module, target), Safety.MANUAL)
        if not moved:
            return
    if any(alias.name == "*" for alias in node.names):
        yield from _check_star(module, context, code)
    else:
        yield from _check_imported(node, gone, context, code)


def _check_imported(node: ast.ImportFrom, gone: Removal | None, context: Context, code: str) -> Iterator[Match]:
    """Find the gone names that an import names, from a module that may be gone itself."""
    target = context.target
    moves: dict[str, Removal] = {}
    for alias in node.names:
        path = f"{node.module}.{alias.name}"
        entry = removal_of(path, target)
        if entry is None or entry.code != code or falls_back(node, alias.asname or alias.name, context):
            continue
        if entry.fate in _MOVES and _runs_on_both(entry, target) and "." in entry.to:
            moves[alias.name] = entry
        elif gone is None or entry.fate in _MOVES:
            yield Match(node, _for_both(removal_message(entry, path, target), entry, target), Safety.MANUAL)
    if moves:
        yield _moved_import(node, moves, context)


def _check_star(module: str, context: Context, code: str) -> Iterator[Match]:
    """Find the names that ``from mlflow import *`` brought once."""
    for node in context.names.scopes.nodes():
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            path = f"{module}.{node.id}"
            entry = removal_of(path, context.target)
            if (
                entry is None
                or entry.code != code
                or context.resolve(node) != Mlflow(mlflow_api.canonical(path) or path)
            ):
                continue
            text, severity = removal_message(entry, path, context.target), _severity(path, context.target)
            yield Match(node, text, Safety.MANUAL, severity=severity)


def _moved_import(node: ast.ImportFrom, moves: dict[str, Removal], context: Context) -> Match:
    change = move_imports(node, {name: entry.to for name, entry in moves.items()}, context)
    if len(moves) == 1:
        ((name, entry),) = moves.items()
        message = removal_message(entry, f"{node.module}.{name}", context.target)
    else:
        message = f"{imported_names(list(moves))} of `{node.module}` are {imported_names([e.to for e in moves.values()])} in MLflow 3"
    unsafe = any(entry.safety is not Safety.SAFE for entry in moves.values())
    severities = [_severity(f"{node.module}.{name}", context.target) for name in moves]
    severity = min(severities, key=lambda each: each.rank)
    if change is None:
        return Match(node, message, Safety.MANUAL, severity=severity)
    return Match(node, message, Safety.UNSAFE if unsafe else Safety.SAFE, (change,), severity=severity)


def _check_attribute(node: ast.Attribute, context: Context, code: str) -> Iterator[Match]:
    if not isinstance(node.ctx, ast.Load):
        return
    owner = context.resolve(node.value)
    if isinstance(owner, Unknown):
        yield from _check_unknown(node, owner, context, code)
        return
    if not isinstance(owner, (Mlflow, Instance)):
        return
    path, target = f"{owner.path}.{node.attr}", context.target
    entry = removal_of(path, target)
    if entry is None or entry.code != code or not _is_there(owner.path, target):
        return  # what belongs to something that is gone is reported where that is named
    if isinstance(owner, Instance) and _is_there(f"{SUCCESSORS.get(owner.path, '')}.{node.attr}", target):
        return
    if falls_back(node, node.attr, context) or _is_replaced(node, context) or _is_repeated(node, context, target):
        return
    message = removal_message(entry, path, target)
    severity = _severity(path, target)
    changes = _moved_attribute(node, owner, entry, context) if entry.fate in _MOVES else ()
    if changes and _runs_on_both(entry, target):
        yield Match(node, message, entry.safety if entry in REMOVALS else Safety.UNSAFE, changes, severity=severity)
    elif changes:
        text = f"{message}; no form runs on 2.22 and 3"
        yield Match(node, text, Safety.MANUAL, changes, for_3=True, severity=severity)
    else:
        yield Match(node, _for_both(message, entry, target), Safety.MANUAL, severity=severity)


def _for_both(message: str, entry: Removal, target: Target) -> str:
    if entry.fate in _MOVES and not _runs_on_both(entry, target):
        return f"{message}; no form runs on 2.22 and 3: branch on the version of MLflow"
    return message


def _check_unknown(node: ast.Attribute, owner: Unknown, context: Context, code: str) -> Iterator[Match]:
    entry = _telling().get(node.attr)
    if entry is None or entry.code != code or _is_there(entry.source, context.target) or not context.facts.names_mlflow:
        return
    if not falls_back(node, node.attr, context):
        message = removal_message(entry, entry.source, context.target)
        yield Match(node, f"{message}; cannot tell what `{shown(node.value)}` is: {owner.reason}", Safety.MANUAL)


def _is_replaced(node: ast.Attribute, context: Context) -> bool:
    """Return whether the document itself puts something at this name."""
    value = context.resolve(node)
    return not isinstance(value, (Mlflow, Instance, Unknown))


def _is_repeated(node: ast.Attribute, context: Context, target: Target) -> bool:
    """Return whether the statement names the same gone thing before, so that one finding is enough."""
    entry = removal_of(f"{getattr(context.resolve(node.value), 'path', '')}.{node.attr}", target)
    if entry is None or entry.fate is not Fate.GONE:
        return False
    scopes = context.names.scopes
    statement, position, text = scopes.statement(node), scopes.order(node), ast.dump(node)
    return any(
        isinstance(other, ast.Attribute)
        and other.attr == node.attr
        and scopes.order(other) < position
        and ast.dump(other) == text
        for other in ast.walk(statement)
    )


def _moved_attribute(
    node: ast.Attribute, owner: Mlflow | Instance, entry: Removal, context: Context
) -> tuple[Change, ...]:
    place, _, name = entry.to.rpartition(".")
    if isinstance(owner, Instance) or mlflow_api.canonical(place) == owner.path:
        return (RenameAttribute(node, name),)
    if entry.to.startswith(f"{owner.path}."):
        return (Replace(node, context.source(node.value) + entry.to[len(owner.path) :]),)
    statement = context.names.scopes.statement(node)
    if context.names.lookup("mlflow", node) != Mlflow("mlflow") or not isinstance(statement, ast.stmt):
        return ()  # `mlflow` is something else here, or a decision that no statement stands for
    return RequireImport("mlflow", "", statement), Replace(node, entry.to)


_REPLACES = ("patch", "setattr", "delattr")
_IMPORTS = ("import_module", "importorskip", "__import__")
#: Functions that take a name as a string: of an import, or of what a test puts something else in the place of.
BY_TEXT = (*_IMPORTS, "getattr", "vars", "patch", "object", "setattr", "delattr")


def check_texts(node: ast.Call, context: Context, code: str) -> Iterator[Match]:
    """Find ``getattr(mlflow, "recipes")``, ``vars(mlflow)["recipes"]``, ``import_module("mlflow.recipes")`` and ``patch("mlflow.evaluate")``."""
    called = function_name(node.func)
    path = _named_by_text(node, called, context)
    entry = removal_of(path, context.target) if path else None
    if entry is None or (entry.code == "MLF401") is not (code == "MLF401"):
        return
    if entry.code == "MLF403" and called == "getattr":
        return  # that rule reads it itself
    has_default = called == "getattr" and len(node.args) > 2
    if falls_back(node, path.rpartition(".")[2], context) or (has_default and is_provided_for(node, entry, context)):
        return
    message, written = removal_message(entry, path, context.target), context.source(node.args[0])
    severity = _severity(path, context.target)
    if has_default and severity is Severity.BREAKS:
        yield Match(node, f"{message}; this gives the default", Safety.MANUAL, severity=Severity.CHANGES)
        return
    stays = any(not double.moves for double in context.doubles_of(path, "name"))
    if entry.fate in _MOVES and _runs_on_both(entry, context.target) and written[1:-1].endswith(path) and not stays:
        # Unsafe: the code that a test replaces it for may use the name in another way.
        change = Replace(node.args[0], f"{written[: -len(path) - 1]}{entry.to}{written[-1]}")
        yield Match(node, message, Safety.UNSAFE, (change,), severity=severity)
    else:
        yield Match(node, _for_both(message, entry, context.target), Safety.MANUAL, severity=severity)


def _named_by_text(node: ast.Call, called: str, context: Context) -> str:
    """Return the name that a call names by a string, with MLflow's public one for what stands before the last dot; "" for none."""
    if called not in BY_TEXT or not node.args or (called == "getattr" and len(node.args) < 2):
        return ""
    path = _text(node.args[0])
    named = context.names.scopes.parent(node) if called == "vars" else None
    asked = named.slice if isinstance(named, ast.Subscript) and named.value is node else None
    second = asked if called == "vars" else next(iter(node.args[1:]), None)
    if not path and second is not None:
        owner, name = context.resolve(node.args[0]), _text(second)
        if isinstance(owner, (Mlflow, Instance)) and name:
            path = f"{owner.path}.{name}"
    elif called in _REPLACES and ".mlflow." in path:
        path = path[path.index(".mlflow.") + 1 :]  # of `train.mlflow.evaluate`, which tests replace
    place, _, name = path.rpartition(".")
    if not path.startswith("mlflow.") or not (called in _IMPORTS or _is_there(place, context.target)):
        return ""
    return f"{mlflow_api.canonical(place) or place}.{name}"


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
