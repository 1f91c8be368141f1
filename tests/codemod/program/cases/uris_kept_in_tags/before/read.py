import os

import mlflow


def read(run_id):
    run = mlflow.get_run(run_id)
    tags = run.data.tags
    print(tags["best_uri"].split("/")[1], tags.get("best_uri", "").startswith("runs:/"))
    print(mlflow.xgboost.load_model(os.path.join(run.data.params["root"], "model")))
    model = mlflow.xgboost.load_model(tags["best_uri"])
    print(tags["run_uri"].split("/"), tags["version"].split("/"), run.data.params["kind"].split("-"))
    return model


def all_runs(settings):
    found = mlflow.search_runs()
    for _, row in found.iterrows():
        print(row["tags.best_uri"].split("/")[1], row["params.kind"].split("-"))
    return settings["best_uri"].split("/")
