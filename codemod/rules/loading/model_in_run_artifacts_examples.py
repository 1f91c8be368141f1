"""Examples of MLF204."""

from __future__ import annotations

from codemod.rules.base import Example, Run, program, reported, reported_file, untouched, untouched_file
from codemod.settings import Project

_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression(), artifact_path="model", serialization_format="cloudpickle")
result = [item.path for item in mlflow.MlflowClient().list_artifacts(run.info.run_id)]
assert result == ["model"], result
"""

_BY_HAND = """\
import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression(), name="model", serialization_format="cloudpickle")
outputs = mlflow.get_run(run.info.run_id).outputs.model_outputs
result = [mlflow.get_logged_model(output.model_id).name for output in outputs]
assert result == ["model"], result
"""

_TAG = """\
import json

import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression(), artifact_path="model", serialization_format="cloudpickle")
result = json.loads(mlflow.get_run(run.info.run_id).data.tags["mlflow.log-model.history"])
assert len(result) == 1, result
"""

_LOGS = Project(logged=frozenset({"model"}))

EXAMPLES: tuple[Example, ...] = (
    program(
        "the model among the artifacts",
        _PROGRAM,
        runs={"2 before": Run(), "3 before": Run(raises="AssertionError"), "3 by hand": Run()},
        by_hand=_BY_HAND,
    ),
    reported(
        "the whole root",
        """
            from mlflow import MlflowClient
            MlflowClient().download_artifacts(run_id, '', 'out')
            """,
        project=_LOGS,
    ),
    reported(
        "the root by its URI",
        """
            import mlflow
            run = mlflow.get_run(i)
            a = mlflow.artifacts.list_artifacts(artifact_uri=run.info.artifact_uri)
            b = mlflow.artifacts.list_artifacts(f"runs:/{i}/")
            """,
        project=_LOGS,
    ),
    reported(
        "a model that is chosen from the list, where other code logs it",
        """
            import mlflow
            def find(run_id):
                folders = [f.path for f in mlflow.MlflowClient().list_artifacts(run_id) if f.is_dir]
                return mlflow.pyfunc.load_model(f"runs:/{run_id}/{folders[0]}")
            """,
    ),
    reported(
        "the artifacts of a run are removed where they are stored",
        """
            import shutil
            import mlflow
            run = mlflow.get_run(i)
            shutil.rmtree(run.info.artifact_uri.replace("file://", ""))
            """,
        project=_LOGS,
    ),
    reported(
        "a request over HTTP",
        """
        import requests
        requests.get(f"{host}/api/2.0/mlflow/artifacts/list?run_id={i}&path=model")
        """,
        project=_LOGS,
    ),
    reported(
        "the tag by its name in MLflow, and in a column",
        """
            import mlflow
            from mlflow.utils.mlflow_tags import MLFLOW_LOGGED_MODELS
            print(mlflow.get_run(i).data.tags[MLFLOW_LOGGED_MODELS])
            print(mlflow.search_runs()["tags.mlflow.log-model.history"])
            """,
    ),
    untouched(
        "the tag where the code has it written",
        """
            from mlflow.utils.mlflow_tags import MLFLOW_LOGGED_MODELS
            def test_tag(store, model):
                store.record_logged_model("1", model)
                mlflow.MlflowClient()._record_logged_model("1", model)
                assert "mlflow.log-model.history" in store.get_run("1").data.tags
                assert store.get_run("1").data.tags[MLFLOW_LOGGED_MODELS]
            """,
    ),
    untouched(
        "the root of a run that has no models",
        """
            import mlflow
            with mlflow.start_run() as run:
                mlflow.log_artifacts("out")
            mlflow.artifacts.download_artifacts(artifact_uri=f"{run.info.artifact_uri}/", dst_path="in")
            """,
    ),
    untouched(
        "the endpoint of a version of a model",
        """
        import requests
        requests.get(f"{host}/model-versions/get-artifact?name=forest&version=1&path=model.pkl")
        """,
    ),
    untouched(
        "a request for other artifacts",
        """
        import requests
        requests.get(f"{host}/get-artifact?path=plots/a.png&run_uuid={i}")
        """,
        project=_LOGS,
    ),
    program(
        "the tag",
        _TAG,
        runs={"2 before": Run(), "3 before": Run(raises="KeyError: mlflow.log-model.history")},
    ),
    program(
        "the tag, if there is one",
        _TAG.replace('["mlflow.log-model.history"])', '.get("mlflow.log-model.history", "[]"))'),
        runs={"2 before": Run(), "3 before": Run(raises="AssertionError")},
    ),
    reported(
        "the pickle of a model that is written as skops",
        """
            import mlflow
            mlflow.artifacts.download_artifacts(run_id=i, artifact_path='model/model.pkl')
            """,
        sklearn_format="skops",
    ),
    untouched(
        "the pickle of a model that stays one",
        """
            import mlflow
            mlflow.artifacts.download_artifacts(run_id=i, artifact_path='model/model.pkl')
            """,
        project=_LOGS,
    ),
    untouched(
        "a run without models",
        """
            from mlflow import MlflowClient
            print(MlflowClient().list_artifacts(run_id))
            """,
    ),
    untouched(
        "files of one kind",
        """
            from mlflow import MlflowClient
            plots = [item for item in MlflowClient().list_artifacts(run_id) if item.path.endswith(('.png', '.svg'))]
            """,
        project=_LOGS,
    ),
    untouched(
        "a URI",
        """
            import mlflow
            mlflow.artifacts.download_artifacts('runs:/1/model')
            """,
        project=_LOGS,
    ),
    untouched(
        "another client",
        """
            import boto3
            boto3.client('s').list_artifacts('x')
            """,
        project=_LOGS,
    ),
    reported(
        "a folder in which models were logged",
        """
        import mlflow
        mlflow.xgboost.log_model(booster, "models/first")
        files = mlflow.MlflowClient().list_artifacts(run_id, "models")
        """,
    ),
    reported_file(
        "a command that lists a model",
        "run.sh",
        "mlflow artifacts list --run-id $RUN --artifact-path model\n",
        project=_LOGS,
    ),
    reported_file(
        "a command that lists the root", "Makefile", "list:\n\tmlflow artifacts list -r $(RUN)\n", project=_LOGS
    ),
    reported_file(
        "a request for a file of a model",
        "Dockerfile",
        'RUN curl -f "http://tracking:5000/get-artifact?path=model/model.pkl&run_uuid=abc" -o model.pkl\n',
        project=_LOGS,
    ),
    reported_file(
        "a request of a workflow",
        "ci.yml",
        """
        steps:
          - run: curl -f "$URL/api/2.0/mlflow/artifacts/list?run_id=$RUN&path=model"
        """,
    ),
    reported(
        "a command that code starts",
        """
        import subprocess
        subprocess.run(["mlflow", "artifacts", "list", "--run-id", run_id, "--artifact-path", "model"])
        """,
    ),
    untouched_file(
        "a command that downloads a model",
        "run.sh",
        "mlflow artifacts download --run-id $RUN -a model -d out\n",
        project=_LOGS,
    ),
    untouched_file(
        "a command that lists other files",
        "run.sh",
        "mlflow artifacts list --run-id $RUN --artifact-path plots\n",
        project=_LOGS,
    ),
    untouched_file(
        "a request for another file",
        "run.sh",
        "curl $URL/get-artifact?path=plots/a.png\\&run_uuid=$RUN\n",
        project=_LOGS,
    ),
    untouched_file("a root without models", "run.sh", "mlflow artifacts list --run-id $RUN\n"),
    untouched(
        "the root of a run that was made before, and of one without a model",
        """
            import mlflow
            client = mlflow.MlflowClient()
            with mlflow.start_run():
                mlflow.xgboost.log_model(booster, name="model")
            with mlflow.start_run() as plots:
                mlflow.log_artifact("a.png")
            print(client.list_artifacts(plots.info.run_id), client.list_artifacts("0123456789abcdef0123456789abcdef"))
            """,
    ),
    reported(
        "a tool that deletes each artifact of a run and logs nothing",
        """
        import mlflow
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
        client = mlflow.MlflowClient()
        repository = get_artifact_repository(client.get_run(run_id).info.artifact_uri)
        for artifact in client.list_artifacts(run_id):
            repository.delete_artifacts(artifact.path)
        """,
    ),
    reported(
        "a tool that deletes the folder of a run",
        """
        import mlflow, shutil
        from urllib.parse import urlparse
        shutil.rmtree(urlparse(mlflow.get_run(run_id).info.artifact_uri).path)
        """,
    ),
    reported(
        "each one that a variable lists",
        """
        import mlflow
        found = mlflow.artifacts.list_artifacts(run_id=run_id)
        [bucket.delete_object(Key=each.path) for each in found]
        """,
    ),
    untouched(
        "a tool that deletes some artifacts",
        """
        import mlflow
        client = mlflow.MlflowClient()
        for artifact in client.list_artifacts(run_id):
            if artifact.path.endswith(".png"):
                repository.delete_artifacts(artifact.path)
        for artifact in client.list_artifacts(run_id, "plots"):
            repository.delete_artifacts(artifact.path)
        [bucket.delete_object(Key=each.path) for each in client.list_artifacts(run_id) if each.path == name]
        """,
    ),
    untouched(
        "a tool that looks at the artifacts of a run",
        """
        import mlflow
        names = set(expected)
        for artifact in mlflow.artifacts.list_artifacts(run_id=run_id):
            names.add(artifact.path)
            old.remove(first)
        """,
    ),
    reported(
        "a list of the repository of a run's artifacts",
        """
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
        import mlflow
        repository = get_artifact_repository(mlflow.get_run(run_id).info.artifact_uri)
        print(repository.list_artifacts(), repository.list_artifacts("plots"))
        """,
        project=_LOGS,
    ),
    untouched(
        "one artifact of a run",
        """
        from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
        import mlflow
        get_artifact_repository(mlflow.get_run(run_id).info.artifact_uri).delete_artifacts("plots")
        """,
        project=_LOGS,
    ),
    reported(
        "an endpoint behind the address of a class",
        """
        import requests
        class Server:
            base = "http://mlflow/api/2.0/mlflow"
            def files(self, run_id):
                return requests.get(f"{self.base}/artifacts/list", params={"run_id": run_id})
        """,
    ),
    untouched(
        "an endpoint of another service",
        """
        import mlflow, requests
        class Server:
            base = "http://builds/api/v4"
            def files(self, job):
                return requests.get(f"{self.base}/artifacts/list", params={"job": job})
        """,
    ),
)
