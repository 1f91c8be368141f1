import main
class Info:
    run_uuid = "x"
class Run:
    info = Info()
def test(monkeypatch):
    monkeypatch.setattr("main.mlflow.active_run", lambda: Run())
    assert main.rid() == "x"
