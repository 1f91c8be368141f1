"""Examples of MLF503: commands that code builds piece by piece, and those that an editor keeps."""

from __future__ import annotations

from codemod.rules.base import reported, reported_file, untouched, untouched_file

EXAMPLES = (
    reported(
        "a command that is filled word by word",
        """
        import subprocess
        command = []
        command.append("mlflow")
        command.extend(["server", "--host", "0.0.0.0"])
        command += ["--backend-store-uri", "sqlite:///a.db"]
        subprocess.Popen(command)
        """,
    ),
    reported(
        "a module that is run, in an attribute",
        """
        import sys
        class Server:
            def __init__(self, host):
                self.command = [sys.executable, "-m", "mlflow"]
                self.command.append("ui")
                self.command = self.command + [f"--host={host}", "--backend-store-uri", "./mlruns"]
        """,
    ),
    reported(
        "a command line that grows",
        """
        import os
        command = "mlflow"
        command += " server --host 0.0.0.0"
        command = command + " --port 80"
        os.system(command)
        """,
    ),
    reported(
        "a command without an option that is gone",
        'import subprocess\nsubprocess.run(["mlflow", "recipes", "run"])\n',
    ),
    reported(
        "a program by its path",
        'import subprocess\nsubprocess.run([f"{home}/bin/mlflow", "server", "--host", "0.0.0.0"])\n',
    ),
    untouched(
        "a list of names that is filled",
        'names = []\nnames.append("mlflow")\nnames.extend(["server", "dask"])\nprint(names)\n',
    ),
    untouched(
        "packages that are installed",
        'command = ["pip", "install"]\ncommand.append("mlflow")\ncommand += ["--upgrade", "dask"]\n',
    ),
    untouched(
        "another list of that name",
        """
        words = ["mlflow"]
        words.append("--version")
        words = ["app"]
        words += ["server", "--host", "0.0.0.0"]
        """,
    ),
    untouched(
        "names of hosts that the command gets later",
        """
        command = ["mlflow", "server", "--backend-store-uri", "sqlite:///a.db"]
        command.extend(["--host", "0.0.0.0"])
        command += ["--allowed-hosts", "mlflow.example.com"]
        """,
    ),
    reported(
        "options of a dict that a loop adds",
        """
        import subprocess
        options = {"--host": "0.0.0.0", "--backend-store-uri": "sqlite:///a.db"}
        command = ["mlflow", "server"]
        for name, value in options.items():
            command += [name, value]
        subprocess.Popen(command)
        """,
    ),
    reported(
        "options of a comprehension, with a number among them",
        """
        import subprocess
        options = dict(host="0.0.0.0", port=80)
        subprocess.Popen(["mlflow", "ui"] + [f"--{name}={value}" for name, value in options.items()])
        """,
    ),
    reported(
        "options that another function fills in",
        """
        import subprocess
        def add(options, host="0.0.0.0"):
            options.append("--host=0.0.0.0")
        command = ["mlflow", "server"]
        add(command)
        subprocess.Popen(command)
        """,
    ),
    reported(
        "options that another function returns",
        """
        import subprocess
        def options():
            found = ["--port", "80"]
            found.extend(["--host", "0.0.0.0"])
            return found
        subprocess.Popen(["mlflow", "server", *options()])
        """,
    ),
    reported(
        "a command that a function begins",
        """
        import subprocess
        def begun():
            return ["mlflow", "server"]
        command = begun()
        command.append("--host=0.0.0.0")
        subprocess.Popen(command)
        """,
    ),
    reported(
        "options behind the attribute of a class",
        """
        import subprocess
        class Server:
            base = ["mlflow", "server"]
            def start(self):
                return subprocess.Popen(self.base + ["--host", "0.0.0.0"])
        """,
    ),
    untouched(
        "options behind the attribute of another class",
        """
        import subprocess
        class Server:
            base = ["mlflow", "server", "--backend-store-uri", "sqlite:///a.db"]
        class Client:
            base = ["client"]
            def start(self):
                return subprocess.Popen(self.base + ["--host", "0.0.0.0"])
        """,
    ),
    untouched(
        "the names of hosts among the options of a loop",
        """
        import subprocess
        options = {"--host": "0.0.0.0", "--allowed-hosts": "mlflow.example.com"}
        command = ["mlflow", "server"]
        for name, value in options.items():
            command += [name, value]
        subprocess.Popen(command)
        """,
    ),
    untouched(
        "options of a loop over what only the running program knows",
        """
        import subprocess
        command = ["mlflow", "server"]
        for name, value in given.items():
            command += [name, value]
        subprocess.Popen(command)
        """,
    ),
    reported_file(
        "a program that an editor runs as a module",
        ".vscode/launch.json",
        """
        {
            // What the button starts
            "configurations": [
                {"type": "debugpy", "module": "mlflow", "args": ["server", "--host", "0.0.0.0"],},
            ]
        }
        """,
    ),
    reported_file(
        "a run configuration of PyCharm",
        ".idea/runConfigurations/mlflow.xml",
        """
        <component name="ProjectRunConfigurationManager">
          <configuration name="mlflow" type="PythonConfigurationType">
            <option name="SCRIPT_NAME" value="mlflow" />
            <option name="PARAMETERS" value="server --host 0.0.0.0" />
            <option name="MODULE_MODE" value="true" />
          </configuration>
        </component>
        """,
    ),
    untouched_file(
        "another module that an editor runs",
        ".vscode/launch.json",
        """
        {"configurations": [{"module": "app", "args": ["server", "--host", "0.0.0.0"]}, {"module": "mlflow", "args": ["doctor"]}]}
        """,
    ),
    untouched_file(
        "another script that PyCharm runs",
        "server.run.xml",
        """
        <configuration name="mlflow server" type="PythonConfigurationType">
          <option name="SCRIPT_NAME" value="$PROJECT_DIR$/mlflow.py" />
          <option name="PARAMETERS" value="server --host 0.0.0.0" />
        </configuration>
        """,
    ),
    reported(
        "MLflow's command line as a function",
        """
        from mlflow.cli import cli
        cli(["server", "--host", "0.0.0.0", "--backend-store-uri", "sqlite:///a.db"])
        """,
    ),
    reported(
        "its group of commands by another name",
        """
        from mlflow.cli import cli as start
        start.main(args=["ui", "--backend-store-uri", "./mlruns"], standalone_mode=False)
        """,
    ),
    reported(
        "one of its commands",
        """
        import mlflow.cli
        mlflow.cli.server(["--host", host, "-h", "0.0.0.0"])
        """,
    ),
    reported(
        "a runner of click",
        """
        from click.testing import CliRunner
        from mlflow.cli import cli
        words = ["server", "--backend-store-uri", "file:./runs"]
        CliRunner().invoke(cli, words)
        """,
    ),
    reported(
        "a command line for a runner of click",
        """
        from click.testing import CliRunner
        from mlflow import cli
        CliRunner().invoke(cli.server, "--host 0.0.0.0 --port 5000")
        """,
    ),
    reported(
        "the server without a command line",
        """
        from mlflow.server import _run_server
        _run_server(
            file_store_path="sqlite:///a.db", registry_store_uri=None, default_artifact_root="a", serve_artifacts=True,
            artifacts_only=False, artifacts_destination=None, host="0.0.0.0", port=5000,
        )
        """,
    ),
    reported(
        "by position",
        """
        import mlflow.server
        mlflow.server._run_server(uri, uri, root, True, False, None, "127.0.0.1", 5000)
        """,
    ),
    untouched(
        "other commands of MLflow, and a server for this machine",
        """
        from click.testing import CliRunner
        from mlflow.cli import cli
        cli(["doctor"])
        cli(["server", "--host", "127.0.0.1", "--backend-store-uri", "sqlite:///a.db"])
        CliRunner().invoke(cli, ["models", "serve", "--host", "0.0.0.0"])
        """,
    ),
    untouched(
        "names that the server may have",
        """
        import os
        from mlflow.cli import cli
        os.environ["MLFLOW_SERVER_ALLOWED_HOSTS"] = "mlflow:*"
        cli(["server", "--host", "0.0.0.0", "--backend-store-uri", "sqlite:///a.db"])
        """,
    ),
    untouched(
        "the command line of another program",
        """
        import mlflow
        from click.testing import CliRunner
        from app.cli import cli
        cli(["server", "--host", "0.0.0.0"])
        CliRunner().invoke(cli, ["server", "--host", "0.0.0.0"])
        _run_server("a", "b", "c", True, False, None, "0.0.0.0", 1)
        """,
    ),
    untouched(
        "a server that a test replaces",
        """
        from unittest import mock
        from click.testing import CliRunner
        from mlflow.cli import server
        def test_server():
            with mock.patch("mlflow.server._run_server") as run:
                CliRunner().invoke(server, ["--host", "0.0.0.0"])
            run.assert_called_once()
        """,
    ),
    untouched(
        "by keywords, on this machine",
        """
        import mlflow.server
        mlflow.server._run_server(file_store_path=uri, registry_store_uri=uri, host="localhost", port=5000)
        """,
    ),
    reported_file(
        "options that whoever runs the script gives it",
        "run.sh",
        'exec mlflow server "$@"\n',
    ),
    reported_file(
        "an address that a command tells",
        "start.sh",
        "MLFLOW_HOST=$(hostname -i)\n",
    ),
    reported(
        "an address that the environment may give",
        """
        import os, subprocess
        subprocess.run(["mlflow", "server", "--host", os.environ.get("HOST", "0.0.0.0")])
        """,
    ),
    untouched(
        "an address that only the environment gives",
        """
        import os, subprocess
        subprocess.run(["mlflow", "server", "--host", os.environ["HOST"], "--backend-store-uri", "sqlite:///a.db"])
        """,
    ),
    reported_file(
        "options in an array",
        "run.sh",
        """
        ARGS=(--host 0.0.0.0 --port "${PORT:-5000}")
        exec mlflow server "${ARGS[@]}" --backend-store-uri "$DB"
        """,
    ),
    reported_file(
        "options in a variable that grows",
        "run.sh",
        """
        OPTIONS="--host 0.0.0.0"
        OPTIONS="$OPTIONS --backend-store-uri sqlite:///a.db"
        mlflow server $OPTIONS
        """,
    ),
    untouched_file(
        "options in a variable, of a server for this machine",
        "Makefile",
        """
        OPTIONS = --port 5000 --backend-store-uri sqlite:///a.db
        serve:
        \tmlflow server $(OPTIONS)
        """,
    ),
    reported_file(
        "a unit of Podman",
        "mlflow.container",
        """
        [Container]
        Exec=mlflow server --host 0.0.0.0 --backend-store-uri sqlite:////data/a.db
        """,
    ),
    untouched_file(
        "what a test expects, by names in a tuple",
        "test_serve.py",
        """
        import pytest
        @pytest.mark.parametrize(("host", "expected"), [("0.0.0.0", ["mlflow", "server", "--host", "0.0.0.0"])])
        def test_command(host, expected):
            assert command(host) == expected
        """,
    ),
)
