import main
from unittest.mock import patch
@patch("main.mlflow.sklearn.load_model")
@patch("main.mlflow.get_artifact_uri", return_value="/tmp/x")
def test(gu, lm):
    main.load()
    lm.assert_called_once_with("/tmp/x")
