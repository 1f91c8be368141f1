"""Small questions about single nodes."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

_COMPOUND = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.AsyncFor, ast.While, ast.If, ast.With,
    ast.AsyncWith, ast.Try, ast.Match, *((ast.TryStar,) if hasattr(ast, "TryStar") else ()),
)  # fmt: skip


def dotted_text(node: ast.AST) -> str:
    """Return ``a.b.c`` for an attribute chain on a name, else ""."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


#: Where a name that an import has given keeps the one that it stands for; see `codemod.names.import_aliases`.
ORIGINAL = "original_name"


def function_name(node: ast.expr) -> str:
    """Return the last part of the name of what is called, whatever it was imported as; "" when it has none."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return getattr(node, ORIGINAL, "") or getattr(node, "id", "")


def assigned_name(node: ast.AST | None) -> ast.Name | None:
    """Return the one variable that a statement gives its value: ``x = value``, ``x: int = value``; None for anything else."""
    if isinstance(node, ast.Assign):
        target = node.targets[0] if len(node.targets) == 1 else None
    else:
        target = node.target if isinstance(node, ast.AnnAssign) and node.value is not None else None
    return target if isinstance(target, ast.Name) else None


def written_name(node: ast.expr) -> str:
    """Return the last part of the name of what is called as the code writes it, which a test may replace in its module; "" when it has none."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def asked_attribute(node: ast.Call) -> ast.Attribute | None:
    """Return the attribute for which ``getattr(value, "name")`` asks; None for any other call."""
    name = node.args[1] if function_name(node.func) == "getattr" and len(node.args) > 1 else None
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return None
    return ast.copy_location(ast.Attribute(node.args[0], name.value, ast.Load()), node)


def defaults(node: ast.arguments) -> list[tuple[ast.arg, ast.expr]]:
    """Return the parameters that have a default, with it."""
    positional = [*node.posonlyargs, *node.args]
    first = len(positional) - len(node.defaults)
    keywords = zip(node.kwonlyargs, node.kw_defaults, strict=True)
    return [
        *zip(positional[first:], node.defaults, strict=True),
        *((parameter, value) for parameter, value in keywords if value is not None),
    ]


def line_of(node: ast.AST) -> int:
    """Return the line on which a node starts."""
    return int(getattr(node, "lineno", 0))


def is_text(node: ast.AST | None) -> bool:
    """Return whether an expression is a string that stands there."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def is_none(node: ast.expr) -> bool:
    """Return whether the expression is ``None``."""
    return isinstance(node, ast.Constant) and node.value is None


def is_compound(node: ast.AST) -> bool:
    """Return whether the statement holds other statements, so that its header runs before what stands inside it."""
    return isinstance(node, _COMPOUND)


def is_fixture(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether a function is a fixture of pytest, or of one of its plugins: ``@pytest_asyncio.fixture``."""
    return any("fixture" in ast.unparse(decorator) for decorator in node.decorator_list)


def placed(node: ast.FunctionDef | ast.AsyncFunctionDef, *, is_method: bool) -> tuple[str, ...]:
    """Return the names of the parameters that a call gives by position, without ``self``."""
    names = tuple(each.arg for each in (*node.args.posonlyargs, *node.args.args))
    is_static = any(isinstance(item, ast.Name) and item.id == "staticmethod" for item in node.decorator_list)
    return names[1:] if is_method and not is_static else names


def is_decorated(node: ast.AST, decorators: Collection[str]) -> bool:
    """Return whether a node is a function with a decorator whose last name is one of these."""
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
        dotted_text(item).rpartition(".")[2] in decorators for item in node.decorator_list
    )


def own_statements(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.stmt]:
    """Return the statements of a function without those of functions and classes inside it."""
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


def is_abstract(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether a method is only declared: by ``@abstractmethod``, by ``...``, or by an error that it is not there."""
    if is_decorated(node, ("abstractmethod", "abstractproperty")):
        return True
    body = [each for each in node.body if not (isinstance(each, ast.Expr) and is_text(each.value))]
    only = body[0] if len(body) == 1 else None
    if isinstance(only, ast.Expr) and isinstance(only.value, ast.Constant):
        return only.value.value is ...
    raised = only.exc if isinstance(only, ast.Raise) else None
    made = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(made, ast.Name) and made.id == "NotImplementedError"
