from unittest.mock import patch

import pytest

from app.job import train


def test_text():
    with patch("app.job.mlflow.sklearn.log_model") as log:
        train(1)
    assert log.called, str(log.call_args)
    print(f"called with {log.call_args}")
    if log.call_count != 1:
        text = repr(log.call_args)
        pytest.fail(f"called otherwise: {text}")
