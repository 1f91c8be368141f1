import mlflow


def test_current(current):
    run = current.search_runs(["0"])[0]
    assert mlflow.xgboost.load_model(f"{run.info.artifact_uri}/model")
