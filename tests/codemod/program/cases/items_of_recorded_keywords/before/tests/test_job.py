import json
from pathlib import Path
from unittest.mock import patch

import app.job


def test_train():
    with patch("app.job.mlflow.xgboost.log_model") as log:
        app.job.train(1)
    saved = json.loads((Path(__file__).parent / "saved.json").read_text())
    assert [list(call.kwargs.items()) for call in log.mock_calls] == [[tuple(each) for each in saved]]
