"""Listings of a run's artifacts of which the code asks only for what is no model: MLflow 3 gives it the same there."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from codemod.analysis.context import Context
from codemod.analysis.handed_names import handed_names
from codemod.analysis.modelless_runs import is_read_elsewhere
from codemod.names.nodes import assigned_name, function_name

_COLLECTIONS = ("list", "sorted", "set", "tuple", "frozenset", "reversed")
# How files end. No name of a model has a point in MLflow 3, but in MLflow 2 some end as `v1.0` does.
_FILE = re.compile(r"\.[A-Za-z]\w{0,15}\Z")
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)


def asks_for_no_model(node: ast.expr, context: Context) -> bool:
    """Return whether all that becomes of a list of artifacts are questions after paths that no model of the project has."""
    return _Listing(context).is_settled(node, of_paths=False)


class _Listing:
    def __init__(self, context: Context) -> None:
        self._context = context
        project = context.project
        names = {*project.logged, *(old for old, _ in project.renamed), *handed_names(context)}
        self._models = {name.strip("/").partition("/")[0] for name in names}
        self._are_all_known = bool(names) and not project.computed

    def is_settled(self, node: ast.expr, *, of_paths: bool) -> bool:
        """Return whether all uses of a list are such questions.

        Args:
            node: The list.
            of_paths: Whether it holds paths, and not artifacts.
        """
        parent = self._context.names.scopes.parent(node)
        if isinstance(parent, ast.Call) and node in parent.args:
            return function_name(parent.func) in _COLLECTIONS and self.is_settled(parent, of_paths=of_paths)
        if (assigned := assigned_name(parent)) is not None:
            if is_read_elsewhere(assigned, self._context):
                return False
            uses = [use for use in self._context.names.uses(assigned) if isinstance(use.ctx, ast.Load)]
            return bool(uses) and all(self.is_settled(use, of_paths=of_paths) for use in uses)
        if isinstance(parent, ast.comprehension):
            return parent.iter is node and self._is_settled_comprehension(parent, of_paths)
        if isinstance(parent, ast.For):
            return parent.iter is node and self._is_settled_loop(parent, of_paths)
        if isinstance(parent, ast.Compare):
            return of_paths and self._is_settled_comparison(parent, node)
        return isinstance(parent, ast.FormattedValue) and self._is_message(parent)

    def _is_settled_comprehension(self, part: ast.comprehension, of_paths: bool) -> bool:
        around = self._context.names.scopes.parent(part)
        if (
            not isinstance(part.target, ast.Name)
            or not isinstance(around, _COMPREHENSIONS)
            or len(around.generators) != 1
        ):
            return False
        item = part.target.id
        if any(self._is_for_others(test, item, of_paths) for test in part.ifs):
            return True
        outer = self._context.names.scopes.parent(around)
        if isinstance(outer, ast.Call) and function_name(outer.func) == "any" and around in outer.args:
            return self._is_for_others(around.elt, item, of_paths)
        return not part.ifs and _is_path(around.elt, item, of_paths) and self.is_settled(around, of_paths=True)

    def _is_settled_loop(self, loop: ast.For, of_paths: bool) -> bool:
        only = loop.body[0]
        return (
            len(loop.body) == 1
            and isinstance(loop.target, ast.Name)
            and isinstance(only, ast.If)
            and not only.orelse
            and self._stays_within(loop.target, loop)
            and self._is_for_others(only.test, loop.target.id, of_paths)
        )

    def _stays_within(self, variable: ast.Name, loop: ast.For) -> bool:
        """Return whether what a loop goes through is asked for in the loop alone."""
        names = self._context.names
        return all(use is variable or loop in names.scopes.ancestors(use) for use in names.uses(variable))

    def _is_settled_comparison(self, node: ast.Compare, listing: ast.expr) -> bool:
        """Return whether other paths are looked for among those of a list: ``"a.png" in paths``, ``{"a.png"} <= set(paths)``."""
        if len(node.ops) != 1:
            return False
        other = node.left if node.comparators[0] is listing else node.comparators[0]
        if isinstance(node.ops[0], (ast.In, ast.NotIn)):
            return other is node.left and self._are_others([other], str.__eq__)
        is_part = isinstance(node.ops[0], ast.LtE if other is node.left else ast.GtE)
        return is_part and isinstance(other, ast.Set) and self._are_others(other.elts, str.__eq__)

    def _is_message(self, node: ast.FormattedValue) -> bool:
        """Return whether a value only stands in what an ``assert`` says where it fails."""
        text = self._context.names.scopes.parent(node)
        statement = self._context.names.scopes.parent(text) if text is not None else None
        return isinstance(statement, ast.Assert) and statement.msg is text

    def _is_for_others(self, test: ast.expr, item: str, of_paths: bool) -> bool:
        """Return whether a test holds for no model."""
        if isinstance(test, ast.BoolOp):
            every = any if isinstance(test.op, ast.And) else all
            return every(self._is_for_others(value, item, of_paths) for value in test.values)
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            asked = test.operand  # a model is a folder
            return isinstance(asked, ast.Attribute) and asked.attr == "is_dir" and _is_name(asked.value, item)
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            return self._compares_with_others(test.left, test.ops[0], test.comparators[0], item, of_paths)
        if not (isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and len(test.args) == 1):
            return False
        asks = {"startswith": str.startswith, "endswith": str.endswith}.get(test.func.attr)
        return (
            asks is not None
            and _is_path(test.func.value, item, of_paths)
            and self._are_others(_items(test.args[0]), asks)
        )

    def _compares_with_others(
        self, left: ast.expr, operator: ast.cmpop, right: ast.expr, item: str, of_paths: bool
    ) -> bool:
        if isinstance(operator, ast.Eq):
            texts = [right] if _is_path(left, item, of_paths) else [left] if _is_path(right, item, of_paths) else []
            return bool(texts) and self._are_others(texts, str.__eq__)
        if not isinstance(operator, ast.In):
            return False
        if _is_path(right, item, of_paths):
            return self._are_others([left], str.__contains__)
        return _is_path(left, item, of_paths) and self._are_others(_items(right), str.__eq__)

    def _are_others(self, texts: list[ast.expr], asks: Callable[[str, str], object]) -> bool:
        """Return whether the paths of models have none of some properties, such as to begin so."""
        return bool(texts) and all(self._is_other(text, asks) for text in texts)

    def _is_other(self, text: ast.expr, asks: Callable[[str, str], object]) -> bool:
        known = text.value if isinstance(text, ast.Constant) else None
        if not isinstance(known, str) or not known or any(asks(model, known) for model in self._models):
            return False
        return self._are_all_known or _FILE.search(known) is not None


def _items(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, (ast.Tuple, ast.List, ast.Set)) else [node]


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_path(node: ast.expr, item: str, of_paths: bool) -> bool:
    """Return whether an expression is the path of the item of a list, if only in small letters."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("lower", "casefold"):
        node = node.func.value
    if of_paths:
        return _is_name(node, item)
    return isinstance(node, ast.Attribute) and node.attr == "path" and _is_name(node.value, item)
