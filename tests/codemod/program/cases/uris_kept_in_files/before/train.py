import mlflow


def train(model):
    with mlflow.start_run():
        info = mlflow.xgboost.log_model(model, name="model")
        mlflow.log_dict({"best": {"model_place": info.model_uri, "kind": "forest/a"}}, "where.json")
        mlflow.log_text(info.model_uri, "place.txt")
    return info
