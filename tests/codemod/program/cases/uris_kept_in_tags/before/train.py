from mlflow import MlflowClient
import mlflow

client = MlflowClient()


def train(run_id, model):
    info = mlflow.xgboost.log_model(model, name="model")
    client.set_tag(run_id, "best_uri", info.model_uri)
    mlflow.log_params({"root": mlflow.get_artifact_uri(), "kind": "forest"})
    mlflow.set_tags({"run_uri": f"runs:/{info.run_id}/model", "version": "1/2"})
