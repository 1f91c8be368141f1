import mlflow


def train(trainer, model, data, loader):
    scores = trainer.evaluate(loader)
    mlflow.log_metrics(scores)
    print(mlflow.get_artifact_uri())
    return mlflow.evaluate(model, data, model_type="classifier")
