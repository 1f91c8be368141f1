import mlflow
from table_flavor import log_model

if mlflow.active_run() is None:
    mlflow.start_run()
log_model({"a": 1}, name="only")
run = mlflow.active_run()
mlflow.set_tag("kind", "table")
print(run.info.run_id)
