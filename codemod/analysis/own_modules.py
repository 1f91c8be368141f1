"""Modules of the project that a test replaces as a whole in ``sys.modules``: what code takes from them is the test's, also MLflow's functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.mocks import MOCKS
from codemod.analysis.module_dicts import is_mlflow_name, is_modules
from codemod.names import Names
from codemod.names.nodes import function_name
from codemod.settings import Double

#: What is said of such a module, which is the path by its last name.
MODULE = "module"


def replaced_modules(node: ast.Assign | ast.Call, names: Names) -> Iterator[Double]:
    """Return the modules other than MLflow's that a statement or a call puts something in the place of.

    Args:
        node: ``sys.modules["app.tracker"] = fake``, ``patch.dict(sys.modules, {"app.tracker": fake})`` or the like.
        names: The test's namespace.
    """
    for key, value in _put(node):
        text = key.value if isinstance(key, ast.Constant) else None
        if isinstance(text, str) and not is_mlflow_name(key) and not isinstance(value, ast.Constant):
            # A mock takes every call: then it matters only what the test asks it.
            yield Double(text.rpartition(".")[2], MODULE, moves=_takes_all(value, names))


def _put(node: ast.Assign | ast.Call) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Return the keys that get a value in ``sys.modules``, each with the value."""
    if isinstance(node, ast.Assign):
        targets = (each for each in node.targets if isinstance(each, ast.Subscript) and is_modules(each.value))
        yield from ((each.slice, node.value) for each in targets)
        return
    called = function_name(node.func)
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    args = [owner, *node.args] if owner is not None and is_modules(owner) else node.args
    if not args or not is_modules(args[0]):
        return
    if called in ("setitem", "setdefault") and len(args) > 2:
        yield args[1], args[2]
    elif called in ("dict", "update"):
        for each in args[1:]:
            if isinstance(each, ast.Dict):
                yield from ((key, value) for key, value in zip(each.keys, each.values, strict=True) if key is not None)


def _takes_all(value: ast.expr, names: Names) -> bool:
    source = names.source_of(value) if isinstance(value, (ast.Name, ast.Attribute)) else value
    made = function_name(source.func) if isinstance(source, ast.Call) else ""
    return made != "SimpleNamespace" and (made in MOCKS or "mock" in made.lower())
