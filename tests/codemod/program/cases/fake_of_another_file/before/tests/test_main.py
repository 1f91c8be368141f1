import main
from helpers.recorder import Recorder
def test(monkeypatch):
    r = Recorder()
    monkeypatch.setattr(main.mlflow.sklearn, "log_model", r)
    main.log(1)
    assert r.paths == ["model"]
