from unittest import mock

from app import traces


class Client:
    def search_traces(self, experiment_ids):
        return experiment_ids


def test_rows(monkeypatch):
    def fake(experiment_ids, return_type):
        return experiment_ids

    monkeypatch.setattr("app.traces.mlflow.search_traces", fake)
    assert traces.rows("1") == ["1"]


def test_found(monkeypatch):
    monkeypatch.setattr(traces.mlflow, "MlflowClient", Client)
    assert traces.found("1") == ["1"]


def test_one():
    with mock.patch("app.traces.mlflow.get_trace", side_effect=lambda request_id: request_id):
        assert traces.one("1") == "1"


def test_setup(monkeypatch):
    seen = []
    monkeypatch.setattr("app.traces.mlflow.tensorflow.autolog", lambda every_n_iter: seen.append(every_n_iter))
    traces.setup()
    assert seen == [1]


def test_save(monkeypatch):
    monkeypatch.setattr("app.traces.mlflow.lightgbm.log_model", lambda model, name: None)
    traces.save(1)


def test_register(monkeypatch):
    seen = []

    def fake(**options):
        seen.append(options["version_metadata"])

    monkeypatch.setattr("app.traces.mlflow.register_prompt", fake)
    traces.register()
    assert seen == [{"x": "1"}]
