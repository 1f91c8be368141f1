"""What the rules share that add statements: names that are free or in reach, and imports in the style of the file."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from codemod import mlflow_api
from codemod.analysis.context import Context
from codemod.names import Mlflow
from codemod.names.bindings import Binding, Scope
from codemod.rewriting.edits import Change, RequireImport

_SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.Return)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_NO_BLOCK = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Reference:
    """How code can name an object of another module.

    Attributes:
        text: The expression.
        changes: The import that it needs.
        lines: Statements that must run right before, such as an import inside a function.
    """

    text: str
    changes: tuple[Change, ...] = ()
    lines: tuple[str, ...] = ()


def simple_statement(node: ast.AST, context: Context) -> ast.Expr | ast.Assign | ast.AnnAssign | ast.Return | None:
    """Return the statement of a node, if others can be put before and after it and run exactly as often as the node."""
    scopes = context.names.scopes
    statement = scopes.statement(node)
    if not isinstance(statement, _SIMPLE) or isinstance(scopes.scope(node).node, _NO_BLOCK):
        return None
    inner = [item for item in scopes.ancestors(node) if isinstance(item, (ast.IfExp, ast.BoolOp))]
    return None if any(scopes.statement(item) is statement for item in inner) else statement


def chain(scope: Scope) -> Iterator[tuple[Scope, bool]]:
    """Return the scopes whose names code can see, from the inside out, and whether each is the code's own."""
    current: Scope | None = scope
    own = True
    while current is not None:
        if own or not current.is_class:
            yield current, own
        own, current = False, current.parent


def visible(name: str, node: ast.AST, context: Context) -> list[Binding]:
    """Return the bindings that may have given a name its value when a node runs; in the own scope those before the node."""
    scopes = context.names.scopes
    for scope, own in chain(scopes.scope(node)):
        found = scope.bindings.get(name)
        if found:
            return [item for item in found if not own or item.order < scopes.order(node)]
    return []


def free_name(wanted: str, context: Context) -> str:
    """Return a name that the namespace does not use yet."""
    scopes = context.names.scopes
    used = set(scopes.module.bindings)
    for node in scopes.nodes():
        if isinstance(node, ast.Name):
            used.add(node.id)
        elif isinstance(node, ast.arg):
            used.add(node.arg)
    name, number = wanted, 1
    while name in used:
        number += 1
        name = f"{wanted}_{number}"
    return name


def runs_repeatedly(node: ast.AST, context: Context) -> bool:
    """Return whether the node runs repeatedly within one call of its function."""
    return outermost_loop(node, context) is not None


def outermost_loop(node: ast.AST, context: Context) -> ast.stmt | None:
    """Return the outermost loop of the node's own scope around it."""
    scopes = context.names.scopes
    scope = scopes.scope(node)
    loops = [item for item in scopes.ancestors(node) if isinstance(item, _LOOPS) and scopes.scope(item) is scope]
    return loops[-1] if loops else None


def roots(node: ast.AST) -> frozenset[str]:
    """Return the variables that an expression reads."""
    return frozenset(item.id for item in ast.walk(node) if isinstance(item, ast.Name))


def rebound(names: frozenset[str], first: ast.AST, last: ast.AST, context: Context) -> bool:
    """Return whether one of the variables gets another value, or none, between two nodes of one scope."""
    scopes = context.names.scopes
    scope, start, end = scopes.scope(last), scopes.order(first), scopes.order(last)
    return any(
        isinstance(node, ast.Name)
        and node.id in names
        and not isinstance(node.ctx, ast.Load)
        and start < scopes.order(node) < end
        and scopes.scope(node) is scope
        for node in scopes.nodes()
    )


def is_plain(node: ast.expr) -> bool:
    """Return whether reading the expression again gives the same object and does nothing else."""
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and is_plain(node.value))


def one_line(node: ast.expr, context: Context) -> str:
    """Return an expression's source on one line."""
    if not context.names.scopes.holds(node):
        return context.settings.sample  # only this setting brings code of its own
    text = context.source(node)
    return ast.unparse(node) if "\n" in text or "\r" in text else text


def free_variables(node: ast.expr) -> frozenset[str]:
    """Return the variables that an expression takes from the code around it; Python's own functions are none."""
    every = [item for item in ast.walk(node) if isinstance(item, (ast.Name, ast.arg))]
    own = {item.arg if isinstance(item, ast.arg) else item.id for item in every if not _is_read(item)}
    return frozenset(item.id for item in every if isinstance(item, ast.Name)) - own - set(dir(builtins))


def _is_read(node: ast.Name | ast.arg) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def reference(module: str, name: str, node: ast.AST, context: Context) -> Reference | None:
    """Say how the code at a node can name an object.

    Args:
        module: The module that the object is imported from.
        name: The object; "" means the module.
        node: Where it is needed.
        context: The namespace.

    Returns:
        An import of the file where there is one, else one that the change adds. None when both names are taken.
    """
    path = f"{module}.{name}" if name else module
    scopes = context.names.scopes
    hidden: set[str] = set()
    for scope, own in chain(scopes.scope(node)):
        for bound, bindings in scope.bindings.items():
            before = not own or bindings[0].order < scopes.order(node)
            if bound not in hidden and before and all(_imports(item, path) for item in bindings):
                return Reference(bound)
        hidden |= scope.bindings.keys()
    wanted = name or module.partition(".")[0]
    home = _home(module.partition(".")[0], context)
    if wanted in hidden:
        outer = reference("mlflow", "", node, context) if path.startswith("mlflow.") else None
        return (
            Reference(f"{outer.text}{path.removeprefix('mlflow')}") if outer is not None and not outer.changes else None
        )
    if home is not None or not name:
        statement = home or scopes.statement(node)
        assert isinstance(statement, ast.stmt)
        return Reference(wanted, (RequireImport(module, name, statement),))
    return Reference(wanted, lines=(f"from {module} import {name}",))


def _imports(binding: Binding, path: str) -> bool:
    if binding.kind != "import":
        return False
    return binding.module == path or (path.startswith("mlflow.") and mlflow_api.canonical(binding.module) == path)


def _home(package: str, context: Context) -> ast.stmt | None:
    """Return the first import of a package at the top level: new imports go beside it, in a notebook into its cell."""
    found = [
        binding
        for bindings in context.names.scopes.module.bindings.values()
        for binding in bindings
        if binding.kind == "import" and binding.module.partition(".")[0] == package
    ]
    first = min(found, key=lambda binding: binding.order, default=None)
    return first.node if first is not None and isinstance(first.node, ast.stmt) else None


def module_reference(path: str, node: ast.AST, context: Context) -> Reference | None:
    """Say how the code at a node can name one of MLflow's modules, such as ``mlflow.pytorch``."""
    for name in [*context.names.scopes.scope(node).bindings, *context.names.scopes.module.bindings]:
        if visible(name, node, context) and context.names.lookup(name, node) == Mlflow(path):
            return Reference(name)
    package = reference("mlflow", "", node, context)
    if package is None:
        return None
    return Reference(f"{package.text}{path.removeprefix('mlflow')}", package.changes)
