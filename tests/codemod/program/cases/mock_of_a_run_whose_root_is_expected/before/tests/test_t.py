from unittest import mock
from app import t
def test_rows():
    with mock.patch("app.t.mlflow") as m:
        t.load(1)
    run = m.start_run.return_value.__enter__.return_value
    m.pyfunc.load_model.assert_called_once_with(f"{run.info.artifact_uri}/model")
