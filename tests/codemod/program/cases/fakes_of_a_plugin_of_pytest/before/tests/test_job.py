from unittest import mock

from app.job import identifier


def test_identifier(run):
    with mock.patch("mlflow.get_run", return_value=run):
        assert identifier("a") == "abc"
