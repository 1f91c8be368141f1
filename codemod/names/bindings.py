"""A scope, and what gives its names their values."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Union

FunctionNode = Union[ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda]
ScopeNode = Union[ast.Module, ast.ClassDef, FunctionNode, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp]


@dataclass(slots=True, eq=False)
class Binding:
    """One place that gives a name a value.

    Attributes:
        kind: How: ``import``, ``value`` (``source`` is the value), ``element`` (one of ``source``'s elements), ``enter``
            (what ``with source`` gives), ``parameter``, ``definition``, ``part`` (unpacked from ``source``) or ``other``.
        node: The node that binds: the statement, or the parameter.
        source: The expression that the value comes from, if any.
        module: For imports: the dotted module, or module and name; relative imports start with a dot.
        annotation: The annotation, if any.
        order: Position in the walk.
    """

    kind: str
    node: ast.AST
    order: int
    source: ast.expr | None = None
    module: str = ""
    annotation: ast.expr | None = None


@dataclass(slots=True, eq=False)
class Scope:
    """A Python scope and the names that it binds.

    Attributes:
        elsewhere: The names that ``global`` and ``nonlocal`` give to an outer scope, with that scope.
    """

    node: ScopeNode
    parent: Scope | None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    elsewhere: dict[str, Scope] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)

    @property
    def is_class(self) -> bool:
        """Whether this is a class body, which nested functions do not see."""
        return isinstance(self.node, ast.ClassDef)
