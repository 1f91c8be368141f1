"""MLF503: commands of MLflow's server that MLflow 3 answers differently or has no more."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.dependencies import servers
from codemod.dependencies.places import Choices, Place
from codemod.dependencies.variables import Substitutions
from codemod.findings import Safety, Severity
from codemod.rules.base import Match, Rule, reported_file, untouched_file
from codemod.rules.idioms import magic_lines
from codemod.rules.idioms.started_commands import STARTS, command, is_expected
from codemod.rules.selectors import LIBRARY, LineStatement, calls_named, constructions, masked_lines


def _check_line(node: LineStatement, context: Context) -> Iterator[Match]:
    return magic_lines.matches_of_line(node, context, _find, "MLF503")


def _check(node: ast.Call | ast.List | ast.Tuple, context: Context) -> Iterator[Match]:
    line = command(node, context)
    if line is not None and not is_expected(node, context):
        choices = Choices(context.settings.target, context.target.release, context.settings.mlflow_version)
        for place in _find(line, choices, Substitutions(line)):
            if place.code == "MLF503":
                yield Match(node, place.message, Safety.MANUAL)


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

The command line of MLflow 3 (`mlflow/cli`) has neither `mlflow recipes` nor `mlflow deployments start-server`, and `mlflow models` has
no `--enable-mlserver`, which that of 2.22 all have.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    on=(
        masked_lines(check=_check_line, needs=(LIBRARY,)),
        calls_named(*STARTS, check=_check, needs=(LIBRARY,)),
        constructions(ast.List, ast.Tuple, check=_check, needs=(LIBRARY,)),
    ),
    since="3.5",
    examples=(
        reported_file(
            "a server that others reach by its name",
            "docker-compose.yml",
            """
            services:
              mlflow:
                command: >
                  mlflow server
                  --backend-store-uri sqlite:///mlflow.db
                  --host 0.0.0.0
            """,
        ),
        reported_file(
            "in the form of a list",
            "Dockerfile",
            'CMD ["mlflow", "server", "--host", "0.0.0.0", "--backend-store-uri", "sqlite:///mlflow.db"]\n',
        ),
        reported_file("a store of files", "run.sh", "mlflow server --backend-store-uri ./mlruns\n"),
        reported_file(
            "the store of files that was the default",
            "start.sh",
            """
            #!/bin/sh
            exec mlflow ui --port 5001
            """,
        ),
        reported_file(
            "the gateway's old command", "run.sh", "mlflow deployments start-server --config-path config.yaml\n"
        ),
        reported_file("recipes", "Makefile", "train:\n\tmlflow recipes run --profile local\n"),
        reported_file("MLServer", "serve.sh", "mlflow models serve -m models:/a/1 --enable-mlserver\n"),
        reported_file(
            "a task's definition",
            "task.json",
            """
            {
              "containerDefinitions": [
                {"name": "tracking", "command": ["mlflow", "server", "--host", "0.0.0.0", "--backend-store-uri", "sqlite:///a.db"]}
              ]
            }
            """,
        ),
        reported_file(
            "words of a task of Ansible",
            "playbook.yml",
            """
            - ansible.builtin.command:
                argv: [mlflow, server, --host, 0.0.0.0, --backend-store-uri, "sqlite:///a.db"]
            """,
        ),
        untouched_file(
            "what was recorded",
            "answers.json",
            """
            {"mlflow_version": "2.9", "answer": "Start it so:\\n\\nmlflow ui --host 0.0.0.0\\n"}
            """,
        ),
        reported_file(
            "a program of supervisord",
            "mlflow.conf",
            "[program:a]\ncommand=mlflow server --host 0.0.0.0 --artifacts-only\n",
        ),
        untouched_file(
            "a label of that name",
            "tasks.json",
            """
            {"label": "mlflow server", "command": "./start.sh", "registry_uri": "https://mlflow.example.com"}
            """,
        ),
        reported_file(
            "in a notebook",
            "example.py",
            """
            # Databricks notebook source
            # MAGIC !mlflow ui --host 0.0.0.0
            """,
        ),
        reported_file(
            "started by code",
            "example.py",
            """
            import subprocess
            subprocess.Popen(['mlflow', 'server', '--host', '0.0.0.0', '--backend-store-uri', f'sqlite:///{path}'])
            """,
        ),
        reported_file(
            "a line of a shell in code",
            "example.py",
            """
            import os
            os.system(f'poetry run mlflow server --backend-store-uri ./mlruns --port {port}')
            """,
        ),
        untouched_file(
            "started by code for this machine, with a store that only the program knows",
            "example.py",
            """
            import subprocess
            subprocess.Popen(['mlflow', 'ui', '--host', host, '--backend-store-uri', str(store), '-p', '1'])
            """,
        ),
        untouched_file(
            "what a test expects of a mock",
            "test_ui.py",
            """
            def test_ui(mocker):
                run = mocker.patch('subprocess.run')
                main()
                run.assert_called_once_with(['mlflow', 'ui', '--host', '0.0.0.0'], check=True)
            """,
        ),
        untouched_file(
            "what a test compares with",
            "test_ui.py",
            """
            def test_ui():
                expected = ['mlflow', 'ui', '--host', '0.0.0.0']
                assert command() == expected
            """,
        ),
        reported_file(
            "a test that starts what it compares",
            "test_ui.py",
            """
            import subprocess
            def test_ui():
                wanted = ['mlflow', 'server', '--host', '0.0.0.0', '-p', '1']
                subprocess.Popen(wanted)
                assert command() == wanted
            """,
        ),
        reported_file(
            "a test that looks at what a command returns",
            "test_ui.py",
            """
            import subprocess
            assert subprocess.call(['mlflow', 'server', '--host', '0.0.0.0']) == 0
            """,
        ),
        untouched_file("what is said of it", "example.py", "print('start it by mlflow server --host 0.0.0.0')\n"),
        untouched_file(
            "the names are listed",
            "run.sh",
            "mlflow server --host 0.0.0.0 --backend-store-uri sqlite:///a.db --allowed-hosts 'mlflow:*'\n",
        ),
        untouched_file(
            "the names are in the environment",
            "compose.yaml",
            """
            services:
              m:
                environment:
                  MLFLOW_SERVER_ALLOWED_HOSTS: 'm:*'
                command: mlflow server --host 0.0.0.0 --backend-store-uri $STORE
            """,
        ),
        untouched_file(
            "only this machine",
            "run.sh",
            """
            mlflow server --host 127.0.0.1 \\
              --backend-store-uri postgresql://db/mlflow
            """,
        ),
        untouched_file(
            "before 3.5",
            "run.sh",
            "mlflow server -h 0.0.0.0 --backend-store-uri postgresql://db/mlflow\n",
            target="3.4",
        ),
        untouched_file(
            "prose",
            "run.sh",
            """
            echo "Starting mlflow server"
            # mlflow ui --host 0.0.0.0
            """,
        ),
        untouched_file(
            "a service of that name",
            "compose.yaml",
            """
            services:
              mlflow-server:
                image: mlflow_server
            """,
        ),
        untouched_file("serving a model", "serve.sh", "mlflow models serve -m models:/a/1 --host 0.0.0.0\n"),
    ),
)
