from unittest.mock import patch

from app.job import train


def test_text():
    with patch("app.job.mlflow.sklearn.log_model") as log:
        train(1)
    assert f"{log.call_args}" == "call(1, 'model')"
