import mlflow


def train():
    if mlflow.get_tracking_uri().startswith("file:"):
        print("files")
    with mlflow.start_run():
        mlflow.log_param("a", 1)
