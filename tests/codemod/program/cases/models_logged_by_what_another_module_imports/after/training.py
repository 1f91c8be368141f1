from compat import MlflowClient, mlflow


def log(model):
    with mlflow.start_run() as run:
        mlflow.pyfunc.log_model(name="model", python_model=model)
    return [each.path for each in MlflowClient().list_artifacts(run.info.run_id)]
