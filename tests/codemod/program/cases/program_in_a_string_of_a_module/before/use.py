import mlflow
from job import run

print(run.info.run_uuid if run else mlflow.__version__)
