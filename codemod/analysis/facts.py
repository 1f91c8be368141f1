"""What the code of one namespace does, as facts that a rule may ask for instead of looking for words in the text.

All are read from resolved code: comments and docstrings say nothing here. Each is worked out on the first question.

- `Facts.named` and `Facts.called`: the calls of some of MLflow's functions, with their arguments sorted.
- `Facts.sets`: whether the code sets a variable of the environment, in Python, by ``monkeypatch`` or by a magic.
- `Facts.autologs` and `Facts.logs_models`: whether models may be logged here, by autologging or by a call.
- `Facts.imports`: whether a package is imported.
- `Facts.callers`: the calls of a function that the namespace itself defines.
- `Facts.is_given_as_run`: whether MLflow gets ``node.info.run_id`` as the id of a run.
- `Facts.names_mlflow` and `Facts.writes`: evidence by a name or a string alone. It is enough to report something and never to edit it.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from codemod.analysis.calls import BoundCall
from codemod.analysis.indirect import gives_items, indirect
from codemod.documents.base import Cell
from codemod.names import LocalClass, LocalFunction, LocalInstance, Mlflow, Names, Partial, Unknown
from codemod.names.carriers import carriers
from codemod.names.class_methods import is_class_of
from codemod.names.nodes import dotted_text, function_name
from codemod.names.words import code_names_mlflow, imported_modules, words_of_code

Bind = Callable[[ast.Call], "BoundCall | None"]

_SETTERS = ("setdefault", "setenv", "putenv")
_MAGIC = re.compile(r"[ \t]*%(?:set_)?env[ \t]+(?P<name>\w+)(?:[ \t]*=[ \t]*|[ \t]+)(?P<value>[^\r\n]*)")
_LINE = re.compile(r"[^\r\n]+")
_WRITES = ("log_model", "log_explainer")


class Facts:
    """The facts of one namespace.

    Args:
        names: Resolves its expressions.
        cells: The cells that it consists of.
        bind: Sorts the arguments of a call of MLflow.
    """

    def __init__(self, names: Names, cells: Sequence[Cell], bind: Bind) -> None:
        self._names = names
        self._cells = cells
        self._bind = bind
        self._named_calls: dict[tuple[str, ...], tuple[BoundCall, ...]] = {}

    def named(self, *names: str) -> tuple[BoundCall, ...]:
        """Return the calls of MLflow's functions with one of some last names, in the order of the source."""
        if names not in self._named_calls:
            carrying = carriers(self._names, names)
            written = ((node, function_name(node.func)) for node in self._names.scopes.of(ast.Call))
            found = (self._bind(node) for node, name in written if not name or name in carrying)
            self._named_calls[names] = tuple(
                call for call in found if call is not None and call.path.rpartition(".")[2] in names
            )
        return self._named_calls[names]

    def called(self, *paths: str) -> tuple[BoundCall, ...]:
        """Return the calls of some of MLflow's functions, by their public dotted paths."""
        names = dict.fromkeys(path.rpartition(".")[2] for path in paths)
        return tuple(call for call in self.named(*names) if call.path in paths)

    @functools.cached_property
    def callers(self) -> Mapping[ast.AST, tuple[ast.Call, ...]]:
        """The calls of each function and method that the namespace defines."""
        found: dict[ast.AST, list[ast.Call]] = {}
        members = self._members
        for node in self._names.scopes.of(ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr not in members:
                continue
            function = self._names.resolve(node.func)
            if isinstance(function, Partial):
                function = function.function
            if isinstance(function, LocalInstance) and is_class_of(node.func, self._names):
                function = LocalClass(function.node)  # `cls(...)`
            if isinstance(function, LocalClass):
                function = self._names.member(function.node, "__init__")
            if isinstance(function, LocalFunction):
                found.setdefault(function.node, []).append(node)
        return {function: tuple(calls) for function, calls in found.items()}

    @functools.cached_property
    def indirect_callers(self) -> Mapping[ast.AST, tuple[tuple[ast.Call, bool], ...]]:
        """The calls that others make of functions of the namespace, each with whether it gives items of what is seen."""
        found: dict[ast.AST, list[tuple[ast.Call, bool]]] = {}
        for node in self._names.scopes.of(ast.Call):
            call = indirect(node)
            function = self._names.resolve(call.func) if call is not None else None
            if call is not None and isinstance(function, LocalFunction):
                found.setdefault(function.node, []).append((call, gives_items(node)))
        return {function: tuple(calls) for function, calls in found.items()}

    @functools.cached_property
    def makers(self) -> Mapping[ast.AST, tuple[ast.Call, ...]]:
        """The calls of each class that the namespace defines."""
        classes = {node.name for node in self._names.scopes.of(ast.ClassDef)}
        found: dict[ast.AST, list[ast.Call]] = {}
        for node in self._names.scopes.of(ast.Call) if classes else ():
            if isinstance(node.func, ast.Name) and node.func.id in classes:
                kind = self._names.resolve(node.func)
                if isinstance(kind, LocalClass):
                    found.setdefault(kind.node, []).append(node)
        return {kind: tuple(calls) for kind, calls in found.items()}

    @property
    def _members(self) -> frozenset[str]:
        """The attributes that may be functions of the namespace: most that are called are of other packages."""
        scopes = self._names.scopes
        defined = {node.name for node in scopes.of(ast.FunctionDef)}
        defined |= {node.name for node in scopes.of(ast.AsyncFunctionDef)}
        assigned = {name for attributes in scopes.attributes.values() for name in attributes}
        return frozenset(defined | assigned | {text.rpartition(".")[2] for text in scopes.dotted})

    @functools.cached_property
    def environment(self) -> Mapping[str, tuple[ast.expr | None, ...]]:
        """The variables of the environment that the code sets, with their values; None for a value that stands in a magic."""
        found: dict[str, list[ast.expr | None]] = {}
        scopes = self._names.scopes
        nodes = (*scopes.of(ast.Assign), *scopes.of(ast.AnnAssign), *scopes.of(ast.Call))
        for node in sorted(nodes, key=scopes.order):
            for name, value in self._settings(node):
                found.setdefault(name, []).append(value)
        for name in self._magic_settings():
            found.setdefault(name, []).append(None)
        return {name: tuple(values) for name, values in found.items()}

    def sets(self, *variables: str) -> bool:
        """Return whether the code sets one of some variables of the environment."""
        return any(variable in self.environment for variable in variables)

    def variables_set(self, node: ast.AST) -> frozenset[str]:
        """Return the variables of the environment that a statement or call sets, as far as they are known."""
        return frozenset(name for name, _ in self._settings(node))

    @functools.cached_property
    def autologs(self) -> bool:
        """Whether autologging may log models here: it is called, and not known to leave models out."""
        for node in self._names.scopes.of(ast.Call):
            if function_name(node.func) != "autolog":
                continue
            function = self._names.resolve(node.func)
            call = self._bind(node)
            asked = call.get("log_models") if call is not None else None
            off = asked is not None and isinstance(asked.value, ast.Constant) and asked.value.value is False
            if isinstance(function, (Mlflow, Partial, Unknown)) and not off:
                return True
        return False

    @functools.cached_property
    def logs_models(self) -> bool:
        """Whether a call here logs a model, or may: its function has the name and cannot be told."""
        return any(
            function_name(node.func) in _WRITES
            and isinstance(self._names.resolve(node.func), (Mlflow, Partial, Unknown))
            for node in self._names.scopes.of(ast.Call)
        )

    def is_given_as_run(self, node: ast.expr) -> bool:
        """Return whether the same function gives ``node.info.run_id`` to MLflow as the id of a run, so that it is one."""
        return (self._names.scopes.scope(node).node, ast.dump(node)) in self._runs

    @functools.cached_property
    def _runs(self) -> frozenset[tuple[ast.AST, str]]:
        scopes = self._names.scopes
        found: set[tuple[ast.AST, str]] = set()
        for value in scopes.of(ast.Attribute):
            if value.attr != "run_id" or not isinstance(value.value, ast.Attribute):
                continue
            call = next((outer for outer in scopes.ancestors(value) if isinstance(outer, ast.Call)), None)
            bound = self._bind(call) if call is not None else None
            argument = bound.get("run_id") if bound is not None else None
            if argument is not None and argument.value is value:
                run = value.value.value
                found.add((scopes.scope(run).node, ast.dump(run)))
        return frozenset(found)

    def imports(self, *packages: str) -> bool:
        """Return whether the code imports one of some packages, or something of them."""
        return not self._imported.isdisjoint(packages)

    @functools.cached_property
    def _imported(self) -> frozenset[str]:
        found: set[str] = set()
        scopes = self._names.scopes
        modules = [alias.name for node in scopes.of(ast.Import) for alias in node.names]
        modules += [node.module for node in scopes.of(ast.ImportFrom) if node.module and not node.level]
        for module in modules:
            parts = module.split(".")
            found.update(".".join(parts[: end + 1]) for end in range(len(parts)))
        return frozenset(found)

    @functools.cached_property
    def names_mlflow(self) -> bool:
        """Whether the code names MLflow, or imports a module of the run that does."""
        elsewhere = self._names.elsewhere
        return code_names_mlflow(self._names.scopes) or (
            bool(elsewhere.modules.by_name)
            and elsewhere.modules.speaks(elsewhere.path, [*imported_modules(self._names.scopes), *elsewhere.includes])
        )

    def writes(self, *words: str) -> bool:
        """Return whether a string or a name of the code is, or ends in, one of some words."""
        return any(text.endswith(words) for text in words_of_code(self._names.scopes))

    def _settings(self, node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
        """Return the variables that a statement or call sets."""
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Subscript) and _is_environment(target.value):
                    yield from self._variable(target.slice, node.value)
        elif isinstance(node, ast.Call):
            yield from self._set_by(node)

    def _set_by(self, node: ast.Call) -> Iterator[tuple[str, ast.expr | None]]:
        """Return the variables that a call sets."""
        name, function = function_name(node.func), node.func
        if name in _SETTERS and len(node.args) >= 2:
            yield from self._variable(node.args[0], node.args[1])
        elif name == "setitem" and len(node.args) == 3 and _is_environment(node.args[0]):
            yield from self._variable(node.args[1], node.args[2])
        elif name == "update" and isinstance(function, ast.Attribute) and _is_environment(function.value):
            yield from self._entries(node.args, node.keywords)
        elif name == "dict" and isinstance(function, ast.Attribute) and dotted_text(function).endswith("patch.dict"):
            first = node.args[0] if node.args else None
            named = isinstance(first, ast.Constant) and first.value == "os.environ"
            if named or (first is not None and _is_environment(first)):
                yield from self._entries(node.args[1:], node.keywords)
        elif name == "set" and isinstance(function, ast.Attribute):  # `mlflow.environment_variables.MLFLOW_X.set(…)`
            owner = self._names.resolve(function.value)
            prefix = "mlflow.environment_variables."
            if isinstance(owner, Mlflow) and owner.path.startswith(prefix):
                yield owner.path.removeprefix(prefix), node.args[0] if node.args else None

    def _entries(
        self, arguments: Sequence[ast.expr], keywords: Sequence[ast.keyword]
    ) -> Iterator[tuple[str, ast.expr | None]]:
        """Return the variables that a dict, or keywords, name."""
        for argument in arguments:
            source = self._names.definition(argument) if isinstance(argument, ast.Name) else argument
            if isinstance(source, ast.Dict):
                for key, value in zip(source.keys, source.values, strict=True):
                    if key is not None:
                        yield from self._variable(key, value)
        for keyword in keywords:
            if keyword.arg is not None:
                yield keyword.arg, keyword.value

    def _variable(self, key: ast.expr, value: ast.expr | None) -> Iterator[tuple[str, ast.expr | None]]:
        """Return the variable that a key names, if its text is known, with the value."""
        source = self._names.definition(key) if isinstance(key, ast.Name) else key
        if isinstance(source, ast.Constant) and isinstance(source.value, str):
            yield source.value, value
        elif isinstance(source, ast.Attribute) and source.attr == "name":  # `environment_variables.MLFLOW_X.name`
            owner = self._names.resolve(source.value)
            if isinstance(owner, Mlflow):
                yield owner.path.rpartition(".")[2], value

    def _magic_settings(self) -> Iterator[str]:
        for cell in self._cells:
            if cell.text == cell.code:
                continue
            for line in _LINE.finditer(cell.text):
                found = _MAGIC.match(line[0])
                if found is not None and cell.code[line.start() : line.end()] != line[0]:
                    yield found["name"]


def _is_environment(node: ast.expr) -> bool:
    """Return whether the expression is ``os.environ``."""
    return dotted_text(node).rpartition(".")[2] == "environ"
