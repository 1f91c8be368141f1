"""What of MLflow code puts its own in the place of."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.names.nodes import dotted_text, line_of
from codemod.names.objects import mlflow_object
from codemod.names.values import Foreign, Mlflow, Unknown, Value

if TYPE_CHECKING:
    from codemod.names.resolve import Names


def behind_replacement(names: Names, node: ast.Attribute, original: Value, shown: str, line: int) -> Value:
    """Return what an attribute is in whose place a line puts something else: a fake, or what calls the original.

    Args:
        names: The namespace.
        node: The attribute.
        original: What it is for MLflow.
        shown: How it is called in what is said.
        line: The line.
    """
    around, statement = names.scopes.parent(node), names.scopes.statement(node)
    if line_of(node) < line and _is_kept_to_call(names, around, node):
        return original  # `original = mlflow.start_run`
    if line_of(statement) == line:
        return original  # `mlflow.start_run = traced(mlflow.start_run)`
    reason = f"`{shown}` is replaced in line {line}"
    is_kept = isinstance(original, Mlflow) and _is_kept(names, node.attr, dotted_text(node), line)
    return Unknown(reason, (original.path,)) if isinstance(original, Mlflow) and is_kept else Foreign(reason)


def _is_kept(names: Names, name: str, text: str, line: int) -> bool:
    """Return whether the code keeps what it replaces, to call it: before that under another name, or in what it puts in its place."""
    for each in names.scopes.of(ast.Attribute):
        if each.attr != name or not isinstance(each.ctx, ast.Load) or dotted_text(each) != text:
            continue
        around, statement = names.scopes.parent(each), names.scopes.statement(each)
        if line_of(each) < line and _is_kept_to_call(names, around, each):
            return True
        is_given = isinstance(around, ast.Call) and each is not around.func
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if is_given and any(dotted_text(target) == text for target in targets):
            return True
    return False


def _is_kept_to_call(names: Names, around: ast.AST | None, node: ast.expr) -> bool:
    """Return whether a name gets a value for more than to put it back: ``original = mlflow.start_run``."""
    targets = around.targets if isinstance(around, ast.Assign) and around.value is node else []
    targets = [around.target] if isinstance(around, ast.AnnAssign) and around.value is node else targets
    kept = {target.id for target in targets if isinstance(target, ast.Name)}
    uses = (each for each in names.scopes.of(ast.Name) if each.id in kept and isinstance(each.ctx, ast.Load))
    return any(not isinstance(names.scopes.parent(each), ast.Assign) for each in uses)


def replacements(names: Names) -> dict[str, int]:
    """Return what of MLflow a namespace replaces by another name or by ``setattr``, with the line."""
    found: dict[str, int] = {}
    places: list[tuple[Value, str, ast.AST]] = []
    for text, bindings in names.scopes.dotted.items():
        first, *inner, last = text.split(".")
        value = names.lookup(first, bindings[0].node)
        for part in inner:
            value = names.attribute_of(value, part)
        places.append((value, last, bindings[0].node))
    for node in names.scopes.of(ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id == "setattr":
            name = node.args[1] if len(node.args) == 3 else None
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                places.append((names.resolve(node.args[0]), name.value, node))
    for owner, name_of, place in places:
        if isinstance(owner, Mlflow):
            found[mlflow_object(f"{owner.path}.{name_of}").path] = line_of(place)
    return found
