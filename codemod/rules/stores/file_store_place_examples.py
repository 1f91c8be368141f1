"""Examples of MLF501: where its line goes, and which places are files."""

from __future__ import annotations

from codemod.rules.base import Example, Run, fixed, program, reported, reported_file, untouched, untouched_file

EXAMPLES: tuple[Example, ...] = (
    fixed(
        "paths in functions, once for the file",
        """
        import os
        from pathlib import Path

        import mlflow


        def connect():
            mlflow.set_tracking_uri(uri=(Path(__file__).parent / "mlruns").as_uri())


        def client():
            return mlflow.MlflowClient(tracking_uri="mlruns")
        """,
        """
        import os
        from pathlib import Path

        import mlflow


        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")


        def connect():
            mlflow.set_tracking_uri(uri=(Path(__file__).parent / "mlruns").as_uri())


        def client():
            return mlflow.MlflowClient(tracking_uri="mlruns")
        """,
        unsafe=True,
    ),
    fixed(
        "names of a module above its imports",
        """
        '''Tests.'''

        __author__ = ["somebody"]

        import os
        import mlflow

        def connect():
            mlflow.set_tracking_uri("mlruns")
        """,
        """
        '''Tests.'''

        __author__ = ["somebody"]

        import os
        import mlflow

        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")


        def connect():
            mlflow.set_tracking_uri("mlruns")
        """,
        unsafe=True,
    ),
    fixed(
        "an import of os that comes too late",
        """
        import mlflow

        mlflow.set_tracking_uri("mlruns")
        import os
        """,
        """
        import os

        import mlflow

        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        mlflow.set_tracking_uri("mlruns")
        import os
        """,
        unsafe=True,
    ),
    fixed(
        "a comment stays with its function",
        """
        import os
        import mlflow

        # Where the runs are.
        def connect():
            mlflow.set_tracking_uri("mlruns")
        """,
        """
        import os
        import mlflow

        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")


        # Where the runs are.
        def connect():
            mlflow.set_tracking_uri("mlruns")
        """,
        unsafe=True,
    ),
    reported(
        "the folder of the runs below one that nobody knows",
        """
        import mlflow

        class Training:
            def track(self):
                mlflow.set_tracking_uri(self.args.output_dir.joinpath("mlruns"))
        """,
    ),
    reported(
        "the folder of the runs behind a variable",
        """
        import mlflow

        def track(folder):
            mlflow.set_tracking_uri(f"{folder}/mlruns")
        """,
    ),
    untouched(
        "a variable of the environment, beside another one that is a folder",
        """
        import os
        import mlflow
        os.environ["ARTIFACTS"] = "/tmp/artifacts"
        settings = {}
        settings["artifacts"] = "./artifacts"
        mlflow.set_tracking_uri(os.environ.get("SERVER"))
        mlflow.set_registry_uri(settings.get("server"))
        """,
    ),
    untouched(
        "a place that whoever reads this shall fill in",
        """
        import mlflow
        mlflow.set_tracking_uri("<http://ip:port>/")
        """,
    ),
    fixed(
        "variables that are set together",
        """
        import os
        import tempfile
        import mlflow
        os.environ.update({"MLFLOW_TRACKING_URI": "file:" + tempfile.mkdtemp()})
        """,
        """
        import os
        import tempfile
        import mlflow
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        os.environ.update({"MLFLOW_TRACKING_URI": "file:" + tempfile.mkdtemp()})
        """,
        unsafe=True,
    ),
    untouched(
        "a server among variables that are set together",
        """
        import os
        import mlflow
        os.environ.update(MLFLOW_TRACKING_URI="http://tracking", MLFLOW_REGISTRY_URI=f"sqlite:///{home}/r.db")
        """,
    ),
    reported(
        "files that the environment forbids",
        """
        import os
        import mlflow
        os.environ["MLFLOW_ALLOW_FILE_STORE"] = "false"
        mlflow.set_tracking_uri("file:./runs")
        """,
    ),
    reported(
        "a folder of a test, below the one that pytest gives",
        """
        import mlflow
        import pytest

        @pytest.fixture
        def store(tmp_path, kind):
            return str(tmp_path / kind)

        def test_it(store):
            mlflow.set_tracking_uri(store)
        """,
    ),
    reported(
        "the URI of a path, and a path below a parameter",
        """
        import mlflow

        def track(base, name):
            mlflow.set_tracking_uri((base / name).absolute().as_uri())

        def other(base, name):
            mlflow.MlflowClient(str(base / name))
        """,
    ),
    untouched(
        "the method of something else",
        """
        import mlflow

        def track(server):
            mlflow.set_tracking_uri(server.get_uri())
            mlflow.set_registry_uri(str(server))
        """,
    ),
    reported(
        "code that forbids files",
        """
        import os
        import mlflow
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "false")
        mlflow.set_tracking_uri("file:./runs")
        """,
        unsafe=True,
    ),
    fixed(
        "an item of the environment that a test sets",
        """
        import os
        def test_it(tmp_path, monkeypatch):
            monkeypatch.setitem(os.environ, "MLFLOW_TRACKING_URI", str(tmp_path / "runs"))
        """,
        """
        import os
        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")


        def test_it(tmp_path, monkeypatch):
            monkeypatch.setitem(os.environ, "MLFLOW_TRACKING_URI", str(tmp_path / "runs"))
        """,
        unsafe=True,
    ),
    *(
        reported_file(f"a folder of a variable: {path}", path, text)
        for path, text in (
            ("Makefile", "export MLFLOW_TRACKING_URI := $(PWD)/mlruns\n"),
            ("tox.ini", "[testenv]\nsetenv = MLFLOW_TRACKING_URI = {toxworkdir}/mlruns\n"),
            ("ci.yml", "env:\n  MLFLOW_TRACKING_URI: ${{ github.workspace }}/mlruns\n"),
        )
    ),
    untouched_file("a server of a variable", "Makefile", "export MLFLOW_TRACKING_URI := $(HOST)/mlflow\n"),
    reported(
        "the environment of a session of nox",
        """
        import nox
        @nox.session
        def tests(session):
            session.env["MLFLOW_TRACKING_URI"] = "./mlruns"
            session.run("pytest")
        """,
    ),
    program(
        "a function that allows files and that nobody calls",
        """
        import os

        import mlflow

        def allow():
            os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"

        def main():
            mlflow.set_tracking_uri("file:./runs")
            mlflow.set_experiment("trees")

        main()
        """,
        """
        import os

        import mlflow

        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")


        def allow():
            os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"

        def main():
            mlflow.set_tracking_uri("file:./runs")
            mlflow.set_experiment("trees")

        main()
        """,
        unsafe=True,
        runs={
            "2 before": Run(),
            "3 before": Run(raises="MlflowException: maintenance mode"),
            "2 after": Run(),
            "3 after": Run(),
        },
    ),
    *(
        untouched(
            f"a function that allows files: {title}",
            f"""
import os
import mlflow
{function}
mlflow.set_tracking_uri("file:./runs")
""",
        )
        for title, function in (
            ("it is called", "def allow():\n    os.environ['MLFLOW_ALLOW_FILE_STORE'] = 'true'\nallow()"),
            ("it is handed on", "def allow():\n    os.environ['MLFLOW_ALLOW_FILE_STORE'] = 'true'\nrun(allow)"),
            ("it is decorated", "@once\ndef allow():\n    os.environ['MLFLOW_ALLOW_FILE_STORE'] = 'true'"),
            (
                "it is a method",
                "class Run:\n    def allow(self):\n        os.environ['MLFLOW_ALLOW_FILE_STORE'] = 'true'",
            ),
        )
    ),
    untouched(
        "a function that allows files in a module whose functions other code calls",
        """
        import os
        import mlflow

        def allow():
            os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"

        def start():
            mlflow.set_tracking_uri("file:./runs")
        """,
    ),
)
