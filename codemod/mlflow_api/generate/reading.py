"""Reads one Python file into the names that it binds, with `ast` alone.

Nothing is imported or evaluated, so an MLflow release can be read without what it depends on.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.mlflow_api.generate.declarations import (
    Class,
    Declaration,
    DeclaredValue,
    Field,
    Function,
    Imported,
    Module,
)
from codemod.mlflow_api.signatures import Parameter, ParameterKind

PROPERTY_DECORATORS = frozenset({"property", "cached_property", "classproperty", "abstractproperty"})
OVERLOAD_DECORATORS = frozenset({"overload"})
#: A function under one of these becomes an object of another library, whose call has nothing to do with its parameters.
OPAQUE_DECORATORS = frozenset({"command", "group", "setter", "deleter"})


def read_module(source: bytes, name: str, *, is_package: bool) -> Module:
    """Read one file.

    Args:
        source: The file's bytes; a coding line is honoured.
        name: Dotted name of the module.
        is_package: Whether the file is an `__init__.py`, which decides what a relative import means.

    Raises:
        SyntaxError: If the file is not Python of the running interpreter.
    """
    module = Module(name, is_package)
    _read_body(ast.parse(source, filename=name).body, module)
    return module


def dotted(node: ast.expr) -> str | None:
    """Return `a.b.c` for a chain of attributes on a name, None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def _read_body(body: list[ast.stmt], module: Module) -> None:
    for statement in body:
        _read_statement(statement, module)


def _read_statement(node: ast.stmt, module: Module) -> None:
    match node:
        case ast.Import() | ast.ImportFrom():
            for bound, imported in _imports(node, module):
                module.bindings[bound] = imported
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            if node.name == "__getattr__":
                _read_lazy_imports(node, module)
            bind_function(node, module.bindings)
        case ast.ClassDef():
            module.bindings[node.name] = _read_class(node)
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
            _read_assignment(node, module)
        case ast.Delete():
            for name in [target.id for target in node.targets if isinstance(target, ast.Name)]:
                module.bindings.pop(name, None)
        case ast.Expr(value=ast.Call() as call):
            _read_call(call, module)
        case _:
            _read_block(node, module)


def _read_block(node: ast.stmt, module: Module) -> None:
    match node:
        case ast.If():
            _read_if(node, module)
        case ast.Try():
            # What works is what a complete installation runs, so the body comes last and wins over its fallbacks.
            for handler in node.handlers:
                _read_body(handler.body, module)
            _read_body([*node.body, *node.orelse, *node.finalbody], module)
        case ast.With() | ast.For() | ast.While():
            _read_body(node.body, module)


def _read_lazy_imports(node: ast.FunctionDef | ast.AsyncFunctionDef, module: Module) -> None:
    """Read what a module's ``__getattr__`` imports when it is asked for (mlflow.entities.EvaluationDataset)."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Import | ast.ImportFrom):
            for bound, imported in _imports(inner, module):
                module.bindings.setdefault(bound, imported)


def _read_if(node: ast.If, module: Module) -> None:
    """Read both branches; of two imports or definitions the later wins, a plain value never beats one."""
    if _mentions_type_checking(node.test):
        # Only for type checkers, unless a __getattr__ serves the same names (mlflow.genai.scorers).
        lazy = Module(module.name, module.is_package)
        _read_body(node.body, lazy)
        if "__getattr__" in module.bindings:
            for name, binding in lazy.bindings.items():
                module.bindings.setdefault(name, binding)
        _read_body(node.orelse, module)
        return
    _read_body(node.body, module)
    branch = Module(module.name, module.is_package)
    _read_body(node.orelse, branch)
    for name, binding in branch.bindings.items():
        if isinstance(binding, DeclaredValue) and not isinstance(module.bindings.get(name, binding), DeclaredValue):
            continue
        if isinstance(binding, Imported) and isinstance(module.bindings.get(name), Imported):
            module.alternatives[name] = module.bindings[name]
        module.bindings[name] = binding
    module.alternatives |= branch.alternatives
    module.exports |= branch.exports
    module.stars += branch.stars


def _mentions_type_checking(test: ast.expr) -> bool:
    return dotted(test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def _imports(node: ast.Import | ast.ImportFrom, module: Module) -> Iterator[tuple[str, Imported]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                yield alias.asname, Imported(alias.name)
            else:
                top = alias.name.partition(".")[0]
                yield top, Imported(top)
        return
    origin = _absolute(node, module)
    for alias in node.names:
        if alias.name == "*":
            module.stars.append(origin)
        else:
            yield alias.asname or alias.name, Imported(origin, alias.name)


def _absolute(node: ast.ImportFrom, module: Module) -> str:
    if not node.level:
        return node.module or ""
    up = node.level - 1 if module.is_package else node.level
    parts = module.name.split(".")
    package = ".".join(parts[: len(parts) - up])
    return f"{package}.{node.module}" if node.module else package


def _read_assignment(node: ast.Assign | ast.AnnAssign | ast.AugAssign, module: Module) -> None:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    for target in targets:
        if isinstance(target, ast.Tuple | ast.List):
            names += [element.id for element in target.elts if isinstance(element, ast.Name)]
    if "__all__" in names:
        if not isinstance(node, ast.AugAssign):
            module.exports.clear()
        module.declares_exports = True
        module.exports |= _strings(node.value)
        return
    if isinstance(node, ast.AugAssign):
        return
    annotation = annotation_text(node.annotation) if isinstance(node, ast.AnnAssign) else None
    for name in names:
        lazy = _lazily_loaded(node.value)
        if lazy:
            module.bindings[name] = Imported(lazy)
            continue
        refers = dotted(node.value) if node.value is not None and len(names) == 1 else None
        if refers != name:  # `MLflowCallback = MLflowCallback` keeps what the name already is
            module.bindings[name] = DeclaredValue(annotation, refers)


def _strings(node: ast.AST | None) -> set[str]:
    if node is None:
        return set()
    return {inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant) and isinstance(inner.value, str)}


def _lazily_loaded(node: ast.expr | None) -> str | None:
    """Return the module behind `LazyLoader("mlflow.sklearn", globals(), "mlflow.sklearn")`; mlflow/utils/lazy_load.py."""
    if not isinstance(node, ast.Call) or (dotted(node.func) or "").rpartition(".")[2] != "LazyLoader":
        return None
    last = node.args[-1] if node.args else None
    return last.value if isinstance(last, ast.Constant) and isinstance(last.value, str) else None


def _read_call(node: ast.Call, module: Module) -> None:
    method = (dotted(node.func) or "").rpartition(".")[2]
    if method in {"append", "extend"} and (dotted(node.func) or "").startswith("__all__."):
        for argument in node.args:
            module.exports |= _strings(argument)
    elif method in {"register", "register_constructor"} and node.args:
        name = dotted(node.args[0])
        if name:
            module.registered.append(name)


def bind_function(node: ast.FunctionDef | ast.AsyncFunctionDef, into: dict[str, Declaration]) -> None:
    """Bind a function unless a decorator says that this is only an overload or another property's setter."""
    decorators = {(dotted(_undecorated(decorator)) or "").rpartition(".")[2] for decorator in node.decorator_list}
    if decorators & OVERLOAD_DECORATORS:
        return
    if decorators & OPAQUE_DECORATORS:
        into.setdefault(node.name, DeclaredValue())
        return
    form = "function"
    if decorators & PROPERTY_DECORATORS:
        form = "property"
    elif "staticmethod" in decorators:
        form = "staticmethod"
    elif "classmethod" in decorators or node.name in {"__init_subclass__", "__class_getitem__"}:
        form = "classmethod"
    returns = annotation_text(node.returns) if node.returns else None
    into[node.name] = Function(
        _parameters(node.args), returns, _deprecation(node), form, _wrapped(node), () if returns else _forwards(node)
    )


def _wrapped(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and (dotted(decorator.func) or "").rpartition(".")[2] == "wraps":
            return dotted(decorator.args[0]) if decorator.args else None
    return None


def _forwards(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    """Return what the function calls in its return statements; nothing if one of them returns anything else."""
    found: dict[str, None] = {}
    for statement in _own_returns(node.body):
        call = dotted(statement.value.func) if isinstance(statement.value, ast.Call) else None
        if call is None:
            return ()
        found[call] = None
    return tuple(found)


def _own_returns(body: list[ast.stmt]) -> Iterator[ast.Return]:
    """Return statements of a function, without those of functions inside it."""
    for statement in body:
        if isinstance(statement, ast.Return):
            yield statement
        elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for block in ("body", "orelse", "finalbody"):
                yield from _own_returns(getattr(statement, block, []))
            for part in [*getattr(statement, "handlers", []), *getattr(statement, "cases", [])]:
                yield from _own_returns(part.body)


def _undecorated(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def _deprecation(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str | None:
    """Return the arguments of `@deprecated(…)` as written; mlflow/utils/annotations.py."""
    for decorator in node.decorator_list:
        if (dotted(_undecorated(decorator)) or "").rpartition(".")[2] == "deprecated":
            call = ast.unparse(decorator)
            return call[call.index("(") + 1 : -1] if isinstance(decorator, ast.Call) else ""
    return None


def _parameters(arguments: ast.arguments) -> tuple[Parameter, ...]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    defaults += arguments.defaults
    found = [
        Parameter(
            argument.arg,
            ParameterKind.POSITIONAL_ONLY
            if index < len(arguments.posonlyargs)
            else ParameterKind.POSITIONAL_OR_KEYWORD,
            _source(default),
        )
        for index, (argument, default) in enumerate(zip(positional, defaults, strict=True))
    ]
    if arguments.vararg:
        found.append(Parameter(arguments.vararg.arg, ParameterKind.VAR_POSITIONAL))
    found += [
        Parameter(argument.arg, ParameterKind.KEYWORD_ONLY, _source(default))
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    if arguments.kwarg:
        found.append(Parameter(arguments.kwarg.arg, ParameterKind.VAR_KEYWORD))
    return tuple(found)


def _source(node: ast.expr | None) -> str | None:
    # Python 3.10 writes a blank after a lambda without parameters, later ones do not.
    return None if node is None else ast.unparse(node).replace("lambda :", "lambda:")


def annotation_text(node: ast.expr) -> str:
    """Return the source of an annotation; a quoted one without its quotes, whatever they stand around."""

    class Unquote(ast.NodeTransformer):
        def visit_Constant(self, inner: ast.Constant) -> ast.expr:
            return ast.Name(inner.value) if isinstance(inner.value, str) else inner

        def visit_Subscript(self, inner: ast.Subscript) -> ast.expr:
            literal = (dotted(inner.value) or "").rpartition(".")[2] in {"Literal", "Annotated"}
            return inner if literal else self.generic_visit(inner)  # type: ignore[return-value]

    return ast.unparse(Unquote().visit(node))


def _read_class(node: ast.ClassDef) -> Class:
    members: dict[str, Declaration] = {}
    fields: list[Field] = []
    for statement in _flat(node.body):
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                bind_function(statement, members)
                if statement.name == "__init__":
                    for name in _instance_attributes(statement):
                        members.setdefault(name, DeclaredValue())
            case ast.ClassDef():
                members[statement.name] = _read_class(statement)
            case ast.AnnAssign(target=ast.Name(id=name)):
                fields.append(Field(name, annotation_text(statement.annotation), _source(statement.value)))
                members[name] = DeclaredValue(fields[-1].annotation)
            case ast.Assign():
                members.update(_class_attributes(statement))
    return Class(
        bases=tuple(dotted(base.value if isinstance(base, ast.Subscript) else base) or "?" for base in node.bases),
        decorators=tuple(_decorator(decorator) for decorator in node.decorator_list),
        members={name: member for name, member in members.items() if not isinstance(member, Imported)},
        fields=tuple(fields),
        deprecated=_deprecation(node),
        allows_extra=_allows_extra(node),
    )


def _class_attributes(node: ast.Assign) -> Iterator[tuple[str, DeclaredValue]]:
    for target in node.targets:
        if isinstance(target, ast.Name):
            yield target.id, DeclaredValue(refers=dotted(node.value))
        elif isinstance(target, ast.Tuple):
            yield from ((one.id, DeclaredValue()) for one in target.elts if isinstance(one, ast.Name))


def _allows_extra(node: ast.ClassDef) -> bool:
    """Return whether a pydantic model says `extra="allow"`, in `model_config`, a nested `Config` or its class keywords."""
    places: list[ast.AST] = [keyword for keyword in node.keywords if keyword.arg == "extra"]
    for statement in node.body:
        named = [target.id for target in getattr(statement, "targets", []) if isinstance(target, ast.Name)]
        if "model_config" in named or (isinstance(statement, ast.ClassDef) and statement.name == "Config"):
            places.append(statement)
    return any("allow" in _strings(place) or "Extra.allow" in ast.unparse(place) for place in places)


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.If):
            yield from _flat([*statement.body, *statement.orelse])
        elif isinstance(statement, ast.Try | ast.With):
            yield from _flat(statement.body)
        else:
            yield statement


def _decorator(node: ast.expr) -> tuple[str, tuple[tuple[str, str], ...]]:
    keywords = node.keywords if isinstance(node, ast.Call) else []
    return dotted(_undecorated(node)) or "?", tuple((k.arg, ast.unparse(k.value)) for k in keywords if k.arg)


def _instance_attributes(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """Return the names that `__init__` assigns on its first parameter."""
    arguments = [*node.args.posonlyargs, *node.args.args]
    if not arguments:
        return
    for inner in ast.walk(node):
        targets = inner.targets if isinstance(inner, ast.Assign) else [getattr(inner, "target", None)]
        for target in targets:
            if (
                isinstance(inner, ast.Assign | ast.AnnAssign)
                and isinstance(target, ast.Attribute)
                and isinstance(target.value, ast.Name)
                and target.value.id == arguments[0].arg
            ):
                yield target.attr
