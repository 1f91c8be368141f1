"""Servers that Python code starts in its own process: by MLflow's command line as a function, by click's runner, or without either."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.names import Mlflow
from codemod.names.nodes import function_name
from codemod.rules.idioms.command_words import UNKNOWN, words_of

#: The last names of what starts one.
CLI_CALLS = ("cli", "main", "server", "ui", "invoke")
RUN_SERVER = "_run_server"
_MODULE = "mlflow.cli"
_COMMANDS = {"cli": "", "server": "server ", "ui": "ui "}
# The parameters of MLflow 2 that say where the server listens and what it keeps, with their places.
_OPTIONS = {"file_store_path": (0, "--backend-store-uri"), "host": (6, "--host")}


def command_of_call(node: ast.Call, context: Context) -> str | None:
    """Return the command line that a call gives to MLflow's own, as in ``cli(["server", "--host", host])``; None for another call."""
    start, arguments = _started(node, context), node.args
    if start is None and function_name(node.func) == "invoke" and arguments:
        start, arguments = _command(arguments[0], context), arguments[1:]
    given = arguments[0] if arguments else next((each.value for each in node.keywords if each.arg == "args"), None)
    if start is None or given is None or isinstance(given, ast.Starred):
        return None
    return f"mlflow {start}{' '.join(words_of(given, context))}"


def _started(node: ast.Call, context: Context) -> str | None:
    """Return what stands in front of the words that a call of a command of click gets."""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "main":
        return _command(node.func.value, context)
    return _command(node.func, context)


def _command(node: ast.expr, context: Context) -> str | None:
    value = context.resolve(node)
    module, _, name = value.path.rpartition(".") if isinstance(value, Mlflow) else ("", "", "")
    return _COMMANDS.get(name) if module == _MODULE else None


def command_of_run_server(node: ast.Call, context: Context) -> str | None:
    """Return the command line that does what a call of `mlflow.server._run_server` does; None for another function of that name."""
    value = context.resolve(node.func)
    if not isinstance(value, Mlflow) or not value.path.endswith(f"mlflow.server.{RUN_SERVER}"):
        return None
    words = ["mlflow server"]
    for name, (place, option) in _OPTIONS.items():
        given = [each.value for each in node.keywords if each.arg == name] + node.args[place : place + 1]
        known = text_of(given[0], context.names).filled(UNKNOWN) if given else UNKNOWN
        if known != UNKNOWN:
            words += [option, known]
    return " ".join(words)
