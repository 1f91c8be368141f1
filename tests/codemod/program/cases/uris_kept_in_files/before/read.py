import json
import sys

import mlflow

run_id = sys.argv[1]
where = mlflow.artifacts.load_dict(f"runs:/{run_id}/where.json")["best"]
print(where["model_place"].split("/")[1], where["kind"].split("/"))
print(mlflow.artifacts.load_text(f"runs:/{run_id}/place.txt").startswith("runs:/"))
print(mlflow.artifacts.load_text(f"runs:/{run_id}/notes.txt").startswith("runs:/"))
with open(mlflow.artifacts.download_artifacts(f"runs:/{run_id}/where.json")) as file:
    assert json.load(file)["best"]["model_place"] == f"runs:/{run_id}/model"
model = mlflow.xgboost.load_model(where["model_place"])
print({"model_place": "a/b"}["model_place"].split("/"))
