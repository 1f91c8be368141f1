import pytest


class Fake:
    def __getattr__(self, name):
        if name != "evaluate":
            raise AttributeError(name)
        return lambda *args, **kwargs: "fake"


@pytest.fixture
def fake(monkeypatch):
    import app

    monkeypatch.setitem(vars(app), "mlflow", Fake())
