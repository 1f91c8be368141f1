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
)
