import mlflow


def test_folder(folder):
    mlflow.set_tracking_uri(folder)
