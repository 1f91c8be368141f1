"""What a rule may ask while it looks at a node."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codemod import mlflow_api
from codemod.analysis import suppressions
from codemod.analysis.calls import Argument, BoundCall, bind
from codemod.analysis.double_words import speaks_of_doubles
from codemod.analysis.doubles import DoublePlace, doubles_in, where
from codemod.analysis.facts import Facts
from codemod.analysis.known_doubles import known_doubles
from codemod.analysis.lines import Lines
from codemod.analysis.stand_ins import stood_for
from codemod.documents.base import Cell
from codemod.names import Names, Value
from codemod.names.elsewhere import NOWHERE, Elsewhere
from codemod.names.modules import Modules
from codemod.names.nodes import is_compound
from codemod.names.reads import includes_in
from codemod.settings import CALL, GIVEN, TRACED, Double, Project, Settings

if TYPE_CHECKING:
    from codemod.analysis.uris import Root


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
        if mlflow_api.is_newer(settings.target):
            return Target(mlflow_api.NEWEST, False)
        return Target(mlflow_api.nearest_release(settings.target), False)

    def at_least(self, release: str) -> bool:
        """Return whether the target is this release or a later one, by major and minor."""
        return _minor(self.release) >= _minor(release)


@functools.cache
def _minor(release: str) -> tuple[int, int]:
    major, minor = release.split(".")[:2]
    return int(major), int(minor)


class Context:
    """One namespace of a document with what was found out about it.

    Args:
        names: Resolves the namespace's expressions.
        cells: All cells of the document.
        cell_of: The index of the cell that each tree of the namespace came from.
        settings: What the run was asked to do.
        kind: What kind of document it is, as in `codemod.documents.base.Document`.
        path: The document's path, as the run gives it.
        alone: Says what is known of the inputs when the run knows no other: what this namespace itself contributes.
        follows_callers: Whether a parameter is followed to what its callers give.
    """

    def __init__(
        self,
        names: Names,
        cells: Sequence[Cell],
        cell_of: Mapping[ast.Module, int],
        settings: Settings,
        kind: str = "python",
        path: str = "",
        *,
        alone: Callable[[Context], Project],
        follows_callers: bool = True,
    ) -> None:
        self.follows_callers = follows_callers
        self.names = names
        self.settings = settings
        self.kind = kind
        self.path = path
        self.target = Target.of(settings)
        self._cells = cells
        self._cell_of = cell_of
        self._alone = alone
        self.trees = {cell: tree for tree, cell in cell_of.items()}
        known = settings.project
        self._project = self._known = None if known is not None and known.is_alone else known
        modules = (settings.project.modules if settings.project is not None else None) or Modules()
        # Asked of the smaller one: a large run takes tens of thousands of names.
        reads = settings.project.reads if settings.project is not None else None
        taken = reads.intersection(names.scopes.module.bindings) if reads is not None else None
        if settings.project is not None and (modules.by_name or taken):
            given = {key: tuple(sorted(classes)) for key, what in self._given.items() if (classes := what & GIVEN)}
            includes = includes_in(self.text) if kind != "python" else ()
            names.attach(Elsewhere(path, modules, includes, given, settings.project.overrides, taken))
        elif follows_callers:
            names.attach(NOWHERE)  # what was read may be kept from another run, which knew more
        self._lines: dict[int, Lines] = {}
        #: What `codemod.analysis.origins` is being asked, from the first question to the one that it leads to.
        self.asked: list[ast.expr] = []
        #: What `codemod.analysis.uris.root_of_uri` has found out.
        self.roots: dict[ast.expr, Root | None] = {}
        #: What functions made by `codemod.analysis.once.once` have found out.
        self.kept: dict[object, object] = {}
        self._calls: dict[ast.Call, BoundCall | None] = {}

    def resolve(self, node: ast.expr) -> Value:
        """Say what an expression is."""
        return self.names.resolve(node)

    def call(self, node: ast.Call) -> BoundCall | None:
        """Return a call of an MLflow function with its arguments sorted; None when it is not known to be one."""
        if node not in self._calls:
            self._calls[node] = bind(node, self.names)
        return self._calls[node]

    def stays(self, argument: Argument, call: ast.Call) -> str:
        """Say why the key that brings an argument cannot be renamed; "" when it can, as nothing else reads it."""
        if argument.stays or not argument.variable:
            return argument.stays
        return self.read_elsewhere(argument.variable, call)

    def read_elsewhere(self, variable: str, use: ast.AST) -> str:
        """Say which other code may read a variable of this module; "" when nobody does.

        Args:
            variable: Its name; "" for none, which nobody reads.
            use: Where this code uses it: a script that uses it at its top level is not imported for it.
        """
        if variable in self.project.reads:
            place = dict(self.project.readers).get(variable, "another file")
            return f"{place} reads `{variable}`"
        inside = self.names.scopes.scope(use) is not self.names.scopes.module
        if self._known is None and inside and not variable.startswith("_"):
            return f"other files may read `{variable}`, and none but this one is in the run" if variable else ""
        return ""

    def changes(self, node: ast.expr, *codes: str) -> bool:
        """Return whether this run may change a place by some rules: the file is not skipped, none is left out or silenced there."""
        if self._is_skipped or not all(self.settings.runs(code) for code in codes):
            return False
        lines = self.lines(self.cell(node))
        around = self.names.scopes.statement(node)
        texts = [*lines.of(lines.location(node, self.cell(node)))]
        if isinstance(around, ast.stmt) and not is_compound(around):
            texts += lines.of(lines.location(around, self.cell(node)))
        return not any(suppressions.silences(texts, code) for code in codes)

    @functools.cached_property
    def _is_skipped(self) -> bool:
        return any(suppressions.skips_file(cell.text) for cell in self._cells)

    @functools.cached_property
    def possible_doubles(self) -> tuple[DoublePlace, ...]:
        """The places of this namespace that stand in for MLflow in tests, if the file is made for these."""
        may_be = stood_for(self.path) or speaks_of_doubles(self.text.encode("utf-8", "replace"))
        return tuple(doubles_in(self.names, self.path)) if may_be else ()

    @functools.cached_property
    def doubles(self) -> tuple[DoublePlace, ...]:
        """The places of this namespace that stand in for MLflow in tests."""
        known = self._known.doubles if self._known is not None else ()
        told = {(double.where, double.path, double.what) for double in known if double.given}
        every = ((place, where(place, self.path)) for place in self.possible_doubles)
        return tuple(
            place for place, double in every if not double.given or (double.where, double.path, double.what) in told
        )

    def doubles_of(self, path: str, what: str) -> tuple[Double, ...]:
        """Return the doubles of the project that stand in for an object of MLflow.

        Args:
            path: Its dotted path.
            what: ``name`` or ``arguments``: what is to change.
        """
        return tuple(known_doubles(self.project.doubles).of(self.path, path, what))

    def cell(self, node: ast.AST) -> int:
        """Return the index of the cell that a node stands in."""
        return self._cell_of[self.names.scopes.tree(node)]

    def lines(self, cell: int) -> Lines:
        """Return the lines of a cell."""
        if cell not in self._lines:
            self._lines[cell] = Lines(self._cells[cell])
        return self._lines[cell]

    def given(self, node: ast.Name) -> frozenset[str]:
        """Return what calls in other files give for the parameter that a name means, in the words of `codemod.settings.Given`."""
        if not self._given:
            return frozenset()
        parameter = self.names.parameter(node)
        arguments = self.names.scopes.parent(parameter) if parameter is not None else None
        function = self.names.scopes.parent(arguments) if arguments is not None else None
        return self._given_to(function, parameter.arg) if parameter is not None else frozenset()

    def given_field(self, node: ast.Attribute) -> frozenset[str]:
        """Return what calls in other files give for the field of ``self`` that an attribute means, of a class that is made without `__init__`."""
        owner = self.names.scopes.self_class(node.value) if self._given and isinstance(node.value, ast.Name) else None
        return self._given.get((f"{owner.name}.__init__", node.attr), frozenset()) if owner is not None else frozenset()

    @property
    def stores_elsewhere(self) -> frozenset[str]:
        """The tracking stores that files of the run name, as they write them; none where no other file is known."""
        return self._known.stores if self._known is not None else frozenset()

    @property
    def recorded(self) -> frozenset[tuple[str, str]]:
        """The keys under which other files of the run keep something of MLflow outside of the program, each with what it is."""
        return self._known.recorded if self._known is not None else frozenset()

    def calls_of(self, function: ast.AST) -> frozenset[str]:
        """Return what is known of the calls of a function in other files, in the words of `codemod.settings.Given`."""
        return self._given_to(function, CALL) if self._given else frozenset()

    def is_called_by_traces(self, function: ast.AST) -> bool:
        """Return whether code in other files calls a function that makes traces itself, directly or by a function of this file."""
        functions, waiting = {function}, [function]
        while waiting and self._given:
            each = waiting.pop()
            if self._given_to(each, TRACED):
                return True
            calls = self.facts.callers.get(each, ())
            around = {self.names.scopes.scope(call).node for call in calls} - functions
            functions |= around
            waiting += around
        return False

    def _given_to(self, function: ast.AST | None, parameter: str) -> frozenset[str]:
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return frozenset()
        return self._given.get((self.names.qualified(function), parameter), frozenset())

    @functools.cached_property
    def _given(self) -> dict[tuple[str, str], frozenset[str]]:
        found: dict[tuple[str, str], frozenset[str]] = {}
        for each in self._known.given if self._known is not None else ():
            if each.path == self.path:
                key = each.function, each.parameter
                found[key] = found.get(key, frozenset()) | {each.what}
        return found

    @property
    def project(self) -> Project:
        """What is known of all inputs; of this namespace alone when the run knows no others."""
        if self._project is None:
            self._project = self._alone(self)
        return self._project

    def place(self, node: ast.AST) -> str:
        """Return what stands behind the path of a file when a place in it is named."""
        cell = self.cell(node)
        location = self.lines(cell).location(node, cell)
        number = location.cell_number
        return f":{location.line}" if number is None else f": cell {number}, line {location.line}"

    def source(self, node: ast.expr) -> str:
        """Return an expression as it stands in its cell."""
        lines = self.lines(self.cell(node))
        start, end = lines.span(node)
        return lines.text[start:end]

    @functools.cached_property
    def text(self) -> str:
        """All cells of the document."""
        return "\n".join(cell.text for cell in self._cells)

    @functools.cached_property
    def facts(self) -> Facts:
        """What the code of the namespace does."""
        return Facts(self.names, [self._cells[cell] for cell in self._cell_of.values()], self.call)
