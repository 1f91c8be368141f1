from unittest import mock
from app import t
def test_a():
    seen = []
    with mock.patch("app.t.mlflow.xgboost.log_model") as log, mock.patch("app.t.mlflow.search_traces") as search:
        log.side_effect = lambda model, artifact_path: seen.append(artifact_path)
        search.side_effect = lambda experiment_ids: []
        t.train(1)
        t.rows()
    assert seen == ["model"]
