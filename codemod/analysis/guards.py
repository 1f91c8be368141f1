"""Code that already runs on both: branches on MLflow's version, and old forms that a new one falls back to."""

from __future__ import annotations

import ast
import itertools
from dataclasses import dataclass, field
from typing import NamedTuple

from codemod.analysis.borders import is_older
from codemod.analysis.both_forms import has_both_forms, has_new_form
from codemod.analysis.once import once_in_names
from codemod.analysis.version_questions import is_about_version, is_version_test, may_ask_elsewhere, tells_2_from_3
from codemod.names import Mlflow, Names


def is_guarded(node: ast.AST, names: Names, *, of_both: bool = False) -> bool:
    """Return whether the node runs only on the MLflow that it was written for; with ``of_both``, if this is MLflow 3, too."""
    function = names.resolve(node.func) if isinstance(node, ast.Call) else None
    is_new = not of_both and isinstance(node, ast.Call) and has_new_form(node)
    asked = _Asked(is_new, function.path if isinstance(function, Mlflow) else "")
    known = _guarding(names).guarded.setdefault(asked, {})
    guarded = names.scopes.first_answer(node, lambda parent, child: _guards(parent, child, asked, names) or None, known)
    return guarded is not None or _after_version_exit(node, names)


class _Asked(NamedTuple):
    """What matters of a node to the code around it: whether it is a call with ``name=``, and what it calls of MLflow, or ""."""

    is_new: bool
    path: str


@dataclass(slots=True)
class _Guarding:
    """What was found out about one namespace: each answer concerns many nodes."""

    exits: dict[tuple[ast.AST, str], ast.stmt | None] = field(default_factory=dict)
    guarded: dict[_Asked, dict[ast.AST, bool | None]] = field(default_factory=dict)
    left: dict[ast.AST, bool | None] = field(default_factory=dict)


@once_in_names
def _guarding(_names: Names) -> _Guarding:
    return _Guarding()


def _guards(ancestor: ast.AST, child: ast.AST, asked: _Asked, names: Names) -> bool:
    """Return whether an ancestor of a node, of which ``child`` is the part with the node in it, runs that part on one MLflow only."""
    if isinstance(ancestor, (ast.If, ast.IfExp, ast.While)):
        if child is ancestor.test:
            return False
        if is_version_test(ancestor.test, names):
            # The form of MLflow 3 runs on 3, where other rules have to look at it.
            return not asked.is_new or _is_for_2(ancestor, child, names)
        if _ends_before_3(ancestor, child, names):
            return True
        if not isinstance(ancestor, ast.If) or not may_ask_elsewhere(ancestor.test, names):
            return False
        return has_both_forms(asked.path, ancestor, names)
    if isinstance(ancestor, ast.BoolOp):
        before = itertools.takewhile(lambda value: value is not child, ancestor.values)
        return any(is_version_test(value, names) for value in before)
    if isinstance(ancestor, ast.Match) and child is not ancestor.subject:
        told = (ancestor.subject, *(case.pattern for case in ancestor.cases))
        return is_about_version(ancestor.subject, names) and any(tells_2_from_3(item, names) for item in told)
    if isinstance(ancestor, ast.Try):
        return names.scopes.field(child) in ("body", "handlers") and has_both_forms(asked.path, ancestor, names)
    return False


def _is_for_2(branch: ast.If | ast.IfExp | ast.While, child: ast.AST, names: Names) -> bool:
    """Return whether a part of a branch on the version is plainly the one for MLflow 2, such as the ``else`` of ``major >= 3``."""
    test = branch.test
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not is_about_version(test.left, names):
        return False
    values = [item.value for item in ast.walk(test.comparators[0]) if isinstance(item, ast.Constant)]
    if len(values) != 1:
        return False
    is_3, is_2 = values[0] in (3, "3", "3.0", "3.0.0"), values[0] == 2
    operator = test.ops[0]
    if (is_3 and isinstance(operator, ast.GtE)) or (is_2 and isinstance(operator, ast.Gt)):
        return names.scopes.field(child) == "orelse"
    if (is_3 and isinstance(operator, ast.Lt)) or (is_2 and isinstance(operator, ast.LtE)):
        return names.scopes.field(child) == "body"
    return False


def _ends_before_3(branch: ast.If | ast.IfExp | ast.While, child: ast.AST, names: Names) -> bool:
    """Return whether a part of a branch is for releases before one of MLflow 2, such as the body of ``version < (2, 9)``."""
    test, older = branch.test, (ast.Lt, ast.LtE) if names.scopes.field(child) == "body" else (ast.Gt, ast.GtE)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], older):
        return False
    return is_older(test.comparators[0]) and is_about_version(test.left, names)


def _after_version_exit(node: ast.AST, names: Names) -> bool:
    """Return whether an earlier ``if <version>: return`` in the same block leaves this code to the other MLflow."""
    scopes = names.scopes

    def ask(parent: ast.AST, child: ast.AST) -> bool | None:
        field = scopes.field(child)
        if not field:
            return None  # it is a part of a statement
        leaves = _version_exit(parent, field, names)
        if leaves is not None and scopes.order(leaves) < scopes.order(child):
            return True
        return False if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) else None

    return scopes.first_answer(node, ask, _guarding(names).left) is True


def _version_exit(parent: ast.AST, field: str, names: Names) -> ast.stmt | None:
    """Return the first ``if <version>: return`` of a block, which is a field of a statement."""
    exits = _guarding(names).exits
    if (parent, field) not in exits:
        leaving = (statement for statement in getattr(parent, field) if _leaves_by_version(statement, names))
        exits[parent, field] = next(leaving, None)
    return exits[parent, field]


def _leaves_by_version(statement: ast.stmt, names: Names) -> bool:
    return (
        isinstance(statement, ast.If)
        and isinstance(statement.body[-1], (ast.Return, ast.Continue))
        and is_version_test(statement.test, names)
    )
