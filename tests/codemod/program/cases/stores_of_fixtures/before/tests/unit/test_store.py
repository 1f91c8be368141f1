import mlflow


def test_store(store):
    mlflow.set_tracking_uri(store)
