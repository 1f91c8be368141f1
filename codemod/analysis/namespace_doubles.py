"""What a test puts into the dict of a module or an object: ``patch.dict(mlflow.__dict__, {"evaluate": fake})``, ``trainer.__dict__["flavor"] = fake``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.mocks import LOGS, depends, of_text
from codemod.analysis.module_dicts import is_mlflow_name, is_namespace
from codemod.names import Mlflow, Names
from codemod.names.nodes import dotted_text, function_name
from codemod.settings import Double


def put_in_namespaces(node: ast.Assign | ast.Call, names: Names) -> Iterator[Double]:
    """Return what a statement or a call replaces by the key that it has in the dict of its owner."""
    for holder, key, value in _put(node):
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and not is_mlflow_name(key):
            path = of_text(f"{_owner(holder, names)}.{key.value}")
            if path:
                yield Double(path, "name")
            if path.rpartition(".")[2] in LOGS and depends(value, names):
                yield Double(path, "arguments")


def _put(node: ast.Assign | ast.Call) -> Iterator[tuple[ast.expr, ast.expr, ast.expr]]:
    """Return the dicts of modules and objects that get something, each with the key and the value."""
    if isinstance(node, ast.Assign):
        targets = (each for each in node.targets if isinstance(each, ast.Subscript) and is_namespace(each.value))
        yield from ((each.value, each.slice, node.value) for each in targets)
        return
    called = function_name(node.func)
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    args = [owner, *node.args] if owner is not None and is_namespace(owner) else node.args
    if not args or not is_namespace(args[0]):
        return
    if called in ("setitem", "setdefault") and len(args) > 2:
        yield args[0], args[1], args[2]
    elif called in ("dict", "update"):
        for each in args[1:]:
            if isinstance(each, ast.Dict):
                pairs = zip(each.keys, each.values, strict=True)
                yield from ((args[0], key, value) for key, value in pairs if key is not None)


def _owner(holder: ast.expr, names: Names) -> str:
    """Return the path of what a dict belongs to: of ``vars(train)`` and ``train.__dict__``, ``train``."""
    owner = holder.value if isinstance(holder, ast.Attribute) else next(iter(getattr(holder, "args", ())), None)
    if owner is None:
        return ""
    value = names.resolve(owner)
    return value.path if isinstance(value, Mlflow) else dotted_text(owner)
