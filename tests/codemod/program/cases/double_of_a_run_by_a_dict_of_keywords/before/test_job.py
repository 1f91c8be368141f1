from unittest.mock import patch

from job import identifier


def test_identifier():
    info = type("Info", (), dict(run_uuid="abc"))
    run = type("Run", (), dict(info=info))
    with patch("job.mlflow.get_run", return_value=run):
        assert identifier("a") == "abc"
