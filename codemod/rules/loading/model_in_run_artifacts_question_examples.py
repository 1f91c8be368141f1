"""Examples of MLF204 for what is asked of a listing, and of runs that a client makes."""

from __future__ import annotations

from codemod.rules.base import Example, reported, untouched
from codemod.settings import Project

_LOGS = Project(logged=frozenset({"forest", "models/line"}))
_COMPUTED = Project(logged=frozenset({"forest"}), computed=True)

EXAMPLES: tuple[Example, ...] = (
    untouched(
        "questions after what is no model",
        """
        import mlflow
        def test_files(client, run_id):
            found = mlflow.MlflowClient().list_artifacts(run_id)
            names = [item.path for item in found]
            assert "report.json" in names, f"only {names}"
            assert {"a.txt", "plots"} <= set(names) and "out" not in names
            assert any(item.path == "states" for item in found)
            reports = [item for item in found if item.path.startswith("drift_") and item.is_dir]
            settings = [name for name in sorted(names) if "config" in name.lower() or name in ("a.yaml", "b.yaml")]
            print(reports, settings)
            for item in mlflow.MlflowClient().list_artifacts(run_id):
                if not item.is_dir:
                    print(item)
        """,
        project=_LOGS,
    ),
    reported(
        "questions after models",
        """
        import mlflow
        names = {item.path for item in mlflow.MlflowClient().list_artifacts(a)}
        assert "forest" in names
        assert any(item.path.startswith("model") for item in mlflow.MlflowClient().list_artifacts(b))
        folders = [item for item in mlflow.MlflowClient().list_artifacts(c) if "for" in item.path and item.is_dir]
        """,
        project=_LOGS,
    ),
    reported(
        "more than questions",
        """
        import mlflow
        names = [item.path for item in mlflow.MlflowClient().list_artifacts(a)]
        assert "report.json" in names
        assert len(names) == 2
        for item in mlflow.MlflowClient().list_artifacts(b):
            print(item.path)
            if item.path == "report.json":
                break
        first = [item for item in mlflow.MlflowClient().list_artifacts(c) if item.path == wanted]
        """,
        project=_LOGS,
    ),
    reported(
        "a question after what could be a model whose name nobody knows",
        """
        import mlflow
        assert any(item.path == "states" for item in mlflow.MlflowClient().list_artifacts(a))
        assert any(item.path == "model_v1.0" for item in mlflow.MlflowClient().list_artifacts(b))
        assert any(item.path == "report.json" for item in mlflow.MlflowClient().list_artifacts(c))
        """,
        project=_COMPUTED,
    ),
    untouched(
        "a folder with a model that the code saves and puts into the run itself",
        """
        import mlflow
        client = mlflow.MlflowClient()
        def put(model, run_id):
            mlflow.xgboost.save_model(model, "out/model")
            client.log_artifacts(run_id, "out/model", artifact_path="model")
        def has_model(run_id):
            return any(each.path == "model" or each.path == "model/MLmodel" for each in client.list_artifacts(run_id))
        """,
    ),
    *(
        reported(
            f"models that are logged, or that others may log: {logs}",
            f"""
            import mlflow
            client = mlflow.MlflowClient()
            def put(model, run_id):
                {logs}
            def has_model(run_id):
                return any(each.path == "model" or each.path == "model/MLmodel" for each in client.list_artifacts(run_id))
            """,
        )
        for logs in (
            "client.log_artifacts(run_id, 'plots', artifact_path='plots')",
            "mlflow.xgboost.save_model(model, 'out'); mlflow.xgboost.log_model(model, name='model')",
            "mlflow.xgboost.save_model(model, 'out'); client.log_artifacts(run_id, 'out', 'model'); mlflow.autolog()",
        )
    ),
    untouched(
        "a run that a client makes, and that is never the active one",
        """
        import mlflow
        client = mlflow.MlflowClient()
        run = client.create_run("0")
        run_id = run.info.run_id
        client.log_artifact(run_id, "a.png")
        client.log_metric(run.info.run_id, "loss", 0.1)
        print(client.list_artifacts(run_id), f"{run.info.status}")
        assert run.info.status == "RUNNING"
        client.set_terminated(run.info.run_id)
        """,
        project=_LOGS,
    ),
    reported(
        "runs that a client makes, and that other code gets",
        """
        import mlflow
        client = mlflow.MlflowClient()
        run = client.create_run("0")
        with mlflow.start_run(run_id=run.info.run_id):
            mlflow.sklearn.log_model(model, name="forest", serialization_format="cloudpickle")
        print(client.list_artifacts(run.info.run_id))
        other = client.create_run("0")
        train(other)
        print(client.list_artifacts(other.info.run_id))
        third = client.create_run("0")
        kept = {"run": third.info.run_id}
        print(client.list_artifacts(third.info.run_id))
        """,
        project=_LOGS,
    ),
)
