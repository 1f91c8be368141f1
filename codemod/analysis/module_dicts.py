"""Recognises the dicts in which Python keeps modules and their names, and in which tests put a fake in the place of MLflow."""

from __future__ import annotations

import ast

from codemod.names import Names
from codemod.names.nodes import dotted_text, function_name


def is_modules(node: ast.expr) -> bool:
    """Return whether an expression is ``sys.modules``, or its name."""
    return "sys.modules" in (dotted_text(node), getattr(node, "value", ""))


def is_namespace(node: ast.expr) -> bool:
    """Return whether an expression is the dict of a module: ``vars(train)``, ``train.__dict__``."""
    return (isinstance(node, ast.Call) and function_name(node.func) == "vars") or function_name(node) == "__dict__"


def is_dict_of_module(node: ast.expr, names: Names) -> bool:
    """Return whether an expression is the dict of a module that is imported here, and not that of an object."""
    if not is_namespace(node):
        return False
    owner = node.value if isinstance(node, ast.Attribute) else next(iter(getattr(node, "args", ())), None)
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    return isinstance(owner, ast.Name) and bool(names.imports(owner))


def is_mlflow_name(node: ast.expr) -> bool:
    """Return whether an expression is the name of MLflow or of one of its modules, as a key."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.split(".")[0] == "mlflow"
