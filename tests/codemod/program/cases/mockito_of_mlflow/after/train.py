import mlflow
import mlflow.sklearn


def train(model):
    with mlflow.start_run():
        mlflow.sklearn.log_model(model, artifact_path="model")
        mlflow.evaluate(model, baseline_model=model)
        mlflow.pyfunc.log_model(name="m", python_model=model)
