import mlflow


def fake(model, artifact_path, **options):
    return None


def patch(name):
    setattr(mlflow.xgboost, name, fake)
