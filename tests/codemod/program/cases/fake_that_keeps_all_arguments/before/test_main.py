import main
def test(monkeypatch):
    calls = []
    monkeypatch.setattr("mlflow.sklearn.log_model", lambda *a, **k: calls.append((a, k)))
    main.log(1)
    assert calls == [((1,), {"artifact_path": "model", "serialization_format": "cloudpickle"})]
