import mlflow
def gen(m):
    with mlflow.start_run() as run:
        mlflow.onnx.log_model(m, artifact_path="model")
        yield run
        mlflow.onnx.load_model(f"{run.info.artifact_uri}/model")
