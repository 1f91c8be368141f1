from collections.abc import Callable
from dataclasses import dataclass

import app.job


@dataclass
class Fake:
    evaluate: Callable


def test_score(monkeypatch):
    monkeypatch.setattr(app.job, "mlflow", Fake(lambda model, data: 7))
    assert app.job.score(1, 2) == 7
