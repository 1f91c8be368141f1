from unittest import mock

import app.job


def test_score():
    with mock.patch.dict(app.job.mlflow.__dict__, {"evaluate": lambda model, data: 7}):
        assert app.job.score(1, 2) == 7
