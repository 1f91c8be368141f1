import mlflow
from train_more import fit

client = mlflow.MlflowClient()


def own():
    run = client.create_run("0")
    run_id = run.info.run_id
    client.log_artifact(run_id, "a.png")
    assert run.info.status == "RUNNING"
    return client.list_artifacts(run_id)


def active():
    run = client.create_run("0")
    with mlflow.start_run(run_id=run.info.run_id):
        fit()
    return client.list_artifacts(run.info.run_id)


def handed():
    run = client.create_run("0")
    fit(run)
    return client.list_artifacts(run.info.run_id)


def kept():
    run = client.create_run("0")
    runs = {"last": run.info.run_id}
    return client.list_artifacts(run.info.run_id), runs
