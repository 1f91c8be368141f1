"""The examples of MLF503."""

from __future__ import annotations

from codemod.rules.base import reported, reported_file, untouched, untouched_file
from codemod.rules.stores.server_command_built_examples import EXAMPLES as BUILT
from codemod.rules.stores.server_command_container_examples import EXAMPLES as CONTAINERS

EXAMPLES = (
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
    reported_file("the gateway's old command", "run.sh", "mlflow deployments start-server --config-path config.yaml\n"),
    reported_file("recipes", "Makefile", "train:\n\tmlflow recipes run --profile local\n"),
    reported_file(
        "behind a mark of make",
        "Makefile",
        "ui:\n\t@nohup mlflow ui --host 0.0.0.0 --backend-store-uri sqlite:///a.db &\n",
    ),
    reported(
        "a host that the environment may give to a line",
        """
        import os
        HOST = os.getenv("HOST", "0.0.0.0")
        os.system(f"mlflow server --backend-store-uri sqlite:///a.db --host {HOST}")
        """,
    ),
    reported(
        "a host that a caller may give",
        """
        import subprocess
        def start(host="0.0.0.0"):
            subprocess.Popen(["mlflow", "server", "--backend-store-uri", "sqlite:///a.db", "--host", host])
        """,
    ),
    untouched(
        "a host of this machine alone that a caller may give",
        """
        import subprocess
        def start(host="127.0.0.1"):
            subprocess.Popen(["mlflow", "server", "--backend-store-uri", "sqlite:///a.db", "--host", host])
        """,
    ),
    reported_file(
        "a notebook's shell line that starts in the background",
        "tracking.py",
        """
        # Databricks notebook source
        # MAGIC !nohup mlflow ui --host 0.0.0.0 &
        """,
    ),
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
    reported_file(
        "words that a call gets one by one",
        "example.py",
        """
        import asyncio

        async def start():
            await asyncio.create_subprocess_exec("mlflow", "server", "--host", "0.0.0.0")
        """,
    ),
    reported_file(
        "words that are added to a list",
        "example.py",
        """
        import subprocess
        command = ["mlflow", "server"]
        command += ["--host", "0.0.0.0"]
        subprocess.Popen(command)
        """,
    ),
    reported_file(
        "an operator of Airflow",
        "dag.py",
        """
        from airflow.operators.bash import BashOperator
        BashOperator(task_id="server", bash_command="cd /opt && mlflow server --backend-store-uri ./mlruns")
        """,
    ),
    reported_file(
        "a script of npm",
        "package.json",
        """
        {"scripts": {"tracking": "mlflow server --host 0.0.0.0 --backend-store-uri sqlite:///a.db"}}
        """,
    ),
    reported_file(
        "a task of Poe",
        "pyproject.toml",
        """
        [tool.poe.tasks]
        tracking = "mlflow server --host 0.0.0.0 --backend-store-uri sqlite:///a.db"
        """,
    ),
    reported_file(
        "a script of PDM, word by word",
        "pyproject.toml",
        """
        [tool.pdm.scripts]
        tracking.cmd = ["mlflow", "server", "--host", "0.0.0.0", "--backend-store-uri", "sqlite:///a.db"]
        """,
    ),
    reported_file(
        "a variable that a Makefile hands on",
        "Makefile",
        """
        export MLFLOW_HOST ?= 0.0.0.0
        """,
    ),
    reported_file("a variable of an image", "Dockerfile", "ENV MLFLOW_HOST=0.0.0.0\n"),
    untouched_file(
        "a variable of the Makefile itself",
        "Makefile",
        "MLFLOW_HOST ?= localhost\nopen:\n\txdg-open http://$(MLFLOW_HOST):5000\n",
    ),
    untouched_file(
        "another one, which names an address",
        "Makefile",
        "MLFLOW_HOST = 0.0.0.0\nopen:\n\tcurl http://$(MLFLOW_HOST):5000/health\n",
    ),
    untouched_file(
        "an address of this machine that a Makefile sets",
        "Makefile",
        "HOST ?= 127.0.0.1\nui:\n\tmlflow server --host $(HOST) --backend-store-uri sqlite:///a.db\n",
    ),
    untouched_file(
        "a server that the same script asks",
        "configure.sh",
        'MLFLOW_HOST="${SERVICE}.${NAMESPACE}.svc.cluster.local"\ncurl "http://${MLFLOW_HOST}:5000/health"\n',
    ),
    untouched_file("the server that a client asks", ".env", "MLFLOW_HOST=https://mlflow.example.com\n"),
    untouched_file(
        "the name of the server that a client asks",
        "compose.yaml",
        """
        services:
          app:
            environment:
              MLFLOW_HOST: mlflow
              URL: http://${MLFLOW_HOST:-localhost}:5000
        """,
    ),
    untouched_file(
        "what a script of another name says",
        "pyproject.toml",
        """
        [project]
        name = "app"
        version = "1"
        description = "mlflow server --host 0.0.0.0"
        """,
    ),
    untouched_file(
        "what an operator expects",
        "test_dag.py",
        """
        def test_dag(operator):
            operator.assert_called_with(bash_command="mlflow server --host 0.0.0.0")
        """,
    ),
    untouched_file(
        "what a program tells people",
        "example.py",
        """
        import click
        HELP = "mlflow server --host 0.0.0.0"
        click.echo(message="mlflow ui --backend-store-uri ./mlruns")
        print({"hint": "mlflow ui --host 0.0.0.0"})
        """,
    ),
    reported_file(
        "a store by a variable with a default",
        "entrypoint.sh",
        ': ${STORE:=/data/mlruns}\nexec mlflow server --backend-store-uri "${STORE}" --host 127.0.0.1\n',
    ),
    untouched_file(
        "commands that cases of a test expect",
        "test_ui.py",
        """
        import pytest

        COMMAND = ["mlflow", "server", "--host", "0.0.0.0"]

        @pytest.mark.parametrize("args,expected", [([], COMMAND), ([1], ["mlflow", "ui", "--host", "0.0.0.0"])])
        def test_ui(args, expected, cli):
            assert cli(args) == expected
        """,
    ),
    reported_file(
        "commands that cases of a test start",
        "test_ui.py",
        """
        import subprocess

        import pytest

        @pytest.mark.parametrize("command", [["mlflow", "server", "--host", "0.0.0.0"]])
        def test_ui(command):
            assert subprocess.Popen(command)
        """,
    ),
    untouched_file(
        "the command that a test expects of a service",
        "test_charm.py",
        """
        EXPECTED = {"services": {"mlflow": {"command": "mlflow server --host 0.0.0.0 --backend-store-uri ./mlruns"}}}
        """,
    ),
    *BUILT,
    *CONTAINERS,
)
