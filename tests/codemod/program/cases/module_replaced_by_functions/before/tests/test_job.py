import sys
from types import SimpleNamespace

saved = []


def fake(model, artifact_path):
    saved.append(artifact_path)


def test_run(monkeypatch):
    monkeypatch.setitem(sys.modules, "app.tracker", SimpleNamespace(log=fake))
    from app import job

    job.run(1)
    assert saved == ["model"]
