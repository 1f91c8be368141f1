"""Strings that are the path of a model which gets another name in this run, wherever they go: nobody may see all that reads them."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.analysis.uris import Origin, root_of_uri
from codemod.dependencies.renamed_models import dict_of, renamed_at
from codemod.names import LocalFunction, Mlflow, OwnFunction
from codemod.names.nodes import assigned_name, function_name
from codemod.rules.idioms.plain_files import every_path

# What works with files of this machine.
_LOCAL = frozenset(
    "open makedirs mkdir mkdtemp exists isfile isdir listdir scandir walk rmtree copytree remove unlink dump load save save_model save_pretrained "
    "save_weights from_pretrained load_weights load_model to_csv read_csv Path PurePath getLogger get_logger print debug info warning error "
    "glob add_argument".split()
)
_JOINS = ("join", "joinpath")
_HELD = (ast.JoinedStr, ast.BinOp)


def renamed_text(node: ast.Constant, context: Context) -> tuple[str, str] | None:
    """Return the old and the new name of the model whose path a string is; None where it goes where other checks see it, or to files here.

    Only a name with a slash tells by itself what is meant.
    """
    renamed = _renamed(context)
    if not renamed or not isinstance(node.value, str):
        return None
    found = renamed_at(node.value, renamed)
    if (
        found is None
        or "/" not in found[0]
        or found[0] not in dict_of(renamed)
        or node.value in every_path(context)
        or _is_told(node, context)
    ):
        return None
    return found


@once
def _renamed(context: Context) -> tuple[tuple[str, str], ...]:
    if context.settings.project is None and "log_model" not in context.text:
        return ()
    return context.project.renamed


def _is_told(node: ast.expr, context: Context) -> bool:
    """Return whether a string says nothing of a run's model, or is part of what other checks read."""
    scopes = context.names.scopes
    parent: ast.AST | None = node
    while isinstance(parent, (ast.Dict, ast.List, ast.Tuple, ast.Set)) or parent is node:
        parent = scopes.parent(parent)
    if isinstance(parent, (ast.Expr, ast.For, ast.comprehension, *_HELD)):
        return True  # `codemod.analysis.origins` follows loops and items
    if (assigned := assigned_name(parent)) is not None:
        uses = [use for use in context.names.uses(assigned) if isinstance(use.ctx, ast.Load)]
        return bool(uses) and all(_goes_on(use, context) for use in uses)
    return _is_given(node, context)


def _goes_on(use: ast.expr, context: Context) -> bool:
    """Return whether a variable stands in a string, or its items in strings, or as what a loop goes through."""
    parent = context.names.scopes.parent(use)
    if isinstance(parent, ast.Subscript) and parent.value is use:
        return _goes_on(parent, context)
    return isinstance(parent, (ast.FormattedValue, ast.BinOp, ast.For, ast.comprehension)) or _is_given(use, context)


def _is_given(node: ast.expr, context: Context) -> bool:
    """Return whether a value is an argument of a function of MLflow, which other checks see, or of one for files of this machine."""
    scopes = context.names.scopes
    parent = scopes.parent(node)
    while isinstance(parent, (ast.keyword, ast.Starred, ast.List, ast.Tuple, ast.IfExp)):
        parent = scopes.parent(parent)
    if not isinstance(parent, ast.Call) or parent.func is node:
        return False
    name = function_name(parent.func)
    if name in _JOINS and not isinstance(context.resolve(parent.func), (LocalFunction, OwnFunction)):
        owner = parent.func.value if name == "joinpath" and isinstance(parent.func, ast.Attribute) else None
        first = owner or (parent.args[0] if parent.args else None)
        return first is node or first is None or _is_folder(first, context)
    return context.call(parent) is not None or isinstance(context.resolve(parent.func), Mlflow) or name in _LOCAL


def _is_folder(node: ast.expr, context: Context) -> bool:
    """Return whether a path begins with a string, or with a folder of this machine of which nobody says that a run's artifacts are in it."""
    root = root_of_uri(node, context)
    if isinstance(node, ast.Constant) and str(node.value).startswith("runs:"):
        return False
    return isinstance(node, (ast.Constant, ast.List, ast.Tuple)) or (root is not None and root.origin is Origin.FOLDER)
