import mlflow
import mlflow.xgboost
def train(model):
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, artifact_path="model")
def rows():
    return mlflow.search_traces(experiment_ids=["1"])
