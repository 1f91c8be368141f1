import mlflow
from helper import Kept, inputs_of, uuid_of, uuids
from jobs import Job
from jobs import uuid_of as of_job


def describe(info):
    return inputs_of(info)


with mlflow.start_run() as run:
    print(uuid_of(run), of_job(Job("1")))
print(describe(mlflow.models.get_model_info("models:/a/1")))
print(uuids(mlflow.search_runs(output_format="list")), Kept(mlflow.get_run("a")).key())
