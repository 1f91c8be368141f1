import main
from helpers import Run, Info
def test(monkeypatch):
    monkeypatch.setattr("main.mlflow.active_run", lambda: Run(Info("x", 1)))
    assert main.rid() == "x"
