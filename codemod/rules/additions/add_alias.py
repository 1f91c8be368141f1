"""MLF902: the version that the code registers gets an alias; only when asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from codemod.analysis.calls import Argument, BoundCall
from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.names import Instance
from codemod.names.bindings import Binding
from codemod.names.flow import dominates
from codemod.names.nodes import dotted_text, is_none
from codemod.rewriting.edits import Change, InsertStatements, Operation, Replace, SetValue
from codemod.rewriting.texts import rewrite_call
from codemod.rules.additions.add_alias_examples import EXAMPLES
from codemod.rules.base import Match, Rule
from codemod.rules.idioms.additions import (
    Reference,
    chain,
    free_name,
    is_plain,
    one_line,
    reference,
    simple_statement,
    visible,
)
from codemod.rules.selectors import calls

_CLIENT = "mlflow.MlflowClient"
_SET_ALIAS = f"{_CLIENT}.set_registered_model_alias"
_REGISTERS = ("mlflow.register_model", f"{_CLIENT}.create_model_version")
_DEFAULT = "champion"


@dataclass(frozen=True, slots=True)
class _Result:
    """The statement that registers, taken apart at what the call gives.

    Attributes:
        statement: The statement.
        name: The variable that holds what the call gives.
        is_new: Whether the statement must be given that variable.
        rest: What the statement did with the result, as a statement of its own; "" for nothing.
    """

    statement: ast.stmt
    name: str
    is_new: bool
    rest: str = ""


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    alias = context.settings.added("alias") or _DEFAULT
    registered = _registered_name(call)
    if registered is None or _is_set(call, registered, alias, context):
        return
    message = f"a version is registered without an alias; `{alias}` can be set on it"
    result = _result(call, context)
    client = _client(call.node, context)
    if result is None or client is None or registered.keys:
        advice = "assign what the call gives, and set the alias on its version with `set_registered_model_alias`"
        yield Match(call.node, f"{message}: {advice}", Safety.MANUAL)
        return
    yield Match(call.node, message, Safety.SAFE, _changes(call, registered, result, client, alias, context))


def _registered_name(call: BoundCall) -> Argument | None:
    """Return the argument that names the registered model, if the call registers one."""
    if call.makes_partial:
        return None
    if call.path in _REGISTERS:
        return call.get("name")
    argument = call.get("registered_model_name") if call.path.endswith(".log_model") else None
    return None if argument is None or is_none(argument.value) else argument


def _changes(
    call: BoundCall, registered: Argument, result: _Result, client: Reference, alias: str, context: Context
) -> tuple[Change, ...]:
    source = context.source(call.node)
    name = one_line(registered.value, context)
    before: list[str] = []
    operations: list[Operation] = []
    if not _is_cheap(registered.value):
        variable = free_name("registered_name", context)
        before.append(f"{variable} = {name}")
        place = registered.index if registered.index is not None else registered.keyword or ""
        operations.append(SetValue(place, variable))
        name = variable
    version = "version" if call.path in _REGISTERS else "registered_model_version"
    line = f'{client.text}.set_registered_model_alias({name}, "{alias}", {result.name}.{version})'
    lines = [line]
    if call.path not in _REGISTERS and not _is_text(registered.value, context):
        lines = [f"if {result.name}.{version} is not None:", f"    {line}"]
    changes: list[Change] = [InsertStatements(result.statement, (*client.lines, *lines, *filter(None, [result.rest])))]
    if before:
        changes.append(InsertStatements(result.statement, tuple(before), before=True))
    new = rewrite_call(source, tuple(operations)) if operations else source
    if result.is_new:
        changes.append(Replace(result.statement, f"{result.name} = {new}"))
    elif operations:
        changes.append(Replace(call.node, new))
    return (*client.changes, *changes)  # an import that goes to the same place stands first


def _result(call: BoundCall, context: Context) -> _Result | None:
    """Say which variable holds what the call gives, or can hold it; None when the statement has another shape."""
    statement = simple_statement(call.node, context)
    if statement is None or statement.value is None:
        return None
    value = statement.value
    if value is call.node and isinstance(statement, (ast.Assign, ast.AnnAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return _Result(statement, dotted_text(targets[-1]), False) if is_plain(targets[-1]) else None
    inner, parts = value, list[str]()
    while isinstance(inner, ast.Attribute):
        parts.insert(0, inner.attr)
        inner = inner.value
    lines = context.lines(context.cell(statement))
    start, end = lines.span(statement)
    first, last = lines.span(call.node)
    head, tail = lines.text[start:first], lines.text[last:end]
    # Brackets, comments and line breaks around the call would be lost.
    if inner is not call.node or "".join(f".{part}" for part in parts) != tail or "\n" in head or "\r" in head:
        return None
    name = free_name("model_version" if call.path in _REGISTERS else "model_info", context)
    rest = "" if isinstance(statement, ast.Expr) else f"{head}{name}{tail}"
    return _Result(statement, name, True, rest)


def _is_cheap(node: ast.expr) -> bool:
    """Return whether the expression can stand twice."""
    if isinstance(node, ast.Subscript):
        return is_plain(node.value) and isinstance(node.slice, ast.Constant)
    return isinstance(node, ast.Constant) or is_plain(node)


def _is_text(node: ast.expr, context: Context, depth: int = 0) -> bool:
    """Return whether the code shows that a name is a string: settings and arguments may be None, and then nothing is registered."""
    if depth > 4:
        return False
    if isinstance(node, (ast.Constant, ast.JoinedStr)):
        return isinstance(node, ast.JoinedStr) or isinstance(node.value, str)
    if isinstance(node, ast.BinOp):
        return _is_text(node.left, context, depth + 1) or _is_text(node.right, context, depth + 1)
    if isinstance(node, ast.Call):
        # Of these, a string alone has the first three; `replace` and `join` are methods of other objects, too.
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        return method in ("format", "lower", "strip") or (
            method in ("join", "replace")
            and isinstance(node.func, ast.Attribute)
            and _is_text(node.func.value, context, depth + 1)
        )
    if not isinstance(node, ast.Name):
        return False
    bindings = visible(node.id, node, context)
    return bool(bindings) and all(_binds_text(binding, context, depth) for binding in bindings)


def _binds_text(binding: Binding, context: Context, depth: int) -> bool:
    return binding.kind == "value" and binding.source is not None and _is_text(binding.source, context, depth + 1)


def _client(node: ast.Call, context: Context) -> Reference | None:
    """Return a client that the code has already, else a new one."""
    function = node.func
    if (
        isinstance(function, ast.Attribute)
        and context.resolve(function.value) == Instance(_CLIENT)
        and is_plain(function.value)
    ):
        return Reference(dotted_text(function.value))
    scopes = context.names.scopes
    hidden: set[str] = set()
    for scope, own in chain(scopes.scope(node)):
        for name, bindings in scope.bindings.items():
            first = bindings[0]
            if len(bindings) != 1 or name in hidden or first.kind != "value":
                continue
            set_before = first.order < scopes.order(node) and dominates(scopes, scopes.statement(first.node), node)
            if (set_before or not own) and _asks_current_store(first, name, node, context):
                return Reference(name)
        hidden |= scope.bindings.keys()
    found = reference("mlflow", "MlflowClient", node, context)
    return Reference(f"{found.text}()", found.changes, found.lines) if found is not None else None


def _asks_current_store(binding: Binding, name: str, node: ast.Call, context: Context) -> bool:
    """Return whether a variable is a client of the store and registry in which MLflow's own functions register."""
    made = context.call(binding.source) if isinstance(binding.source, ast.Call) else None
    if made is None or made.path != _CLIENT or made.arguments or made.star is not None or made.open_kwargs is not None:
        return False
    if context.names.lookup(name, node) != Instance(_CLIENT):
        return False
    changes = context.facts.called("mlflow.set_tracking_uri", "mlflow.set_registry_uri")
    return not any(context.names.scopes.order(change.node) > binding.order for change in changes)


def _is_set(call: BoundCall, registered: Argument, alias: str, context: Context) -> bool:
    """Return whether the code sets the alias itself: on any version of the model, or in this scope one that only it knows."""
    scopes = context.names.scopes
    name = _text(registered.value, context)
    for node in scopes.nodes():
        other = context.call(node) if isinstance(node, ast.Call) else None
        if other is None or other.path != _SET_ALIAS:
            continue
        given, wanted = other.get("name"), other.get("alias")
        known = text_of(wanted.value, context.names).known if wanted is not None else None
        same_scope = scopes.scope(other.node) is scopes.scope(call.node)
        if known not in (None, alias) or (known is None and not same_scope):
            continue
        if (
            given is None
            or _text(given.value, context) == name
            or (same_scope and not isinstance(given.value, ast.Constant))
        ):
            return True
    return False


def _text(node: ast.expr, context: Context) -> str:
    """Return a string by its value where it is known, else by its source."""
    known = text_of(node, context.names).known
    return ast.unparse(node) if known is None else repr(known)


RULE = Rule(
    code="MLF902",
    name="add-alias",
    summary="With `--add alias=NAME`: the version that the code registers gets an alias.",
    why="""\
Stages have been deprecated since 2.9 (`mlflow/tracking/client.py`); readers find a version by its alias, `models:/name@champion`, and
somebody must set it. The alias is set on exactly the version that the call made: `ModelInfo.registered_model_version` of `log_model`
(`mlflow/models/model.py`), `ModelVersion.version` of `register_model` and `create_model_version`. Looking the version up afterwards,
as by `get_latest_versions`, can find the one that another training has registered in the meantime.

Every training then takes the alias: where a version must prove itself before it is read, set it there instead. Code that sets the
alias of this model itself is left alone. Where the code does not show that the name is a string, nothing may be registered
(`registered_model_name=None`), and the alias waits for a version.""",
    safety=Safety.SAFE,
    severity=Severity.ADVICE,
    on=(calls("log_model", *_REGISTERS, check=_check),),
    opt_in=True,
    examples=EXAMPLES,
)
