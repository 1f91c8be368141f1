from unittest.mock import MagicMock, patch

from app import job


def test_run(store):
    client = MagicMock()
    client.fetch.side_effect = Exception("no answer")
    client.truncate.side_effect = store.truncate
    with patch("mlflow.xgboost.log_model"):
        job.run(1, client)
    client.truncate.assert_called_once_with("feast", "latest")
    assert {call.args[:2] for call in client.truncate.call_args_list} == {("feast", "latest")}
    assert client.truncate.call_args_list[0].args[1] == "latest"
