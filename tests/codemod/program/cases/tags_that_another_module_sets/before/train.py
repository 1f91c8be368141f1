import mlflow


def go():
    with mlflow.start_run(tags={"mlflow.gitRepoURL": "https://example.com/a.git"}) as run:
        return run.info.run_id
