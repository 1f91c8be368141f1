"""Commands that Python code starts, by ``subprocess``, ``os.system`` and the like."""

from __future__ import annotations

import ast
import re
from itertools import pairwise

from codemod.analysis.conftests import is_test
from codemod.analysis.context import Context
from codemod.analysis.doubles import ASSERTIONS
from codemod.analysis.texts import Text, text_of
from codemod.names.nodes import assigned_name, dotted_text, function_name
from codemod.names.parametrized import names_of_mark
from codemod.rules.idioms.command_words import UNKNOWN, shown_part, words_of
from codemod.rules.idioms.filled_lists import APPENDING, added_later, grown_text

#: The last names of the functions that start a command: of `os`, `subprocess`, `asyncio`, `invoke`, `sh`, `docker`, `testcontainers` and
#: helpers named like them.
STARTS = (
    "system", "system_raw", "popen", "Popen", "run", "call", "check_call", "check_output", "getoutput", "create_subprocess_exec",
    "create_subprocess_shell", "local", "sudo", "shell", "getstatusoutput", "spawn", "execlp", "execl", "spawnlp", "spawnl",
    "with_command",
)  # fmt: skip
# What is a command by the name that it is given to, as in ``BashOperator(bash_command=...)``, and by that of a variable that other code takes.
_KEYS = re.compile(r"(?:\w+_)?(?:command|cmd|cmdline)s?|actions|entrypoint", re.IGNORECASE)
#: Methods of `unittest.TestCase` that compare.
_COMPARISONS = (
    "assertEqual",
    "assertListEqual",
    "assertSequenceEqual",
    "assertTupleEqual",
    "assertIn",
    "assertCountEqual",
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Commands of MLflow that stand without an option, too.
_GONE = frozenset({"recipes", "start-server"})
# What only the running program knows says nothing, and its option goes with it.
_UNKNOWN_OPTION = re.compile(rf"(?<![\w-])--?[\w-]+[= ]{re.escape(UNKNOWN)}\S*")


def command(node: ast.AST, context: Context) -> str | None:
    """Return the command line of a call that starts one, or of a list or string that is one; None for anything else.

    Options whose values are known only at run time are left out.
    """
    if isinstance(node, (ast.List, ast.Tuple)):
        text = _of_list(node, context)
    elif isinstance(node, ast.Call) and function_name(node.func) in APPENDING:
        is_word = bool(node.args) and _is_word(node.args[-1])
        text = _of_piece(node, words_of(node.args[-1], context), context) if is_word else None
    elif isinstance(node, ast.Call) and function_name(node.func) in STARTS and node.args:
        first = _split(node.args[0])
        grown = grown_text(first, context) if isinstance(first, ast.Name) else None
        known = grown or text_of(first, context.names)
        text = _shown(known, context) if "mlflow" in known.fixed else None
        if len(node.args) > 1 and (text is None or " " not in text):
            text = _of_words([_shown(text_of(item, context.names), context) for item in node.args])
    elif isinstance(node, (ast.Constant, ast.JoinedStr)):
        # A test rather expects such a string than it hands it on.
        text = (
            _shown(text_of(node, context.names), context)
            if not is_test(context.path) and _is_kept(node, context)
            else None
        )
    else:
        return None
    return _UNKNOWN_OPTION.sub("", text) if text is not None else None


def _of_list(node: ast.List | ast.Tuple, context: Context) -> str | None:
    return _of_piece(node, words_of(node, context), context) if any(map(_is_word, node.elts)) else None


def _of_piece(piece: ast.expr, words: list[str], context: Context) -> str | None:
    """Return the command of a list of which a piece has these words, with those that follow; None where it does not name MLflow."""
    words = ["mlflow" if word.endswith("/mlflow") else word for word in words]
    if "mlflow" not in words:
        return None
    words += [word for item in added_later(piece, context) for word in words_of(item, context)]
    is_command = any(word.startswith("-") for word in words) or _GONE.intersection(words)
    return " ".join(words) if is_command else None


def _of_words(words: list[str]) -> str | None:
    """Return the command that the arguments of a call are, or that one of them is.

    They are a word each in ``create_subprocess_exec("mlflow", "server")``, and one is all of it in ``containers.run(image, "mlflow server")``.
    """
    whole = next((word for word in words if _is_start(word.split()[:2])), None)
    if whole is not None:
        return whole
    starts = [index for index, word in enumerate(words) if _is_start(words[index : index + 2])]
    return " ".join(words[starts[0] :]) if starts else None


def _is_start(words: list[str]) -> bool:
    return len(words) > 1 and any(
        first.rpartition("/")[2] == "mlflow" and second in ("server", "ui") for first, second in pairwise(words)
    )


def _is_kept(node: ast.Constant | ast.JoinedStr, context: Context) -> bool:
    """Return whether a string is a command by its key, or by the variable that keeps it for other code."""
    holder: ast.AST = node
    parent = context.names.scopes.parent(node)
    while isinstance(parent, (ast.List, ast.Tuple)):
        holder, parent = parent, context.names.scopes.parent(parent)
    if isinstance(parent, ast.keyword):
        call = context.names.scopes.parent(parent)
        return _is_key(parent.arg) and not (isinstance(call, ast.Call) and function_name(call.func) in ASSERTIONS)
    if isinstance(parent, ast.Dict):
        keys = [key for key, value in zip(parent.keys, parent.values, strict=True) if value is holder]
        return any(_is_key(getattr(key, "value", None)) for key in keys)
    if isinstance(parent, (ast.Assign, ast.AnnAssign)):
        targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
        names = [item for item in targets if isinstance(item, ast.Name) and _is_key(item.id)]
        return bool(names) and not any(_is_started(use, context) for name in names for use in context.names.uses(name))
    return False


def _is_key(name: object) -> bool:
    return isinstance(name, str) and _KEYS.fullmatch(name) is not None


def _is_started(use: ast.Name, context: Context) -> bool:
    """Return whether a variable is given to a call that starts a command, which is what is reported."""
    ancestors = context.names.scopes.ancestors(use)
    return any(isinstance(item, ast.Call) and function_name(item.func) in STARTS for item in ancestors)


def is_expected(node: ast.AST, context: Context) -> bool:
    """Return whether a list is only what a test expects: an argument of an assertion of a mock, or one side of a comparison."""
    if not isinstance(node, (ast.List, ast.Tuple, ast.Constant, ast.JoinedStr)):
        return False
    if _is_asserted(node, context):
        return True
    statement = context.names.scopes.parent(node)
    target = assigned_name(statement)
    if target is None:
        return False
    scope = context.names.scopes.scope(node).node
    if not isinstance(scope, _FUNCTIONS) and not is_test(context.path):
        return False  # others may import it
    names = [item for item in ast.walk(scope) if isinstance(item, ast.Name) and item.id == target.id]
    uses = [name for name in names if name is not target]
    return bool(uses) and all(_is_asserted(use, context) for use in uses)


def _is_asserted(node: ast.AST, context: Context) -> bool:
    for ancestor in context.names.scopes.ancestors(node):
        if isinstance(ancestor, ast.Compare):
            return isinstance(context.names.scopes.statement(node), ast.Assert)
        if isinstance(ancestor, ast.Call):
            called = function_name(ancestor.func)
            if called in ASSERTIONS or called in _COMPARISONS:
                return True
            if called == "parametrize":
                return _is_expected_parameter(node, ancestor, context)
            if not _is_recorded(ancestor, context):
                return False
        elif not isinstance(ancestor, (ast.List, ast.Tuple, ast.keyword, ast.Starred)):
            return False
    return False


def _is_expected_parameter(node: ast.AST, mark: ast.Call, context: Context) -> bool:
    """Return whether a test only compares with the parameter that gets a value by ``pytest.mark.parametrize``."""
    test = context.names.scopes.parent(mark)
    names = names_of_mark(mark.args[0]) if mark.args else []
    rows = mark.args[1] if len(mark.args) > 1 else None
    if not isinstance(test, _FUNCTIONS) or not names or not isinstance(rows, (ast.List, ast.Tuple)):
        return False
    places = {index for row in rows.elts for index, item in enumerate(_items(row)) if item is node}
    places |= {0} if node in rows.elts else set()
    wanted = {names[index] for index in places if index < len(names)}
    uses = [item for item in ast.walk(test) if isinstance(item, ast.Name) and item.id in wanted]
    return bool(uses) and all(_is_asserted(use, context) for use in uses)


def _items(row: ast.expr) -> list[ast.expr]:
    """Return the values of one case: of a tuple, a list, or ``pytest.param(...)``."""
    if isinstance(row, (ast.List, ast.Tuple)):
        return row.elts
    return row.args if isinstance(row, ast.Call) else []


def _is_recorded(node: ast.Call, context: Context) -> bool:
    """Return whether this is `unittest.mock.call`, which says how a mock was called."""
    if isinstance(node.func, ast.Attribute):
        return dotted_text(node.func) in ("mock.call", "mocker.call")
    bindings = context.names.scopes.module.bindings.get("call", ())
    return function_name(node.func) == "call" and any("mock" in binding.module for binding in bindings)


def _is_word(node: ast.expr) -> bool:
    """Return whether an item of a list may be the word ``mlflow`` or an option, as it is written: one of them nearly always is."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else node
    last = node.values[-1] if isinstance(node, ast.JoinedStr) and node.values else node
    is_option = (
        isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.startswith(("-", "mlflow"))
    )
    return is_option or (
        isinstance(last, ast.Constant) and isinstance(last.value, str) and last.value.endswith("/mlflow")
    )


def _split(node: ast.expr) -> ast.expr:
    """Return the text of ``"mlflow ui".split()`` and ``shlex.split("mlflow ui")``."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "split":
        is_shlex = isinstance(node.func.value, ast.Name) and node.func.value.id == "shlex"
        return node.args[0] if is_shlex and node.args else node.func.value
    return node


def _shown(text: Text, context: Context) -> str:
    return "".join(shown_part(part, context) for part in text.parts)
