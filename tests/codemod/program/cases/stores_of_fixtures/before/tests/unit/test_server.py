import mlflow


def test_server(server):
    mlflow.set_tracking_uri(server)
