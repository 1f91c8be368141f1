"""Commands that Python code starts, by ``subprocess``, ``os.system`` and the like."""

from __future__ import annotations

import ast
import re

from codemod.analysis.context import Context
from codemod.analysis.texts import Text, text_of
from codemod.names.nodes import function_name

#: The last names of the functions that start a command: of `os`, `subprocess`, `asyncio`, `invoke`, `sh` and helpers named like them.
STARTS = (
    "system", "popen", "Popen", "run", "call", "check_call", "check_output", "getoutput", "create_subprocess_exec",
    "create_subprocess_shell", "local", "sudo", "shell",
)  # fmt: skip
_HOLE = "$UNKNOWN"
# What only the running program knows says nothing, and its option goes with it.
_UNKNOWN_OPTION = re.compile(rf"(?<![\w-])--?[\w-]+[= ]{re.escape(_HOLE)}\S*")


def command(node: ast.AST, context: Context) -> str | None:
    """Return the command line of a call that starts one, or of a list that is one; None for anything else.

    Options whose values are known only at run time are left out.
    """
    if isinstance(node, (ast.List, ast.Tuple)):
        words = _words(node, context)
        text = " ".join(words) if "mlflow" in words and any(word.startswith("-") for word in words) else None
    elif isinstance(node, ast.Call) and function_name(node.func) in STARTS and node.args:
        first = node.args[0]
        known = text_of(_split(first), context.names)
        text = _shown(known) if "mlflow" in known.fixed else None
    else:
        return None
    return _UNKNOWN_OPTION.sub("", text) if text is not None else None


def _words(node: ast.List | ast.Tuple, context: Context) -> list[str]:
    return [_HOLE if isinstance(item, ast.Starred) else _shown(text_of(item, context.names)) for item in node.elts]


def _split(node: ast.expr) -> ast.expr:
    """Return the text of ``"mlflow ui".split()`` and ``shlex.split("mlflow ui")``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
        is_shlex = isinstance(node.func.value, ast.Name) and node.func.value.id == "shlex"
        return node.args[0] if is_shlex and node.args else node.func.value
    return node


def _shown(text: Text) -> str:
    return text.filled(_HOLE)
