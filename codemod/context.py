"""What a rule may ask while it looks at a node."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from codemod import mlflow_api
from codemod.calls import BoundCall, bind
from codemod.documents.base import Cell
from codemod.lines import Lines
from codemod.names import Names, Value
from codemod.settings import Settings


@dataclass(frozen=True, slots=True)
class Target:
    """The MLflow that the code shall run on.

    Attributes:
        release: The newest known release that counts as the target.
        both: Whether the code must run on 2.22 as well.
    """

    release: str
    both: bool

    @staticmethod
    def of(settings: Settings) -> Target:
        """Read the target that a run was given."""
        if settings.target in ("3", "both"):
            return Target(mlflow_api.NEWEST, settings.target == "both")
        return Target(mlflow_api.nearest_release(settings.target), False)

    def at_least(self, release: str) -> bool:
        """Whether the target is this release or a later one, by major and minor."""
        return _minor(self.release) >= _minor(release)


def _minor(release: str) -> tuple[int, int]:
    major, minor = release.split(".")[:2]
    return int(major), int(minor)


def _may_be_runs_uri(node: ast.Constant | ast.JoinedStr) -> bool:
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
    return isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.startswith("runs:/")


class Context:
    """One namespace of a document with what was found out about it.

    Args:
        names: Resolves the namespace's expressions.
        cells: All cells of the document.
        cell_of: The index of the cell that each tree of the namespace came from.
        settings: What the run was asked to do.
    """

    def __init__(self, names: Names, cells: Sequence[Cell], cell_of: dict[ast.Module, int], settings: Settings) -> None:
        self.names = names
        self.settings = settings
        self.target = Target.of(settings)
        self._cells = cells
        self._cell_of = cell_of
        self._lines: dict[int, Lines] = {}
        self._calls: dict[ast.Call, BoundCall | None] = {}

    def resolve(self, node: ast.expr) -> Value:
        """Say what an expression is."""
        return self.names.resolve(node)

    def call(self, node: ast.Call) -> BoundCall | None:
        """Give a call of an MLflow function with its arguments sorted; None when it is not known to be one."""
        if node not in self._calls:
            self._calls[node] = bind(node, self.names)
        return self._calls[node]

    def cell(self, node: ast.AST) -> int:
        """Give the index of the cell that a node stands in."""
        current = node
        while (parent := self.names.scopes.parent(current)) is not None:
            current = parent
        assert isinstance(current, ast.Module)  # noqa: S101 - only modules have no parent
        return self._cell_of[current]

    def lines(self, cell: int) -> Lines:
        """Give the lines of a cell."""
        if cell not in self._lines:
            self._lines[cell] = Lines(self._cells[cell])
        return self._lines[cell]

    def source(self, node: ast.expr) -> str:
        """Give an expression as it stands in its cell."""
        lines = self.lines(self.cell(node))
        start, end = lines.span(node)
        return lines.text[start:end]

    def runs_readers(self, name: str) -> list[ast.expr]:
        """Give the texts of this namespace that are a ``runs:/`` URI which ends in a model's name."""
        found: list[ast.expr] = []
        for node in self.names.scopes.nodes():
            inside = isinstance(self.names.scopes.parent(node), ast.JoinedStr)
            if isinstance(node, (ast.Constant, ast.JoinedStr)) and not inside:
                text = self.source(node) if _may_be_runs_uri(node) else ""
                if "runs:/" in text and text.rstrip("\"'").endswith(f"/{name}"):
                    found.append(node)
        return found

    def mentions(self, word: str) -> bool:
        """Whether any cell of the document holds the word."""
        return any(word in cell.text for cell in self._cells)
