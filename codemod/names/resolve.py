"""Resolves expressions of one namespace to values; every answer is remembered."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence

from codemod import mlflow_api
from codemod.names.flow import dominates, excludes, is_import_fallback, shared_loop
from codemod.names.scopes import Binding, Scope, Scopes, dotted_text, is_compound
from codemod.names.values import (
    OTHER_MODULES,
    OTHER_PACKAGES,
    Elements,
    Foreign,
    Instance,
    LocalClass,
    LocalFunction,
    LocalInstance,
    Mlflow,
    Partial,
    Unknown,
    Value,
    given_by,
)

# How far a value is followed through names, attributes and local functions before it counts as "cannot tell".
_DEPTH = 60

# Names that code without any import of them can only mean MLflow's: notebooks get them from `%run` or the runtime.
_UNBOUND = {"mlflow": Mlflow("mlflow"), "MlflowClient": Mlflow("mlflow.MlflowClient")}

_BUILTIN_PASSES_ELEMENTS = {"list", "tuple", "sorted", "reversed", "set", "iter", "filter"}


class Names:
    """What the expressions of one namespace are.

    Args:
        trees: The trees of the namespace's cells, in order.
    """

    def __init__(self, trees: Iterable[ast.Module]) -> None:
        self.scopes = Scopes(trees)
        self._values: dict[ast.AST, Value] = {}
        self._lookups: dict[tuple[str, ast.AST], Value] = {}
        self._depth = 0

    def resolve(self, node: ast.expr) -> Value:
        """Say what an expression is."""
        value = self._values.get(node)
        if value is None:
            if self._depth >= _DEPTH:
                return Unknown("it is handed on too many times to follow")
            self._depth += 1
            # A name that depends on itself finds this answer instead of an endless loop.
            self._values[node] = Unknown("its value depends on itself")
            try:
                value = self._compute(node)
            finally:
                self._depth -= 1
            self._values[node] = value
        return value

    def _compute(self, node: ast.expr) -> Value:
        method = self._METHODS.get(type(node))
        return method(self, node) if method is not None else Unknown("it is computed")

    def definition(self, node: ast.Name) -> ast.expr | None:
        """Give the one expression that a name was assigned, or None when there are several or none."""
        bindings = self._visible(node.id, node)
        sources = {binding.source for binding in bindings if binding.kind == "value"}
        return sources.pop() if len(bindings) == 1 and len(sources) == 1 else None

    def attribute_definition(self, node: ast.Attribute) -> ast.expr | None:
        """Give the one expression that an attribute of a class of this document was assigned, or None."""
        owner = self.scopes.self_class(node.value) if isinstance(node.value, ast.Name) else None
        if owner is None:
            value = self.resolve(node.value)
            owner = value.node if isinstance(value, (LocalInstance, LocalClass)) else None
        bindings = self.scopes.attributes.get(owner, {}).get(node.attr, ()) if owner is not None else ()
        return bindings[0].source if len(bindings) == 1 and bindings[0].kind == "value" else None

    def uses(self, node: ast.Name) -> list[ast.Name]:
        """Give all places of the namespace that mean the same variable as this one."""
        home = self._home(node.id, node)
        return [
            other
            for other in self.scopes.nodes()
            if isinstance(other, ast.Name) and other.id == node.id and self._home(other.id, other) is home
        ]

    def _home(self, name: str, use: ast.AST) -> Scope | None:
        scope: Scope | None = self.scopes.scope(use)
        own = True
        while scope is not None:
            if (own or not scope.is_class) and name in scope.bindings and name not in scope.globals:
                return scope
            own, scope = False, scope.parent
        return None

    def function(self, node: ast.Name) -> list[ast.expr] | None:
        """Give the expressions in the body of a local function, or None for anything else."""
        value = self.resolve(node)
        if not isinstance(value, LocalFunction):
            return None
        return [child for child in ast.walk(value.node) if isinstance(child, ast.expr)]

    # -- names ---------------------------------------------------------------------------------------------------------

    def _name(self, node: ast.Name) -> Value:
        return self.lookup(node.id, node)

    def lookup(self, name: str, use: ast.AST) -> Value:
        """Say what a name means at a place of use."""
        bindings = self._visible(name, use)
        return self._agree(name, bindings, use) if bindings else self._unbound(name)

    def _visible(self, name: str, use: ast.AST) -> list[Binding]:
        """Give the bindings that a use of the name may mean; none when it is not bound here."""
        scope: Scope | None = self.scopes.scope(use)
        own = True
        while scope is not None:
            visible = own or not scope.is_class
            if visible and name in scope.bindings and name not in scope.globals:
                bindings = scope.bindings[name]
                # An inner scope can run at any time after the first binding, so it may see all of them.
                return self._reaching(bindings, use) if own else list(bindings)
            own = own and name not in scope.globals and _is_comprehension(scope)
            scope = scope.parent
        return []

    def _unbound(self, name: str) -> Value:
        for module in reversed(self.scopes.module.stars):
            if _is_mlflow(module) and mlflow_api.canonical(f"{module}.{name}"):
                return _mlflow(f"{module}.{name}")
        if name in _UNBOUND:
            return _UNBOUND[name]
        if self.scopes.module.stars:
            return Unknown(f"`{name}` may come from `from {self.scopes.module.stars[-1]} import *`")
        return Unknown(f"`{name}` is not defined here")

    def _reaching(self, bindings: Sequence[Binding], use: ast.AST) -> list[Binding]:
        """Give the bindings that a use in the same scope can see, newest first."""
        scopes = self.scopes
        position = scopes.order(use)
        found: list[Binding] = []
        for binding in reversed(bindings):
            statement = scopes.statement(binding.node)
            if binding.order >= position or excludes(scopes, statement, use):
                continue
            if not is_compound(statement) and statement is scopes.statement(use) and binding.kind != "parameter":
                continue  # in `x = f(x)` the right side still means the old x
            found.append(binding)
            if binding.kind == "parameter" or dominates(scopes, statement, use):
                break
        later = [b for b in bindings if b.order >= position and shared_loop(scopes, b.node, use, found)]
        return [*found, *later] or list(bindings)

    def _agree(self, name: str, bindings: Sequence[Binding], use: ast.AST) -> Value:
        """Give the one value of all bindings, or say that they differ."""
        values: list[tuple[Value, Binding]] = []
        fallback: list[tuple[Value, Binding]] = []
        for binding in bindings:
            if isinstance(binding.source, ast.Constant) and binding.source.value is None and binding.kind == "value":
                if binding.annotation is None:
                    continue  # `client = None` says only that the real value comes later
            entry = (self._bound(binding, use), binding)
            (fallback if is_import_fallback(self.scopes, binding.node) else values).append(entry)
        values = values or fallback
        if not values:
            return Foreign("None")
        first, others = values[0][0], values[1:]
        for value, binding in others:
            if not _same(first, value):
                if isinstance(first, Foreign) and isinstance(value, Foreign):
                    continue
                lines = sorted({_line(b.node) for b in (values[0][1], binding)})
                where = " and ".join(str(line) for line in lines)
                return Unknown(f"`{name}` is bound to different things (line {where})")
        return first

    def _bound(self, binding: Binding, use: ast.AST) -> Value:
        kind = binding.kind
        if kind == "import":
            return _imported(binding.module)
        if kind == "parameter":
            return self._parameter(binding)
        if kind == "definition":
            if isinstance(binding.node, ast.ClassDef):
                return LocalClass(binding.node)
            if isinstance(binding.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return LocalFunction(binding.node)
        if binding.annotation is not None:
            value = self._annotation(binding.annotation)
            if value is not None:
                return value
        if binding.source is None:
            return Unknown("it is computed")
        value = self.resolve(binding.source)
        if kind == "element":
            return self._element(value)
        if kind == "enter":
            return self._entered(value)
        if kind == "part":
            return value if isinstance(value, (Foreign, Unknown)) else Unknown("it is unpacked from another value")
        return value

    def _parameter(self, binding: Binding) -> Value:
        node = binding.node
        assert isinstance(node, ast.arg)
        if binding.annotation is not None:
            value = self._annotation(binding.annotation)
            if value is not None:
                return value
        function = self.scopes.parent(self.scopes.parent(node) or node)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            owner = self.scopes.owner(function, node.arg)
            if owner is not None:
                return LocalInstance(owner)
            fixture = self._fixture(node.arg, function)
            if fixture is not None:
                return fixture
        return Unknown(f"`{node.arg}` is a parameter")

    def _fixture(self, name: str, function: ast.AST) -> Value | None:
        """Give what a pytest fixture of this module returns, for a parameter of the same name."""
        for binding in self.scopes.module.bindings.get(name, ()):
            node = binding.node
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node is not function:
                if any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list):
                    return self._returned(node)
        return None

    def _annotation(self, node: ast.expr) -> Value | None:
        """Give an instance for an annotation that names an MLflow class; None when it says nothing."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.strip()
            if not text.replace(".", "").replace("_", "").isalnum():
                return None
            parts = text.split(".")
            value: Value = self.lookup(parts[0], node)
            for part in parts[1:]:
                value = self._attribute_of(value, part)
            return _instance_of(value)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = [side for side in (node.left, node.right) if not _is_none(side)]
            return self._annotation(sides[0]) if len(sides) == 1 else None
        if isinstance(node, ast.Subscript):
            head = dotted_text(node.value).rpartition(".")[2]
            inner = self._annotation(node.slice) if not isinstance(node.slice, ast.Tuple) else None
            if head in ("Optional", "Annotated", "Final", "ClassVar"):
                return inner
            if head in ("list", "List", "Iterable", "Sequence", "Iterator", "Generator", "tuple", "Tuple"):
                return Elements(inner.path) if isinstance(inner, Instance) else None
            return None
        return _instance_of(self.resolve(node))

    # -- attributes ----------------------------------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute) -> Value:
        text = dotted_text(node)
        if text and text in self.scopes.dotted:
            replaced = self._assigned_elsewhere(text, node)
            if replaced is not None:
                return replaced
        if isinstance(node.value, ast.Name):
            owner = self.scopes.self_class(node.value)
            if owner is not None:
                return self._member(owner, node.attr, set())
        return self._attribute_of(self.resolve(node.value), node.attr)

    def _assigned_elsewhere(self, text: str, node: ast.Attribute) -> Value | None:
        """Give the value that the document assigns to ``a.b``, or say that an MLflow function was replaced."""
        bindings = [b for b in self.scopes.dotted[text] if not self._holds(b.node, node)]
        if not bindings:
            return None
        original = self._attribute_of(self.resolve(node.value), node.attr)
        if isinstance(original, (Mlflow, Instance)):
            return Foreign(f"`{text}` is replaced in line {_line(bindings[0].node)}")
        return self._agree(text, bindings, node)

    def _holds(self, statement: ast.AST, node: ast.AST) -> bool:
        return self.scopes.statement(node) is statement

    def _member(self, owner: ast.ClassDef, name: str, seen: set[ast.ClassDef]) -> Value:
        """Give an attribute of a class of this document, looked up through the bases that are seen here."""
        if owner in seen:
            return Unknown("its class is its own base")
        seen.add(owner)
        bindings = self.scopes.attributes.get(owner, {}).get(name)
        if bindings:
            definitions = [b for b in bindings if b.kind == "definition"]
            if definitions and isinstance(definitions[-1].node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                function = definitions[-1].node
                if _is_property(function):
                    return self._returned(function)
                return LocalFunction(function)
            return self._agree(f"self.{name}", bindings, owner)
        for base in owner.bases:
            value = self.resolve(base)
            if isinstance(value, LocalClass):
                inherited = self._member(value.node, name, seen)
                if not isinstance(inherited, Foreign):
                    return inherited
            elif isinstance(value, Mlflow):
                found = self._attribute_of(Instance(value.path), name)
                if isinstance(found, Mlflow) and mlflow_api.canonical(found.path):
                    return found
            elif isinstance(value, Unknown):
                return Unknown(f"`{name}` may come from the base class `{ast.unparse(base)}`")
            elif isinstance(value, Foreign) and value.what not in ("abc", "object", "typing", "enum"):
                return Foreign(value.what)
        return Foreign(f"class {owner.name}")

    def _attribute_of(self, value: Value, name: str) -> Value:
        if isinstance(value, Mlflow):
            return _mlflow(f"{value.path}.{name}")
        if isinstance(value, Instance):
            member = _mlflow(f"{value.path}.{name}")
            held = given_by(member.path) if mlflow_api.kind_of(member.path) == "attribute" else None
            return held if held is not None else member
        if isinstance(value, (LocalInstance, LocalClass)):
            return self._member(value.node, name, set())
        if isinstance(value, Elements):
            return Unknown("it is an attribute of a list")
        if isinstance(value, (LocalFunction, Partial)):
            return Foreign("an attribute of a function")
        if isinstance(value, Foreign) and value.what == "importlib" and name == "import_module":
            return Foreign("importlib.import_module")
        if isinstance(value, Foreign) and "." not in value.what and value.what in _SPECIAL_MODULES:
            return Foreign(f"{value.what}.{name}")
        return value

    # -- calls ---------------------------------------------------------------------------------------------------------

    def _call(self, node: ast.Call) -> Value:
        function = self.resolve(node.func)
        if isinstance(function, Mlflow):
            if mlflow_api.kind_of(function.path) == "class":
                return Instance(function.path)
            return given_by(function.path) or Unknown(f"it is what `{function.path}` returns")
        if isinstance(function, LocalClass):
            return LocalInstance(function.node)
        if isinstance(function, LocalFunction):
            return self._returned(function.node)
        if isinstance(function, Partial):
            inner = function.function
            return (given_by(inner.path) if isinstance(inner, Mlflow) else None) or Unknown("it is computed")
        if isinstance(function, Foreign):
            special = _SPECIAL_CALLS.get(function.what)
            return special(self, node) if special is not None else Foreign(function.what)
        if isinstance(node.func, ast.Name) and isinstance(function, Unknown):
            return self._builtin_call(node, node.func.id, function)
        return function if isinstance(function, Unknown) else Unknown("it is computed")

    def _builtin_call(self, node: ast.Call, name: str, function: Unknown) -> Value:
        if name == "getattr" and len(node.args) >= 2:
            return self._getattr(node)
        if name == "__import__" and node.args and isinstance(node.args[0], ast.Constant):
            return _imported(str(node.args[0].value).partition(".")[0])
        if name in _BUILTIN_PASSES_ELEMENTS and node.args:
            return self.resolve(node.args[-1] if name == "filter" else node.args[0])
        if name in ("next", "max", "min") and node.args:
            return self._element(self.resolve(node.args[0]))
        if name == "super":
            return self._super(node)
        if name in _PLAIN_BUILTINS:
            return Foreign(name)
        return function

    def _super(self, node: ast.Call) -> Value:
        for ancestor in self.scopes.ancestors(node):
            if isinstance(ancestor, ast.ClassDef):
                bases = [self.resolve(base) for base in ancestor.bases]
                for base in bases:
                    if isinstance(base, Mlflow):
                        return Instance(base.path)
                    if isinstance(base, LocalClass):
                        return LocalInstance(base.node)
                return bases[0] if bases else Foreign("object")
        return Unknown("`super()` outside a class")

    def _getattr(self, node: ast.Call) -> Value:
        target, name = node.args[0], node.args[1]
        value = self.resolve(target)
        if isinstance(name, ast.Constant) and isinstance(name.value, str):
            return self._attribute_of(value, name.value)
        if isinstance(value, (Mlflow, Instance)):
            return Unknown(f"`{_short(node)}` picks it by a name that is known only at run time")
        return value

    def import_module(self, node: ast.Call) -> Value:
        """Give the module that ``importlib.import_module`` or ``pytest.importorskip`` returns."""
        if not node.args:
            return Unknown("it is imported by a computed name")
        argument = node.args[0]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return _imported(argument.value)
        return Unknown(f"`{_short(node)}` imports a module whose name is known only at run time")

    def partial(self, node: ast.Call) -> Value:
        """Give the partial that ``functools.partial(function, ...)`` makes."""
        if not node.args or isinstance(node.args[0], ast.Starred):
            return Unknown("it is a partial of a computed function")
        function = self.resolve(node.args[0])
        if isinstance(function, (Foreign, Unknown)):
            return function
        bound = node.args[1:]
        exact = not any(isinstance(a, ast.Starred) for a in bound) and all(k.arg for k in node.keywords)
        return Partial(function, len(bound), frozenset(k.arg for k in node.keywords if k.arg), exact)

    def _returned(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Value:
        """Give what a local function returns when all its returns agree."""
        if isinstance(node, ast.Lambda):
            return self.resolve(node.body)
        if node.returns is not None:
            annotated = self._annotation(node.returns)
            if annotated is not None:
                return annotated
        values: list[Value] = []
        for statement in _own_statements(node):
            source = statement.value if isinstance(statement, ast.Return) else _yielded(statement)
            if source is not None and not _is_none(source):
                values.append(self.resolve(source))
        if not values:
            return Foreign("None")
        if all(_same(values[0], value) for value in values[1:]):
            return values[0]
        return Unknown(f"`{node.name}` returns different things")

    # -- other expressions ---------------------------------------------------------------------------------------------

    def _element(self, value: Value) -> Value:
        if isinstance(value, Elements):
            return Instance(value.path)
        if isinstance(value, (Foreign, Unknown)):
            return value
        return Unknown("it is an element of another value")

    def _entered(self, value: Value) -> Value:
        """Give what ``with value as name`` binds: MLflow's context managers give themselves."""
        if isinstance(value, (Instance, Foreign, Unknown)):
            return value
        if isinstance(value, LocalInstance):
            enter = self.scopes.attributes.get(value.node, {}).get("__enter__")
            if enter and isinstance(enter[-1].node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return self._returned(enter[-1].node)
        return Unknown("it comes from a context manager")

    def _subscript(self, node: ast.Subscript) -> Value:
        value = self.resolve(node.value)
        if isinstance(value, Elements):
            return value if isinstance(node.slice, ast.Slice) else Instance(value.path)
        if isinstance(value, Foreign) and value.what == "sys.modules":
            if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
                return _imported(node.slice.value)
            return Unknown("it is taken from sys.modules by a computed name")
        if isinstance(value, Foreign):
            return value
        return Unknown(value.reason if isinstance(value, Unknown) else f"`{_short(node)}` is looked up at run time")

    def _either(self, nodes: Sequence[ast.expr]) -> Value:
        values = [self.resolve(node) for node in nodes if not _is_none(node)]
        if values and all(_same(values[0], value) for value in values[1:]):
            return values[0]
        return Unknown("it is one of several things")

    def _if(self, node: ast.IfExp) -> Value:
        return self._either((node.body, node.orelse))

    def _bool(self, node: ast.BoolOp) -> Value:
        return self._either(node.values)

    def _walrus(self, node: ast.NamedExpr) -> Value:
        return self.resolve(node.value)

    def _await(self, node: ast.Await) -> Value:
        return self.resolve(node.value)

    def _lambda(self, node: ast.Lambda) -> Value:
        return LocalFunction(node)

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> Value:
        if not node.elts:
            return Foreign("a list")
        value = self._either(node.elts)
        if isinstance(value, Instance):
            return Elements(value.path)
        return Unknown("it is one of several things") if not isinstance(value, Foreign) else value

    def _dict(self, node: ast.Dict) -> Value:
        values = [self.resolve(value) for value in node.values]
        if all(isinstance(value, Foreign) for value in values):
            return Foreign("a dict")
        return Unknown("it is looked up in a dict at run time")

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
        value = self.resolve(node.elt)
        return Elements(value.path) if isinstance(value, Instance) else Unknown("it is computed")

    def _plain(self, node: ast.expr) -> Value:
        return Foreign("a plain value")

    _METHODS: dict[type[ast.expr], Callable[..., Value]] = {  # noqa: RUF012
        ast.Name: _name,
        ast.Attribute: _attribute,
        ast.Call: _call,
        ast.Subscript: _subscript,
        ast.IfExp: _if,
        ast.BoolOp: _bool,
        ast.NamedExpr: _walrus,
        ast.Await: _await,
        ast.Lambda: _lambda,
        ast.List: _list,
        ast.Tuple: _list,
        ast.Set: _list,
        ast.Dict: _dict,
        ast.ListComp: _comprehension,
        ast.SetComp: _comprehension,
        ast.GeneratorExp: _comprehension,
        ast.Constant: _plain,
        ast.JoinedStr: _plain,
        ast.Compare: _plain,
        ast.UnaryOp: _plain,
    }


_SPECIAL_MODULES = frozenset({"importlib", "pytest", "functools", "sys"})
_SPECIAL_CALLS: dict[str, Callable[[Names, ast.Call], Value]] = {
    "importlib.import_module": Names.import_module,
    "pytest.importorskip": Names.import_module,
    "functools.partial": Names.partial,
}
_PLAIN_BUILTINS = frozenset(
    "abs all any bool bytes dict divmod enumerate float format frozenset input int len map open print range repr round str "
    "sum type vars zip".split()
)


def _imported(module: str) -> Value:
    """Give what importing a dotted path binds."""
    if _is_mlflow(module):
        return _mlflow(module)
    if module.startswith("."):
        return Unknown(f"it is imported from this project (`{module}`)")
    top = module.partition(".")[0]
    if module.startswith(OTHER_MODULES):
        return Foreign(module)
    if top in OTHER_PACKAGES or top in sys.stdlib_module_names:
        return Foreign(module if top in _SPECIAL_MODULES else top)
    return Unknown(f"it is imported from `{module.rpartition('.')[0] or module}`, which is not read")


def _is_mlflow(module: str) -> bool:
    return module == "mlflow" or module.startswith("mlflow.")


def _mlflow(path: str) -> Mlflow:
    return Mlflow(mlflow_api.canonical(path) or path)


def _instance_of(value: Value) -> Value | None:
    """Give an instance of a class value; None for what is no class."""
    if isinstance(value, Mlflow) and mlflow_api.kind_of(value.path) == "class":
        return Instance(value.path)
    if isinstance(value, LocalClass):
        return LocalInstance(value.node)
    if isinstance(value, Foreign) and value.what in OTHER_PACKAGES:
        return value
    return None


def _same(first: Value, second: Value) -> bool:
    return first == second


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _short(node: ast.expr) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def _is_comprehension(scope: Scope) -> bool:
    return isinstance(scope.node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp))


def _is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(dotted_text(item).rpartition(".")[2] in ("property", "cached_property") for item in node.decorator_list)


def _own_statements(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.stmt]:
    """Give the statements of a function without those of functions and classes inside it."""
    stack: list[ast.stmt] = list(reversed(node.body))
    while stack:
        statement = stack.pop()
        yield statement
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for field in ("handlers", "cases", "finalbody", "orelse", "body"):
            inner = getattr(statement, field, ())
            for item in reversed(inner):
                stack.extend(reversed(item.body) if not isinstance(item, ast.stmt) else (item,))


def _yielded(statement: ast.stmt) -> ast.expr | None:
    """Give what a fixture or context manager yields as a statement of its own."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Yield):
        return statement.value.value
    return None
