import mlflow
import wandb


def train(model):
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, artifact_path="model")
    wandb.init(id="1")
    wandb.Artifact("model", "model")
