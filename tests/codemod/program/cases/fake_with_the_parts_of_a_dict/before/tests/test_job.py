from types import SimpleNamespace

import app.job

PARTS = {"evaluate": lambda model, data: 7}


def test_score(monkeypatch):
    monkeypatch.setattr(app.job, "mlflow", SimpleNamespace(**PARTS))
    assert app.job.score(1, 2) == 7
