"""Runs that stand around code: by a ``with``, by a stack that enters them, or by code of the project."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.analysis.entered import holds_run_around
from codemod.analysis.once import once
from codemod.analysis.runs import START_RUN, run_around
from codemod.names.nodes import dotted_text


@once
def entered_runs(context: Context) -> dict[ast.Call, ast.AST]:
    """Return the calls that start a run for a stack, ``stack.enter_context(mlflow.start_run())``, each with the ``with`` that ends it."""
    scopes = context.names.scopes
    found: dict[ast.Call, ast.AST] = {}
    for start in context.facts.called(START_RUN):
        call = scopes.parent(start.node)
        function = call.func if isinstance(call, ast.Call) else None
        if not isinstance(function, ast.Attribute) or function.attr not in ("enter_context", "enter_async_context"):
            continue
        stack = dotted_text(function.value)
        for around in scopes.ancestors(start.node):
            names = (
                [item.optional_vars for item in around.items] if isinstance(around, (ast.With, ast.AsyncWith)) else []
            )
            if stack and any(name is not None and dotted_text(name) == stack for name in names):
                found[start.node] = around
    return found


def has_run_around(node: ast.AST, context: Context) -> bool:
    """Return whether a node stands in a ``with`` that has a run, by itself, by a stack or by code of the project."""
    scopes, stacks = context.names.scopes, _stacks(context)
    order = scopes.order(node)
    return (run_around(node, context) is not None or holds_run_around(node, context)) or any(
        stacks.get(around, order) < order for around in (scopes.ancestors(node) if stacks else ())
    )


@once
def _stacks(context: Context) -> dict[ast.AST, int]:
    """Return each ``with`` of a stack that ends a run, with the place where the first one starts."""
    found: dict[ast.AST, int] = {}
    for call, stack in entered_runs(context).items():
        found.setdefault(stack, context.names.scopes.order(call))
    return found
