"""What the methods of a class get that get the class itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.names.nodes import is_decorated

if TYPE_CHECKING:
    from codemod.names.resolve import Names


def gets_class(names: Names, node: ast.Name) -> bool:
    """Return whether a name is the parameter of a class method that gets the class."""
    parameter = names.parameter(node)
    function = names.scopes.parent(names.scopes.parent(parameter) or parameter) if parameter is not None else None
    return function is not None and (
        is_decorated(function, ("classmethod",)) or getattr(function, "name", "") in ("__new__", "__init_subclass__")
    )


def is_class_of(function: ast.expr, names: Names) -> bool:
    """Return whether what is called is the class that a class method gets: ``cls(...)``."""
    return isinstance(function, ast.Name) and gets_class(names, function)
