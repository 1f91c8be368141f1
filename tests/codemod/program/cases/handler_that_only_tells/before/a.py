import mlflow
def alert(model): print("failed", model)
def train(model):
    with mlflow.start_run():
        try:
            mlflow.fastai.log_model(model, "model")
        except AttributeError:
            alert(model)
