"""What a function of the namespace gives back."""

from __future__ import annotations

import ast

from codemod.names.nodes import is_none, own_statements

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def returned_by(function: ast.AST) -> list[ast.expr]:
    """Return what a function of the namespace returns, or yields as a fixture."""
    if isinstance(function, ast.Lambda):
        return [function.body]
    found: list[ast.expr] = []
    for statement in own_statements(function) if isinstance(function, _FUNCTIONS) else ():
        given = statement.value if isinstance(statement, (ast.Return, ast.Expr)) else None
        value = given.value if isinstance(given, ast.Yield) else given if isinstance(statement, ast.Return) else None
        if value is not None and not is_none(value):
            found.append(value)
    return found


def yielded_by(function: ast.AST) -> list[ast.expr]:
    """Return the items that a generator of the namespace gives one after the other."""
    statements = own_statements(function) if isinstance(function, _FUNCTIONS) else ()
    given = (statement.value for statement in statements if isinstance(statement, ast.Expr))
    return [each.value for each in given if isinstance(each, ast.Yield) and each.value is not None]


def yielded_from(function: ast.AST) -> list[ast.expr]:
    """Return the collections whose items a generator of the namespace gives: ``yield from map(train, data)``."""
    statements = own_statements(function) if isinstance(function, _FUNCTIONS) else ()
    given = (statement.value for statement in statements if isinstance(statement, ast.Expr))
    return [each.value for each in given if isinstance(each, ast.YieldFrom)]
