"""What functions of Python's own libraries give that hand on what they get: `import_module`, `partial`, `attrgetter`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from codemod.names.objects import imported, is_mlflow
from codemod.names.values import Foreign, Getter, Partial, Unknown, Value

if TYPE_CHECKING:
    from codemod.names.resolve import Names


def short(node: ast.expr) -> str:
    """Return an expression as a message shows it."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def import_module(_names: Names, node: ast.Call) -> Value:
    """Return the module that ``importlib.import_module`` or ``pytest.importorskip`` returns."""
    if not node.args:
        return Unknown("it is imported by a computed name")
    argument = node.args[0]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return imported(argument.value)
    start = beginning(argument)
    package = node.args[1] if len(node.args) > 1 else next((k.value for k in node.keywords if k.arg == "package"), None)
    if start == "." and isinstance(package, ast.Constant) and package.value == "mlflow":
        start = "mlflow."  # `import_module("." + flavor, "mlflow")`
    like = "mlflow.*" if start.startswith("mlflow.") else "" if start else "*"
    return Unknown(f"`{short(node)}` imports a module whose name is known only at run time", like=like)


def beginning(node: ast.expr) -> str:
    """Return the text with which a computed string begins, as far as it is written there."""
    if isinstance(node, ast.JoinedStr):
        return beginning(node.values[0]) if node.values else ""
    if isinstance(node, ast.BinOp):
        return beginning(node.left)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "format":
            return beginning(node.func.value)
        if node.func.attr == "join" and node.args and isinstance(node.args[0], (ast.List, ast.Tuple)):
            return "".join(beginning(part) for part in (*node.args[0].elts[:1], node.func.value))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def partial(names: Names, node: ast.Call) -> Value:
    """Return the partial that ``functools.partial(function, ...)`` makes."""
    if not node.args or isinstance(node.args[0], ast.Starred):
        return Unknown("it is a partial of a computed function")
    function = names.resolve(node.args[0])
    if isinstance(function, (Foreign, Unknown)):
        return function
    bound = node.args[1:]
    exact = not any(isinstance(a, ast.Starred) for a in bound) and all(k.arg for k in node.keywords)
    if isinstance(function, Partial):
        keywords = function.keywords | {k.arg for k in node.keywords if k.arg}
        return Partial(function.function, function.positional + len(bound), keywords, exact and function.exact)
    return Partial(function, len(bound), frozenset(k.arg for k in node.keywords if k.arg), exact)


def cached(names: Names, node: ast.Call) -> Value:
    """Return the function that ``functools.cache(function)`` calls; it takes and gives the same."""
    return names.resolve(node.args[0]) if len(node.args) == 1 else Unknown("it is what a decorator makes")


def attrgetter(_names: Names, node: ast.Call) -> Value:
    """Return the getter that ``operator.attrgetter("sklearn.log_model")`` makes."""
    named = node.args[0] if len(node.args) == 1 else None
    if isinstance(named, ast.Constant) and isinstance(named.value, str):
        return Getter(named.value)
    return Unknown("`attrgetter` gets several attributes, or one that is known only at run time")


def module_made(_names: Names, node: ast.Call) -> Value:
    """Return the empty module that ``types.ModuleType("wandb")`` makes: a test puts it in the place of the one of that name."""
    name = node.args[0] if node.args else None
    known = name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""
    return Foreign(f"{OTHER_MODULE}{known}" if known and not is_mlflow(known) else "types")


def got(names: Names, getter: Getter, node: ast.Call) -> Value:
    """Return what a call of a getter gives."""
    value = names.resolve(node.args[0]) if len(node.args) == 1 else Unknown("it is computed")
    for name in getter.path.split("."):
        value = names.attribute_of(value, name)
    return value


#: What stands before the name of a module that is made of nothing, and is none of MLflow's.
OTHER_MODULE = "module "
SPECIAL_CALLS: dict[str, Callable[..., Value]] = {
    "importlib.import_module": import_module,
    "pytest.importorskip": import_module,
    "functools.partial": partial,
    "functools.cache": cached,
    "functools.lru_cache": cached,
    "operator.attrgetter": attrgetter,
    "types.ModuleType": module_made,
}
