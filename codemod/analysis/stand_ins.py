"""Finds what a module stands for that a project has under MLflow's own name, such as ``fakes/mlflow.py``: its tests put the folder first."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod import mlflow_api
from codemod.analysis.mocks import ALL, LOGS, depends, wants_old
from codemod.names import Names
from codemod.names.modules import module_parts
from codemod.settings import Double

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def stood_for(path: str) -> str:
    """Return the module of MLflow that a file may stand for by its name: ``mlflow.sklearn`` for ``stubs/mlflow/sklearn.py``; "" for none."""
    if "mlflow" not in path:
        return ""
    parts = module_parts(path) or ()
    if "mlflow" not in parts:
        return ""
    last = len(parts) - 1 - parts[::-1].index("mlflow")
    module = ".".join(parts[last:])
    return module if module == "mlflow" or mlflow_api.exists(module, mlflow_api.NEWEST_2) else ""


def offered_in(path: str, names: Names) -> Iterator[tuple[Double, ast.AST]]:
    """Return what a module under MLflow's name offers in its place.

    Args:
        path: Its file.
        names: Its names. One that imports MLflow is a module of the project's own, such as ``utils/mlflow.py``.
    """
    module = stood_for(path)
    if not module or _imports_mlflow(names):
        return
    for node in names.scopes.nodes():
        for name, is_old in _defined_at_top(node, names):
            if name == "__getattr__":
                yield Double(ALL, "name", moves=True), node
            elif mlflow_api.exists(f"{module}.{name}", mlflow_api.NEWEST_2):
                # Where it stands for one, it stands for all of MLflow.
                yield Double("mlflow", "name"), node
                yield Double(f"{module}.{name}", "name"), node
                if name in LOGS and is_old:
                    yield Double(f"{module}.{name}", "arguments"), node


def _defined_at_top(node: ast.AST, names: Names) -> Iterator[tuple[str, bool]]:
    """Return what a statement of a module defines, each with whether it depends on the arguments of MLflow 2."""
    if not isinstance(names.scopes.parent(node), ast.Module):
        return
    if isinstance(node, _FUNCTIONS):
        yield node.name, wants_old(node)
    elif isinstance(node, ast.ClassDef):
        yield node.name, False
    elif isinstance(node, ast.Assign):
        yield from ((item.id, depends(node.value, names)) for item in node.targets if isinstance(item, ast.Name))
    elif isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
        yield node.target.id, depends(node.value, names)


def _imports_mlflow(names: Names) -> bool:
    for node in names.scopes.nodes():
        if isinstance(node, ast.Import) and any(item.name.split(".")[0] == "mlflow" for item in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] == "mlflow":
            return True
    return False
