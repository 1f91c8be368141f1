from unittest.mock import MagicMock

import train


def test_train(monkeypatch):
    fake = MagicMock()
    monkeypatch.setattr(train, "mlflow", fake)
    train.train(MagicMock(), None, None, None)
    fake.log_metrics.assert_called_once()
