from unittest.mock import patch

from app import job


def test_mark():
    with patch("app.job.MlflowClient") as made:
        job.mark("t")
    client = made.return_value
    client.set_trace_tag.assert_called_once_with(request_id="t", key="k", value="v")
    client.get_trace.assert_called_once_with(request_id="t")
    client.delete_traces.assert_called_once_with(experiment_id="1", request_ids=["t"])
