"""Examples of MLF204 for functions that walk through the artifacts of a run, and for the clients that these are given."""

from __future__ import annotations

from codemod.rules.base import Example, reported, untouched
from codemod.settings import Project

_LOGS = Project(logged=frozenset({"model"}))

EXAMPLES: tuple[Example, ...] = (
    reported(
        "a walk through all folders, beside autologging",
        """
            import mlflow
            from mlflow import MlflowClient

            mlflow.autolog()


            def walk(run_id, path=None):
                for item in MlflowClient().list_artifacts(run_id, path):
                    yield from walk(run_id, item.path)
            """,
    ),
    reported(
        "a client that a caller hands to the function which lists",
        """
            import mlflow


            def walk(client, run_id, path=None):
                for item in client.list_artifacts(run_id, path):
                    yield from walk(client, run_id, item.path) if item.is_dir else [item.path]


            class Lister:
                def __init__(self, client):
                    self._client = client

                def names(self, run_id):
                    return [item.path for item in self._client.list_artifacts(run_id)]


            client = mlflow.MlflowClient()
            print(*walk(client, i), *Lister(client).names(i))
            """,
        project=_LOGS,
    ),
    reported(
        "a client for which a protocol of the code stands",
        """
            from typing import Protocol
            import mlflow
            class Tracking(Protocol):
                def list_artifacts(self, run_id, path=None): ...
            class Service:
                def __init__(self, tracking: Tracking):
                    self.tracking = tracking
                def names(self, run_id):
                    return [item.path for item in self.tracking.list_artifacts(run_id)]
            print(Service(mlflow.MlflowClient()).names(i))
            """,
        project=_LOGS,
    ),
    reported(
        "a model that is chosen from what a function of the code lists",
        """
            import mlflow
            def paths(run_id):
                return [item.path for item in mlflow.MlflowClient().list_artifacts(run_id)]
            def load(run_id):
                return mlflow.pyfunc.load_model(f"runs:/{run_id}/{paths(run_id)[0]}")
            """,
    ),
    untouched(
        "a client of something else that a caller hands on",
        """
            import mlflow
            def paths(client, run_id):
                return client.list_artifacts(run_id)
            print(paths(artifactory.Client(), i), mlflow.MlflowClient().get_run(i))
            """,
        project=_LOGS,
    ),
    untouched(
        "a walk through the folders of plots",
        """
            from mlflow import MlflowClient


            def walk(run_id, path='plots'):
                return MlflowClient().list_artifacts(run_id, path)
            """,
        project=_LOGS,
    ),
    untouched(
        "autologging without models",
        """
            import mlflow
            mlflow.autolog(log_models=False)
            print(mlflow.MlflowClient().list_artifacts(run_id))
            """,
    ),
    untouched(
        "a model by its path",
        """
            from mlflow import MlflowClient
            MlflowClient().list_artifacts(run_id, 'model')
            """,
        project=_LOGS,
    ),
)
