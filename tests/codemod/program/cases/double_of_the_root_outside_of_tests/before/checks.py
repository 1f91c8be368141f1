from types import SimpleNamespace
from unittest import mock

import app


def check_train():
    with mock.patch("app.mlflow") as fake:
        fake.start_run.return_value.__enter__.return_value = SimpleNamespace(info=SimpleNamespace(artifact_uri="/x"))
        app.train("m")
        fake.xgboost.load_model.assert_called_once_with("/x/model")
