"""Examples of MLF501."""

from __future__ import annotations

from codemod.rules.base import Example, Run, program, reported, reported_file, untouched, untouched_file

_PROGRAM = """\
import mlflow

mlflow.set_tracking_uri("file:./runs")
with mlflow.start_run() as run:
    mlflow.log_metric("rmse", 0.5)
result = mlflow.get_run(run.info.run_id).data.metrics
"""

EXAMPLES: tuple[Example, ...] = (
    program(
        "a file URI",
        _PROGRAM,
        'import os\n\nimport mlflow\n\nos.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")\n'
        + _PROGRAM.removeprefix("import mlflow\n\n"),
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="MlflowException: maintenance mode"),
            "3 after": Run(),
        },
        unsafe=True,
    ),
    reported(
        "without --unsafe it is only named",
        """
        import mlflow
        mlflow.set_tracking_uri("./mlruns")
        """,
    ),
    reported(
        "in the environment",
        """
        import os
        import mlflow
        os.environ["MLFLOW_TRACKING_URI"] = "file:///data/mlruns"
        """,
    ),
    program(
        "files by default",
        """
        import os

        import mlflow

        mlflow.set_tracking_uri(os.getenv("MY_TRACKING_URI", "file:./runs"))
        mlflow.log_metric("rmse", 0.5)
        """,
        """
        import os

        import mlflow

        os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
        mlflow.set_tracking_uri(os.getenv("MY_TRACKING_URI", "file:./runs"))
        mlflow.log_metric("rmse", 0.5)
        """,
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="MlflowException: maintenance mode"),
            "3 after": Run(),
        },
        unsafe=True,
    ),
    reported(
        "a path below the folder that a function of one's own gives",
        """
        import mlflow
        from paths import project_root
        mlflow.set_tracking_uri(project_root() / "mlruns")
        """,
    ),
    reported(
        "a folder that the program makes",
        """
        import tempfile
        import mlflow
        with tempfile.TemporaryDirectory() as folder:
            mlflow.set_tracking_uri(f"{folder}/mlruns")
        """,
    ),
    reported(
        "a folder of a test",
        """
        import mlflow
        def test_it(tmp_path):
            mlflow.set_tracking_uri("file://" + str(tmp_path))
        """,
    ),
    reported(
        "the class of the store",
        """
        from mlflow.store.tracking.file_store import FileStore
        store = FileStore(folder)
        """,
    ),
    reported(
        "a class that is made from that of the store",
        """
        from mlflow.store.tracking.file_store import FileStore
        class Audited(FileStore):
            def __init__(self, root_directory=None, artifact_root_uri=None):
                super().__init__(root_directory, artifact_root_uri)
        """,
    ),
    untouched(
        "a class of a store that is not made as MLflow's is",
        """
        from mlflow.store.tracking.file_store import FileStore
        class Fake(FileStore):
            def __init__(self):
                self.runs = []
        """,
    ),
    untouched(
        "a class that is made from that of a store in a database",
        """
        from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
        class Audited(SqlAlchemyStore):
            pass
        """,
    ),
    reported(
        "a comment about the variable allows nothing",
        """
        import mlflow
        # MLFLOW_ALLOW_FILE_STORE was considered
        mlflow.set_tracking_uri("file:./runs")
        """,
    ),
    untouched(
        "a database in a folder of a test",
        """
        import mlflow
        def test_it(tmp_path):
            mlflow.set_tracking_uri(f"sqlite:///{tmp_path}/t.db")
        """,
    ),
    untouched(
        "a server below an address in a variable",
        """
        import mlflow
        mlflow.set_tracking_uri(f"{base}/api")
        """,
    ),
    reported(
        "a parameter's default",
        """
        import mlflow
        def connect(uri="mlruns"):
            mlflow.set_tracking_uri(uri)
        """,
    ),
    reported(
        "an option's default",
        'parser.add_argument("--mlflow-tracking-uri", type=str, default="file:./mlruns")\n',
    ),
    reported(
        "where nothing is set",
        """
        import mlflow
        uri = config.get("mlflow", {}).get("tracking_uri", "file:./mlruns")
        mlflow.set_tracking_uri(uri)
        """,
    ),
    reported(
        "a setting",
        """
        class Settings:
            mlflow_tracking_uri: str = "file:./mlruns"
        """,
    ),
    reported("a setting in a dict", 'config = {"mlflow": {"tracking_uri": "./mlruns"}}\n'),
    reported(
        "Lightning's logger with a folder",
        """
        from lightning.pytorch.loggers import MLFlowLogger
        logger = MLFlowLogger("net", tracking_uri="file:./ml-runs")
        """,
    ),
    reported(
        "Lightning's logger without a URI",
        """
        from lightning.pytorch.loggers import MLFlowLogger
        logger = MLFlowLogger(experiment_name="net")
        """,
    ),
    untouched(
        "Lightning's logger with a server",
        """
        from lightning.pytorch.loggers import MLFlowLogger
        logger = MLFlowLogger("net", tracking_uri="http://localhost:5000")
        """,
    ),
    untouched(
        "Lightning's logger in an environment that is set",
        """
        import os
        from lightning.pytorch.loggers import MLFlowLogger
        os.environ["MLFLOW_TRACKING_URI"] = "http://localhost:5000"
        logger = MLFlowLogger("net")
        """,
    ),
    untouched(
        "Lightning's logger on Databricks, which sets the variable",
        """
        # Databricks notebook source
        from lightning.pytorch.loggers import MLFlowLogger
        logger = MLFlowLogger('net')
        """,
    ),
    reported(
        "in a magic",
        """
        # Databricks notebook source
        # MAGIC %env MLFLOW_TRACKING_URI=file:./mlruns
        """,
    ),
    untouched(
        "a server by default",
        """
        import os
        import mlflow
        mlflow.set_tracking_uri(os.getenv("URI", "http://localhost:5000"))
        """,
    ),
    untouched(
        "a server where nothing is set",
        """
        import mlflow
        mlflow.set_tracking_uri(config.get("uri", "http://a"))
        """,
    ),
    untouched("a database in a setting", 'tracking_uri = "sqlite:///mlruns.db"\n'),
    untouched("where artifacts lie", 'mlflow_artifact_uri = "file:./mlruns"\n'),
    untouched("a comparison", 'assert config.tracking_uri == "file:./mlruns"\n'),
    Example(
        "runs that code without a URI has left, in the file that shows MLflow where they are",
        """
        artifact_location: file:///home/ann/net/mlruns/0
        experiment_id: '0'
        lifecycle_stage: active
        name: Default
        """,
        path="mlruns/0/meta.yaml",
    ),
    Example(
        "such runs before 3.13",
        """
        artifact_location: file:///home/ann/net/mlruns/0
        experiment_id: '0'
        lifecycle_stage: active
        name: Default
        """,
        found=False,
        settings={"target": "3.12"},
        path="mlruns/0/meta.yaml",
    ),
    untouched(
        "a server",
        """
        import mlflow
        mlflow.set_tracking_uri("http://localhost:5000")
        """,
    ),
    untouched(
        "a database",
        """
        import mlflow
        mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
        """,
    ),
    untouched(
        "Databricks",
        """
        import mlflow
        mlflow.set_tracking_uri("databricks")
        """,
    ),
    untouched(
        "known only at run time",
        """
        import mlflow
        mlflow.set_tracking_uri(arguments.uri)
        """,
    ),
    untouched(
        "back to the default",
        """
        import mlflow
        mlflow.set_tracking_uri("")
        """,
    ),
    untouched(
        "files are allowed",
        """
        import os
        import mlflow
        os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
        mlflow.set_tracking_uri("mlruns")
        """,
    ),
    untouched(
        "before 3.13",
        """
        import mlflow
        mlflow.set_tracking_uri("mlruns")
        """,
        target="3.12",
    ),
    untouched(
        "another library",
        """
        import dvclive
        dvclive.set_tracking_uri("./runs")
        """,
    ),
    reported_file(
        "a configuration that code reads",
        "config.json",
        """
        {"mlflow": {"tracking_uri": "file:./mlruns"}}
        """,
    ),
    reported_file(
        "a variable of a container",
        "job.yaml",
        """
        env:
          - name: MLFLOW_TRACKING_URI
            value: file:///mnt/mlruns
        """,
    ),
    reported_file("the URI of MLflow's section", "conf.yml", "mlflow:\n  uri: file:./mlruns\n"),
    untouched_file(
        "what a run of MLflow 2 left",
        "result.json",
        """
        {"artifact_uri": "file:///data/mlruns/0/1/artifacts", "mlflow": {"tracking_uri": "https://mlflow.example.com"}}
        """,
    ),
    reported(
        "the default of an option",
        """
        import argparse, mlflow
        parser = argparse.ArgumentParser()
        parser.add_argument("--tracking-uri", default="./runs")
        mlflow.set_tracking_uri(parser.parse_args().tracking_uri)
        """,
    ),
    reported(
        "the default of a field",
        """
        import os, mlflow
        from dataclasses import dataclass, field
        @dataclass
        class Settings:
            uri: str = field(default_factory=lambda: f"file://{os.getcwd()}/runs")
        mlflow.set_tracking_uri(Settings().uri)
        """,
    ),
    untouched(
        "an option whose default is a server",
        """
        import argparse, mlflow
        parser = argparse.ArgumentParser()
        parser.add_argument("--tracking-uri", default="http://localhost")
        mlflow.set_tracking_uri(parser.parse_args().tracking_uri)
        """,
    ),
)
