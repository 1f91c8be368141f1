import tracking
from fakes import Fake
def test(monkeypatch):
    f = Fake()
    monkeypatch.setattr(tracking, "mlflow", f)
    tracking.log(1)
    assert f.sklearn.path == "model"
