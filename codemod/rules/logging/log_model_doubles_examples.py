"""The examples of MLF101 in and beside tests that stand in for `log_model`."""

from __future__ import annotations

from codemod.rules.base import fixed, reported, untouched
from codemod.settings import Double, Project

EXAMPLES = (
    reported(
        "arguments that may hold it",
        """
        import mlflow

        class Dataset(Base):
            def save(self, model):
                self._mlflow_module.log_model(model, **self._save_args)
        """,
    ),
    reported(
        "what a test expects of a mock",
        """
        from unittest.mock import patch
        with patch("mlflow.sklearn.log_model") as mock_log_model:
            train()
        mock_log_model.assert_called_once_with(model, artifact_path="model")
        """,
    ),
    reported(
        "what a test expects by position",
        """
        def test_train(mock_mlflow):
            train()
            mock_mlflow.sklearn.log_model.assert_called_with(model, "model")
        """,
    ),
    untouched(
        "what a test asks of another function of MLflow, by another name of `patch`",
        """
        import mlflow
        from unittest.mock import patch as mock_patch
        with mock_patch("mlflow.start_run", wraps=mlflow.start_run) as started:
            mlflow.sklearn.log_model(model, name="model")
        assert started.call_args[1].get("log_system_metrics") is True
        """,
    ),
    untouched(
        "what a test expects of a client of something else, in whose code a model is logged",
        """
        import mlflow

        def test_deploys(client):
            deploy(client, mlflow.sklearn)
            client.jobs.create.assert_called_once_with(**JOB_WITH_log_model)
        """,
    ),
    untouched(
        "what a test expects of artifacts",
        """
        def test_train(mock_mlflow):
            mock_mlflow.log_artifact.assert_called_with("a.txt", artifact_path="model")
        """,
    ),
    untouched(
        "a test of the new form",
        """
        def test_train(mock_mlflow):
            mock_mlflow.sklearn.log_model.assert_called_with(model, name="model")
        """,
    ),
    reported(
        "what a test reads of a call that a mock recorded",
        """
        from unittest.mock import patch

        @patch("train.mlflow.sklearn.log_model")
        def test_train(log_model):
            train()
            assert log_model.call_args.kwargs["artifact_path"] == "model"
        """,
    ),
    reported(
        "a fake that takes the old argument",
        """
        import mlflow

        def test_train(monkeypatch):
            monkeypatch.setattr(mlflow.sklearn, "log_model", lambda model, artifact_path: None)
            train()
        """,
    ),
    reported(
        "a fake that reads the old argument",
        """
        import mlflow

        def fake(*args, **kwargs):
            SEEN.append(kwargs["artifact_path"])

        def test_train(monkeypatch):
            monkeypatch.setattr("train.mlflow.sklearn.log_model", fake)
            train()
        """,
    ),
    reported(
        "a fake of the whole of MLflow that takes the old argument",
        """
        import train

        class FakeSklearn:
            @staticmethod
            def log_model(model, artifact_path=None, **options):
                return artifact_path

        class FakeMlflow:
            sklearn = FakeSklearn

        def test_train(monkeypatch):
            monkeypatch.setattr(train, "mlflow", FakeMlflow)
            assert train.log(1) == "model"
        """,
    ),
    reported(
        "code whose arguments a test looks at",
        """
        import mlflow
        mlflow.xgboost.log_model(booster, "model")
        """,
        project=Project(doubles=frozenset({Double("mlflow.xgboost.log_model", "arguments", "test_it.py:3")})),
    ),
    fixed(
        "a test of another flavor",
        """
        import mlflow
        mlflow.xgboost.log_model(booster, "model")
        """,
        """
        import mlflow
        mlflow.xgboost.log_model(booster, name="model")
        """,
        project=Project(doubles=frozenset({Double("mlflow.onnx.log_model", "arguments", "test_it.py:3")})),
    ),
    untouched(
        "a fake that takes everything",
        """
        import mlflow

        def test_train(monkeypatch):
            monkeypatch.setattr(mlflow.sklearn, "log_model", lambda *args, **kwargs: None)
            train()
        """,
    ),
    untouched(
        "a mock that is not asked for the path",
        """
        from unittest.mock import patch

        def test_train():
            with patch("train.mlflow.sklearn.log_model") as log_model:
                train()
            assert log_model.call_args.kwargs["signature"]
        """,
    ),
    untouched(
        "what a test expects of a module of Python's own",
        """
        import mlflow
        def test_ui(mocker):
            called = mocker.patch("subprocess.call")
            mlflow.sklearn.log_model(model, name="model")
            called.assert_called_once_with(["mlflow", "ui"])
        """,
    ),
    reported(
        "what a function of the code calls in whose place it is put",
        """
        import mlflow
        original = mlflow.xgboost.log_model
        def log_model(model, artifact_path, *args, **kwargs):
            print("logging", artifact_path)
            return original(model, artifact_path, *args, **kwargs)
        mlflow.xgboost.log_model = log_model
        mlflow.xgboost.log_model(booster, artifact_path="model")
        """,
    ),
    reported(
        "what a wrapper is put in the place of",
        """
        import mlflow
        mlflow.xgboost.log_model = traced(mlflow.xgboost.log_model)
        mlflow.xgboost.log_model(booster, artifact_path="model")
        """,
    ),
    untouched(
        "what a fake stands for until it is put back",
        """
        import mlflow
        def test_train():
            old = mlflow.xgboost.log_model
            mlflow.xgboost.log_model = lambda *args, **kwargs: None
            try:
                mlflow.xgboost.log_model(booster, artifact_path="model")
            finally:
                mlflow.xgboost.log_model = old
        """,
    ),
)
