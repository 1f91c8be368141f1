import mlflow


def test_run_of_the_archive(archive):
    run = archive.search_runs(["0"])[0]
    assert mlflow.xgboost.load_model(f"{run.info.artifact_uri}/model")


def test_run_that_is_given(archived):
    assert mlflow.xgboost.load_model(f"{archived.info.artifact_uri}/model")
