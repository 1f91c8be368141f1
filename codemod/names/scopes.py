"""One walk over the trees of a namespace: who is whose parent, which scope binds which name, and where."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar, cast

from codemod.names.bindings import Binding, Scope
from codemod.names.nodes import dotted_text

_N = TypeVar("_N", bound=ast.AST)
_T = TypeVar("_T")

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_MAKES_SCOPE = frozenset((*_FUNCTIONS, ast.ClassDef, *_COMPREHENSIONS))
# Fields that hold texts, numbers, contexts or operators.
_PLAIN_FIELDS = frozenset(
    "arg asname attr conversion ctx id is_async kind kwd_attrs lineno module n name op ops rest s simple "
    "type_comment type_ignores type_params level tag".split()
)


class Scopes:
    """The scopes of one namespace.

    Attributes:
        module: The outermost scope; all cells of a notebook share it.
        attributes: What is assigned to ``self.<name>`` or in the body of each class.
        dotted: What is assigned to other dotted targets, by their text (``"mlflow.sklearn.log_model"``).
        outside: The same by the attribute alone (``"log_model"``).
        loops: What `codemod.names.flow` has found out about loops.
    """

    def __init__(self, trees: Iterable[ast.Module]) -> None:
        self._info: dict[ast.AST, tuple[ast.AST | None, Scope, int]] = {}
        self._fields: dict[ast.AST, str] = {}
        self._kinds: defaultdict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        self.attributes: dict[ast.ClassDef, dict[str, list[Binding]]] = {}
        self.dotted: dict[str, list[Binding]] = {}
        self.outside: dict[str, list[Binding]] = {}
        self.loops: dict[ast.AST, bool | None] = {}
        self._count = 0
        self._trees: list[ast.Module] = []
        self._begins: list[int] = []
        forest = tuple(trees)
        self.module = Scope(forest[0] if forest else ast.Module([], []), None)
        self._elsewhere: tuple[ast.AST | None, Scope, int] = (None, self.module, 0)
        for tree in forest:
            self._trees.append(tree)
            self._begins.append(self._count + 1)
            self._walk(tree, self.module)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node's parent, or None for a module, and for a value that another file gives a name."""
        return self._info.get(node, self._elsewhere)[0]

    def holds(self, node: ast.AST) -> bool:
        """Return whether a node stands in the code."""
        return node in self._info

    def scope(self, node: ast.AST) -> Scope:
        """Return the scope in which the node is evaluated; what another file gives was made at its top level."""
        return self._info.get(node, self._elsewhere)[1]

    def order(self, node: ast.AST) -> int:
        """Return the node's position in the walk; what another file gives was there before."""
        return self._info.get(node, self._elsewhere)[2]

    def nodes(self) -> Iterable[ast.AST]:
        """Return every node in the order of the source."""
        return self._info

    def of(self, kind: type[_N]) -> Sequence[_N]:
        """Return every node of one type in the order of the source."""
        return cast("Sequence[_N]", self._kinds[kind])

    @property
    def assignments(self) -> Sequence[ast.Assign | ast.AnnAssign]:
        """Every ``x = value`` and ``x: kind = value`` in the order of the source."""
        return sorted((*self.of(ast.Assign), *self.of(ast.AnnAssign)), key=self.order)

    def field(self, node: ast.AST) -> str:
        """Return the name of the parent's block that a statement, handler or case stands in, such as ``"orelse"``."""
        return self._fields.get(node, "")

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Return the node's parents from the inside out."""
        current = self.parent(node)
        while current is not None:
            yield current
            current = self._info[current][0]

    def first_answer(
        self, node: ast.AST, ask: Callable[[ast.AST, ast.AST], _T | None], known: dict[ast.AST, _T | None]
    ) -> _T | None:
        """Return what the innermost ancestor answers that has an answer; each ancestor is asked once for all that it holds.

        Without that, all questions together would take the square of the depth, and each ``elif`` lies within the one before.

        Args:
            node: Whose ancestors are asked.
            ask: Gets an ancestor and the child of it that holds the node; None is no answer. It must not depend on the node.
            known: What was answered before, to be kept for this question.
        """
        way: list[ast.AST] = []
        answer, current = None, node
        while current not in known:
            way.append(current)
            parent = self.parent(current)
            if parent is None or (answer := ask(parent, current)) is not None:
                break
            current = parent
        else:
            answer = known[current]
        known.update(dict.fromkeys(way, answer))
        return answer

    def tree(self, node: ast.AST) -> ast.Module:
        """Return the module that a node stands in."""
        return self._trees[bisect_right(self._begins, self.order(node)) - 1]

    def statement(self, node: ast.AST) -> ast.AST:
        """Return the statement (or handler, or case) that holds the node; the node itself when it is one."""
        current: ast.AST | None = node
        while current is not None and current not in self._fields:
            current = self.parent(current)
        return current if current is not None else node

    def _walk(self, tree: ast.Module, module: Scope) -> None:
        info, fields, kinds, count = self._info, self._fields, self._kinds, self._count
        # An explicit stack: a chain of a thousand additions is a tree a thousand levels deep. This loop sees every node of every
        # file, so it asks types by table.
        stack: list[tuple[ast.AST, ast.AST | None, Scope]] = [(tree, None, module)]
        while stack:
            node, parent, scope = stack.pop()
            kind = type(node)
            count += 1
            info[node] = (parent, scope, count)
            kinds[kind].append(node)
            handler = _BINDERS.get(kind)
            if handler is not None:
                self._count = count
                handler(self, node, scope)
            inner = scope
            if kind in _MAKES_SCOPE:
                self._count = count
                inner = Scope(node, scope)  # type: ignore[arg-type]
                self._enter(node, inner)
            names = _FIELDS.get(kind)
            for name in names if names is not None else _fields_of(kind):  # the last first: the stack gives the first
                value = getattr(node, name, None)
                if not value:
                    continue
                home = inner if inner is scope or _inside(node, name) else scope
                if value.__class__ is not list:
                    if isinstance(value, ast.AST):
                        stack.append((value, node, home))
                elif name in _BLOCKS:
                    for item in reversed(value):
                        fields[item] = name
                        stack.append((item, node, home))
                else:
                    stack += [(item, node, home) for item in reversed(value) if isinstance(item, ast.AST)]
        self._count = count

    def _bind(self, scope: Scope, name: str, binding: Binding) -> None:
        scope.elsewhere.get(name, scope).bindings.setdefault(name, []).append(binding)

    def _enter(self, node: ast.AST, inner: Scope) -> None:
        if isinstance(node, _FUNCTIONS):
            arguments = node.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            for argument in [*every, *filter(None, (arguments.vararg, arguments.kwarg))]:
                inner.bindings[argument.arg] = [
                    Binding("parameter", argument, self._count, annotation=argument.annotation)
                ]

    def _target(self, scope: Scope, target: ast.AST, kind: str, node: ast.AST, source: ast.expr | None,
                annotation: ast.expr | None = None) -> None:  # fmt: skip
        if isinstance(target, ast.Name):
            self._bind(scope, target.id, Binding(kind, node, self._count, source, annotation=annotation))
        elif isinstance(target, ast.Attribute):
            binding = Binding(kind, node, self._count, source, annotation=annotation)
            owner = self._self_class(scope, target.value)
            if owner is not None:
                self.attributes.setdefault(owner, {}).setdefault(target.attr, []).append(binding)
            else:
                text = dotted_text(target)
                if text:
                    self.dotted.setdefault(text, []).append(binding)
                    self.outside.setdefault(target.attr, []).append(binding)
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = source.elts if kind == "value" and isinstance(source, (ast.Tuple, ast.List)) else None
            if values is not None and len(values) == len(target.elts) and not _starred([*values, *target.elts]):
                for item, value in zip(target.elts, values, strict=True):
                    self._target(scope, item, "value", node, value)
            else:
                for index, item in enumerate(target.elts):
                    numbered = _enumerated(source) if kind == "element" and index == 1 else None
                    self._target(scope, item, "element" if numbered else "part", node, numbered or source)
        elif isinstance(target, ast.Starred):
            self._target(scope, target.value, "part", node, source)

    def _self_class(self, scope: Scope, value: ast.AST) -> ast.ClassDef | None:
        """Return the class whose ``self`` (or ``cls``) the expression is."""
        if not isinstance(value, ast.Name):
            return None
        current: Scope | None = scope
        while current is not None:
            node = current.node
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                outer = current.parent
                first = [*node.args.posonlyargs, *node.args.args][:1]
                if outer is not None and isinstance(outer.node, ast.ClassDef) and first and first[0].arg == value.id:
                    return None if _is_static(node) else outer.node
                if value.id in current.bindings:
                    return None
            current = current.parent
        return None

    def owner(self, function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> ast.ClassDef | None:
        """Return the class whose method the function is, if ``name`` is the method's first parameter."""
        parent = self._info[function][0]
        first = [*function.args.posonlyargs, *function.args.args][:1]
        if isinstance(parent, ast.ClassDef) and first and first[0].arg == name and not _is_static(function):
            return parent
        return None

    def self_class(self, node: ast.Name) -> ast.ClassDef | None:
        """Return the class whose ``self`` or ``cls`` the name is, or None when it is something else."""
        return self._self_class(self.scope(node), node)


_FIELDS: dict[type, tuple[str, ...]] = {}
# The fields whose lists hold statements, handlers or cases.
_BLOCKS = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})


def _fields_of(kind: type) -> tuple[str, ...]:
    """Return the fields of a node type that can hold nodes worth a visit, the last first."""
    found = _FIELDS.get(kind)
    if found is None:
        found = _FIELDS[kind] = tuple(
            name for name in reversed(getattr(kind, "_fields", ())) if name not in _PLAIN_FIELDS
        )
    return found


def _inside(node: ast.AST, name: str) -> bool:
    """Return whether a field of a scope-making node is evaluated inside the new scope."""
    return name == "body" or not isinstance(node, (*_FUNCTIONS, ast.ClassDef))


def _enumerated(node: ast.expr | None) -> ast.expr | None:
    """Return what ``enumerate(...)`` counts."""
    called = node.func if isinstance(node, ast.Call) and node.args else None
    return (
        node.args[0]
        if isinstance(node, ast.Call) and isinstance(called, ast.Name) and called.id == "enumerate"
        else None
    )


def _starred(nodes: Iterable[ast.AST]) -> bool:
    return any(isinstance(node, ast.Starred) for node in nodes)


def _is_static(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(isinstance(item, ast.Name) and item.id == "staticmethod" for item in node.decorator_list)


def _bind_import(scopes: Scopes, node: ast.Import, scope: Scope) -> None:
    for alias in node.names:
        name = alias.asname or alias.name.partition(".")[0]
        module = alias.name if alias.asname else name
        scopes._bind(scope, name, Binding("import", node, scopes._count, module=module))


def _bind_import_from(scopes: Scopes, node: ast.ImportFrom, scope: Scope) -> None:
    module = "." * node.level + (node.module or "")
    for alias in node.names:
        if alias.name == "*":
            scope.stars.append(module)
        else:
            separator = "" if module.endswith(".") else "."
            path = f"{module}{separator}{alias.name}"
            scopes._bind(scope, alias.asname or alias.name, Binding("import", node, scopes._count, module=path))


def _bind_assign(scopes: Scopes, node: ast.Assign, scope: Scope) -> None:
    for target in node.targets:
        scopes._target(scope, target, "value", node, node.value)
    _class_attribute(scopes, scope, node.targets, node, node.value, None)


def _bind_annotated(scopes: Scopes, node: ast.AnnAssign, scope: Scope) -> None:
    scopes._target(scope, node.target, "value", node, node.value, node.annotation)
    _class_attribute(scopes, scope, [node.target], node, node.value, node.annotation)


def _class_attribute(scopes: Scopes, scope: Scope, targets: list[ast.expr], node: ast.AST, value: ast.expr | None,
                     annotation: ast.expr | None) -> None:  # fmt: skip
    if not isinstance(scope.node, ast.ClassDef):
        return
    for target in targets:
        if isinstance(target, ast.Name):
            binding = Binding("value", node, scopes._count, value, annotation=annotation)
            scopes.attributes.setdefault(scope.node, {}).setdefault(target.id, []).append(binding)


def _bind_augmented(scopes: Scopes, node: ast.AugAssign, scope: Scope) -> None:
    scopes._target(scope, node.target, "other", node, None)


def _bind_walrus(scopes: Scopes, node: ast.NamedExpr, scope: Scope) -> None:
    while isinstance(scope.node, _COMPREHENSIONS) and scope.parent is not None:
        scope = scope.parent
    scopes._target(scope, node.target, "value", scopes.statement(node), node.value)


def _bind_for(scopes: Scopes, node: ast.For | ast.AsyncFor, scope: Scope) -> None:
    scopes._target(scope, node.target, "element", node, node.iter)


def _bind_comprehension(scopes: Scopes, node: ast.comprehension, scope: Scope) -> None:
    scopes._target(scope, node.target, "element", node, node.iter)


def _bind_with(scopes: Scopes, node: ast.With | ast.AsyncWith, scope: Scope) -> None:
    for item in node.items:
        if item.optional_vars is not None:
            scopes._target(scope, item.optional_vars, "enter", node, item.context_expr)


def _bind_handler(scopes: Scopes, node: ast.ExceptHandler, scope: Scope) -> None:
    if node.name:
        scopes._bind(scope, node.name, Binding("other", node, scopes._count))


def _bind_definition(scopes: Scopes, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, scope: Scope) -> None:
    binding = Binding("definition", node, scopes._count)
    scopes._bind(scope, node.name, binding)
    if isinstance(scope.node, ast.ClassDef):
        scopes.attributes.setdefault(scope.node, {}).setdefault(node.name, []).append(binding)


def _bind_global(_: Scopes, node: ast.Global, scope: Scope) -> None:
    module = scope
    while module.parent is not None:
        module = module.parent
    scope.elsewhere.update(dict.fromkeys(node.names, module))


def _bind_nonlocal(_: Scopes, node: ast.Nonlocal, scope: Scope) -> None:
    functions: list[Scope] = []
    outer = scope.parent
    while outer is not None:
        if isinstance(outer.node, _FUNCTIONS):
            functions.append(outer)
        outer = outer.parent
    for name in node.names if functions else ():  # without a function around, Python does not take it
        # The outer function may give the name its first value further down.
        home = next((item for item in functions if name in item.bindings), functions[0])
        scope.elsewhere[name] = home.elsewhere.get(name, home)


def _bind_pattern(scopes: Scopes, node: ast.AST, scope: Scope) -> None:
    name = getattr(node, "name", None) or getattr(node, "rest", None)
    if isinstance(name, str):
        match = next((each for each in scopes.ancestors(node) if isinstance(each, ast.Match)), None)
        scopes._bind(scope, name, Binding("part", node, scopes._count, match.subject if match is not None else None))


_BINDERS: dict[type[ast.AST], Callable[..., None]] = {
    ast.Import: _bind_import,
    ast.ImportFrom: _bind_import_from,
    ast.Assign: _bind_assign,
    ast.AnnAssign: _bind_annotated,
    ast.AugAssign: _bind_augmented,
    ast.NamedExpr: _bind_walrus,
    ast.For: _bind_for,
    ast.AsyncFor: _bind_for,
    ast.comprehension: _bind_comprehension,
    ast.With: _bind_with,
    ast.AsyncWith: _bind_with,
    ast.ExceptHandler: _bind_handler,
    ast.FunctionDef: _bind_definition,
    ast.AsyncFunctionDef: _bind_definition,
    ast.ClassDef: _bind_definition,
    ast.Global: _bind_global,
    ast.Nonlocal: _bind_nonlocal,
    ast.MatchAs: _bind_pattern,
    ast.MatchStar: _bind_pattern,
    ast.MatchMapping: _bind_pattern,
}
