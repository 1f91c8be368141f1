"""Commands that Python code starts, by ``subprocess``, ``os.system`` and the like."""

from __future__ import annotations

import ast
import re

from codemod.analysis.context import Context
from codemod.analysis.doubles import ASSERTIONS
from codemod.analysis.texts import Text, text_of
from codemod.names.nodes import dotted_text, function_name

#: The last names of the functions that start a command: of `os`, `subprocess`, `asyncio`, `invoke`, `sh` and helpers named like them.
STARTS = (
    "system", "popen", "Popen", "run", "call", "check_call", "check_output", "getoutput", "create_subprocess_exec",
    "create_subprocess_shell", "local", "sudo", "shell",
)  # fmt: skip
#: Methods of `unittest.TestCase` that compare.
_COMPARISONS = (
    "assertEqual",
    "assertListEqual",
    "assertSequenceEqual",
    "assertTupleEqual",
    "assertIn",
    "assertCountEqual",
)
_HOLE = "$UNKNOWN"
# What only the running program knows says nothing, and its option goes with it.
_UNKNOWN_OPTION = re.compile(rf"(?<![\w-])--?[\w-]+[= ]{re.escape(_HOLE)}\S*")


def command(node: ast.AST, context: Context) -> str | None:
    """Return the command line of a call that starts one, or of a list that is one; None for anything else.

    Options whose values are known only at run time are left out.
    """
    if isinstance(node, (ast.List, ast.Tuple)):
        words = _words(node, context) if any(map(_is_word, node.elts)) else []
        text = " ".join(words) if "mlflow" in words and any(word.startswith("-") for word in words) else None
    elif isinstance(node, ast.Call) and function_name(node.func) in STARTS and node.args:
        first = node.args[0]
        known = text_of(_split(first), context.names)
        text = _shown(known) if "mlflow" in known.fixed else None
    else:
        return None
    return _UNKNOWN_OPTION.sub("", text) if text is not None else None


def is_expected(node: ast.AST, context: Context) -> bool:
    """Return whether a list is only what a test expects: an argument of an assertion of a mock, or one side of a comparison."""
    if not isinstance(node, (ast.List, ast.Tuple)):
        return False
    if _is_asserted(node, context):
        return True
    statement = context.names.scopes.parent(node)
    if (
        not isinstance(statement, ast.Assign)
        or len(statement.targets) != 1
        or not isinstance(statement.targets[0], ast.Name)
    ):
        return False
    scope = context.names.scopes.scope(node).node
    if not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False  # others may import it
    names = [item for item in ast.walk(scope) if isinstance(item, ast.Name) and item.id == statement.targets[0].id]
    uses = [name for name in names if name is not statement.targets[0]]
    return bool(uses) and all(_is_asserted(use, context) for use in uses)


def _is_asserted(node: ast.AST, context: Context) -> bool:
    for ancestor in context.names.scopes.ancestors(node):
        if isinstance(ancestor, ast.Compare):
            return isinstance(context.names.scopes.statement(node), ast.Assert)
        if isinstance(ancestor, ast.Call):
            called = function_name(ancestor.func)
            if called in ASSERTIONS or called in _COMPARISONS:
                return True
            if not _is_recorded(ancestor, context):
                return False
        elif not isinstance(ancestor, (ast.List, ast.Tuple, ast.keyword, ast.Starred)):
            return False
    return False


def _is_recorded(node: ast.Call, context: Context) -> bool:
    """Return whether this is `unittest.mock.call`, which says how a mock was called."""
    if isinstance(node.func, ast.Attribute):
        return dotted_text(node.func) in ("mock.call", "mocker.call")
    bindings = context.names.scopes.module.bindings.get("call", ())
    return function_name(node.func) == "call" and any("mock" in binding.module for binding in bindings)


def _words(node: ast.List | ast.Tuple, context: Context) -> list[str]:
    return [_HOLE if isinstance(item, ast.Starred) else _shown(text_of(item, context.names)) for item in node.elts]


def _is_word(node: ast.expr) -> bool:
    """Return whether an item of a list may be the word ``mlflow`` or an option, as it is written: one of them nearly always is."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
    return isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.startswith(("-", "mlflow"))


def _split(node: ast.expr) -> ast.expr:
    """Return the text of ``"mlflow ui".split()`` and ``shlex.split("mlflow ui")``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
        is_shlex = isinstance(node.func.value, ast.Name) and node.func.value.id == "shlex"
        return node.args[0] if is_shlex and node.args else node.func.value
    return node


def _shown(text: Text) -> str:
    return text.filled(_HOLE)
