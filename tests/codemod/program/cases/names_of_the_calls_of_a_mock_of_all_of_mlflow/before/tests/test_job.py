from unittest import mock

import app.job


def test_train():
    with mock.patch("app.job.mlflow") as fake:
        app.job.train(1)
    assert len(fake.mock_calls) == 1
    assert any("log_model" in str(each) for each in fake.mock_calls)
    fake.assert_has_calls([mock.call.set_tag("a", "b")])
