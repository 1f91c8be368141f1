"""Functions that take MLflow's place and only the arguments that they list: a call that changes gives them others."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod import mlflow_api
from codemod.analysis.mocks import is_name_of_mlflow, likened
from codemod.names import LocalFunction, LocalInstance, Mlflow, Names, OwnFunction, Unknown
from codemod.settings import Double

_CLIENT, _STORES = "mlflow.MlflowClient", "mlflow.store."


def takes_exactly(node: ast.expr, names: Names) -> bool:
    """Return whether what takes the place of something is a function that cannot be called otherwise, or looks at how it is called.

    A function of another file may be one.
    """
    node = likened(node, names)
    value = names.resolve(node)
    if isinstance(value, LocalFunction):
        return is_exact(value.node)
    if isinstance(value, LocalInstance):
        methods = [each for each in value.node.body if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))]
        return any(is_exact(each) for each in methods if each.name == "__call__")
    if isinstance(value, OwnFunction):
        return True
    return isinstance(value, Unknown) and isinstance(node, ast.Name) and any(names.imports(node))


def is_exact(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> bool:
    """Return whether a function takes no other keywords than it lists, or does more with others than to hand them on."""
    rest = function.args.kwarg
    if rest is None:
        return True
    handed = {
        id(keyword.value)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg is None
    }
    uses = (each for each in ast.walk(function) if isinstance(each, ast.Name) and each.id == rest.arg)
    return any(id(each) not in handed for each in uses)


def methods_like_mlflows(names: Names) -> Iterator[tuple[Double, ast.AST]]:
    """Return what the classes of a test offer under the name of a function of MLflow or of its client, with the arguments that they list."""
    functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = [*names.scopes.of(ast.FunctionDef)]
    functions += names.scopes.of(ast.AsyncFunctionDef)
    for function in functions:
        owner = names.scopes.parent(function)
        if isinstance(owner, ast.ClassDef) and is_exact(function) and not _is_store(owner, names):
            name = function.name
            of_client = mlflow_api.exists(f"{_CLIENT}.{name}", mlflow_api.NEWEST_2)
            if of_client or is_name_of_mlflow(name):
                # Many classes have a `log_model`: it counts where one stands for all of MLflow.
                yield Double(name, "arguments", moves=True, whole=not of_client), function


def _is_store(owner: ast.ClassDef, names: Names) -> bool:
    """Return whether a class is made of one of MLflow's stores, whose methods have the names of the client's that asks them."""
    bases = (names.resolve(base) for base in owner.bases)
    return any(isinstance(base, Mlflow) and base.path.startswith(_STORES) for base in bases)
