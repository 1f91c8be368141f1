"""What code puts in the place of something by an assignment: ``mlflow.evaluate = fake``, ``job.push = record``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.exact_doubles import takes_exactly
from codemod.analysis.mocks import (
    LOGS,
    UNTOLD,
    depends,
    is_name_of_mlflow,
    makes_mock,
    may_log_by_name,
    mocked,
    of_text,
    takes_old,
)
from codemod.names import (
    Foreign,
    LocalFunction,
    LocalInstance,
    Mlflow,
    Names,
    OwnFunction,
    OwnInstance,
    Partial,
    Unknown,
)
from codemod.names.nodes import dotted_text
from codemod.settings import Double

#: The attributes of MLflow's objects that fixes rename or replace, by the names that mocks of MLflow 2 have them by.
DATA = ("run_uuid", "signature_dict")
#: The root of a run's artifacts, which fixes ask a run's id for: a test's run may have only the one.
ROOT = "artifact_uri"
#: Both.
HELD = (*DATA, ROOT)
_LISTS = (ast.Tuple, ast.List)
_EFFECT = "side_effect"


def assigned(node: ast.Assign | ast.AnnAssign, names: Names) -> Iterator[Double]:
    """Return what an assignment replaces, and the members of classes that may stand for a run's info."""
    for item, value in _pairs(node):
        if isinstance(item, ast.Attribute) and value is not None and item.attr == _EFFECT:
            yield from _of_effect(item.value, value, names)
        elif isinstance(item, ast.Attribute) and value is not None:
            owner, named = names.resolve(item.value), of_text(dotted_text(item))
            path = f"{owner.path}.{item.attr}" if isinstance(owner, Mlflow) else named
            if isinstance(owner, Mlflow) or (path.startswith("mlflow.") and is_name_of_mlflow(item.attr)):
                yield Double(path, "name")
            elif _is_of_others(item) and _may_be_called(value, names):
                yield Double(item.attr, "name")
            # A module that is handed on may be one of MLflow's flavors.
            if item.attr in LOGS and isinstance(owner, (Mlflow, Unknown)) and depends(value, names):
                yield Double(item.attr, "arguments")
        elif (name := getattr(item, "id", "")) in HELD and isinstance(names.scopes.parent(node), ast.ClassDef):
            yield Double(name, "name")


def _of_effect(mock: ast.expr, value: ast.expr, names: Names) -> Iterator[Double]:
    """Return what a mock depends on that is given what it does later: ``log.side_effect = record``."""
    path = mocked(mock, names)
    if path is None:
        return
    is_other = path == UNTOLD and isinstance(mock, ast.Attribute) and not may_log_by_name(mock.attr)
    if is_other and not takes_old(value, names):
        return  # `client.batch_read` gets no model's path
    if path in (*LOGS, UNTOLD) and depends(value, names):
        yield Double(path, "arguments", asks=True)
    elif takes_exactly(value, names):
        yield Double(path, "arguments", moves=True, asks=True)


def _pairs(node: ast.Assign | ast.AnnAssign) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Return what gets a value, each with the value: both for ``old, job.push = job.push, record``."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if isinstance(target, _LISTS) and isinstance(node.value, _LISTS) and len(target.elts) == len(node.value.elts):
            yield from zip(target.elts, node.value.elts, strict=True)
        else:
            yield target, node.value


def _is_of_others(item: ast.Attribute) -> bool:
    """Return whether an attribute is one of a module or of an object that other code made, and none that fixes speak of."""
    owner = item.value
    is_own = isinstance(owner, ast.Name) and owner.id in ("self", "cls")
    return not is_own and item.attr not in HELD and not is_name_of_mlflow(item.attr)


def _may_be_called(value: ast.expr, names: Names) -> bool:
    """Return whether a value is a function, a mock or an object of the project, or may be one."""
    if isinstance(value, ast.Lambda) or (isinstance(value, ast.Call) and makes_mock(value, names)):
        return True
    found = names.resolve(value)
    if isinstance(found, Foreign):
        return found.what.partition(".")[0] in ("unittest", "mock")
    return isinstance(found, (LocalFunction, LocalInstance, OwnFunction, OwnInstance, Partial, Unknown))
