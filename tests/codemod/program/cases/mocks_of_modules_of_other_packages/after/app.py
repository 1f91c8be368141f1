import mlflow
import wandb


def train(model):
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, name="model")
    wandb.init(id="1")
    wandb.Artifact("model", "model")
