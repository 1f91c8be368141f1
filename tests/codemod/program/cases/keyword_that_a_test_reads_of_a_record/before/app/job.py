import mlflow
import mlflow.pyfunc


def train(model):
    with mlflow.start_run():
        mlflow.pyfunc.log_model("model", python_model=model, code_path=["src"])
