"""Programs of the project that Python code starts as processes, several at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.names import LocalFunction
from codemod.names.nodes import function_name

#: The last names of what starts a process and does not wait for its end.
AT_ONCE = ("Popen", "create_subprocess_exec", "create_subprocess_shell")
#: The last names of what starts a process and waits.
IN_TURN = ("run", "call", "check_call", "check_output")
_WAITING = ("wait", "communicate")
_REPEATED = (
    ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_UNKNOWN = "*"


def starts_asking(call: ast.Call, context: Context) -> bool:
    """Return whether a call starts a program of the project that asks the tracking store, and that names none."""
    if function_name(call.func) not in (*AT_ONCE, *IN_TURN):
        return False
    words = list(_words(call, context))
    for index, word in enumerate(words):
        is_module = index > 0 and words[index - 1] == "-m"
        paths = (f"{word.replace('.', '/')}.py", f"{word.replace('.', '/')}/__main__.py") if is_module else (word,)
        if any(_is_of(path.replace("\\", "/").removeprefix("./"), context) for path in paths if path.endswith(".py")):
            return True
    return False


def starts_at_once(call: ast.Call, context: Context) -> bool:
    """Return whether a call starts processes one after the other and waits for none of them meanwhile."""
    if function_name(call.func) not in AT_ONCE:
        return False
    for ancestor in context.names.scopes.ancestors(call):
        if isinstance(ancestor, _FUNCTIONS):
            return False
        if isinstance(ancestor, _REPEATED):
            return not any(_waits(item) for item in ast.walk(ancestor))
    return False


def starting(function: ast.expr, context: Context) -> bool:
    """Return whether an expression is a function of this code that starts such a program."""
    value = context.resolve(function)
    if not isinstance(value, LocalFunction):
        return False
    return any(isinstance(item, ast.Call) and starts_asking(item, context) for item in ast.walk(value.node))


def _waits(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and function_name(node.func) in _WAITING


def _words(call: ast.Call, context: Context) -> Iterator[str]:
    """Return the words of the command that a call starts; what is known only at run time is a mark in them."""
    given: list[ast.expr] = list(call.args) if function_name(call.func) == "create_subprocess_exec" else call.args[:1]
    given += [keyword.value for keyword in call.keywords if keyword.arg == "args"]
    for item in given:
        source = context.names.definition(item) if isinstance(item, ast.Name) else None
        inner = source if source is not None else item
        parts = inner.elts if isinstance(inner, (ast.List, ast.Tuple)) else [inner]
        for part in parts:
            if not isinstance(part, ast.Starred):
                yield from text_of(part, context.names).filled(_UNKNOWN).split() or [_UNKNOWN]


def _is_of(path: str, context: Context) -> bool:
    """Return whether a path ends in that of a program that asks the store: its beginning may be known only at run time."""
    last = path.rpartition(_UNKNOWN)[2].lstrip("/") or path
    return any(asking == last or asking.endswith(f"/{last}") for asking in context.project.asking)
