"""MLF503: commands of MLflow's server that MLflow 3 answers differently or has no more."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.dependencies import servers
from codemod.dependencies.places import Choices, Place
from codemod.dependencies.variables import Substitutions
from codemod.findings import Safety, Severity
from codemod.names.nodes import function_name
from codemod.rules.base import Match, Rule
from codemod.rules.idioms import magic_lines
from codemod.rules.idioms.filled_lists import APPENDING
from codemod.rules.idioms.own_servers import CLI_CALLS, RUN_SERVER, command_of_call, command_of_run_server
from codemod.rules.idioms.started_commands import STARTS, command, is_expected
from codemod.rules.selectors import LIBRARY, LineStatement, calls_named, constructions, literals, masked_lines
from codemod.rules.stores.server_command_examples import EXAMPLES


def _check_line(node: LineStatement, context: Context) -> Iterator[Match]:
    return magic_lines.matches_of_line(node, context, _find, "MLF503")


def _check(node: ast.Call | ast.List | ast.Tuple | ast.Constant | ast.JoinedStr, context: Context) -> Iterator[Match]:
    line = command(node, context)
    if line is not None and not is_expected(node, context):
        choices = Choices(context.settings.target, context.target.release, context.settings.mlflow_version)
        for place in _find(line, choices, Substitutions(line)):
            if place.code == "MLF503":
                yield Match(node, place.message, Safety.MANUAL)


def _check_call(node: ast.Call, context: Context) -> Iterator[Match]:
    """Judge a server that the program starts in its own process."""
    if _is_replaced(context):
        return
    line = command_of_call(node, context)
    if line is None and function_name(node.func) == RUN_SERVER:
        line = command_of_run_server(node, context)
        if line is not None and node.args and context.target.at_least("3.3"):
            message = f"`{RUN_SERVER}` of MLflow 3.3 and later takes keywords alone: name the arguments"
            yield Match(node, message, Safety.MANUAL)
    if line is None or "ALLOWED_HOSTS" in context.text:
        return
    for place in _find(line, magic_lines.choices_of(context), Substitutions(line)):
        if place.code == "MLF503":
            yield Match(node, place.message, Safety.MANUAL)


@once
def _is_replaced(context: Context) -> bool:
    """Return whether a test puts something in the place of the server, so that none is started."""
    return any(
        RUN_SERVER in node.value for node in context.names.scopes.of(ast.Constant) if isinstance(node.value, str)
    )


def _find(text: str, choices: Choices, variables: Substitutions) -> Iterator[Place]:
    return servers.find(text, choices, variables, notebook=True)


RULE = Rule(
    code="MLF503",
    name="server-command",
    summary="A command starts the server as MLflow 2 did, or is gone.",
    why="""\
Since 3.5 the server looks at the `Host` header of every request (`mlflow/server/security.py`): `localhost` and private addresses
pass, any other name, such as that of a service in compose or of a load balancer, is answered with 403 `Invalid Host header -
possible DNS rebinding attack detected`. A server that listens on more than the loopback address therefore needs the names by
which it is reached: `--allowed-hosts 'mlflow:*,localhost:*'`, or the variable `MLFLOW_SERVER_ALLOWED_HOSTS`, which MLflow 2
ignores.

Since 3.13 a store made of files is refused when the server starts (`mlflow/store/tracking/file_store.py`), unless
`MLFLOW_ALLOW_FILE_STORE=true`; `./mlruns` was what a server of MLflow 2 took without `--backend-store-uri`. Nothing is said of such a
command in a notebook, or of one that Python code starts: what it finds depends on the working directory.

A server that code starts in its own process is looked at in the same way: `mlflow.cli.cli(["server", ...])`, click's `CliRunner().invoke`, and
`mlflow.server._run_server`, which takes keywords alone since 3.3.

The command line of MLflow 3 (`mlflow/cli`) has neither `mlflow recipes` nor `mlflow deployments start-server`, and `mlflow models` has
no `--enable-mlserver`, which that of 2.22 all have.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    on=(
        masked_lines(check=_check_line, needs=(LIBRARY,)),
        calls_named(*STARTS, *APPENDING, check=_check, needs=(LIBRARY,)),
        constructions(ast.List, ast.Tuple, check=_check, needs=(LIBRARY,)),
        calls_named(*CLI_CALLS, check=_check_call, needs=(LIBRARY, {"cli"}), aliased=True),
        calls_named(RUN_SERVER, check=_check_call, needs=(LIBRARY,), aliased=True),
        literals("mlflow server", "mlflow ui", check=_check),
    ),
    since="3.5",
    examples=EXAMPLES,
)
