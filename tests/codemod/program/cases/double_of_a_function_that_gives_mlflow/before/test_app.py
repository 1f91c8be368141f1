from unittest.mock import MagicMock, patch

import app


def test_run(monkeypatch):
    fake = MagicMock()
    fake.evaluate.return_value = 3
    monkeypatch.setattr(app, "backend", lambda: fake)
    assert app.run("m") == 3


def test_other():
    with patch.dict("sys.modules", mlflow=MagicMock(**{"evaluate.return_value": 3})):
        import other

        assert other.run("m") == 3
