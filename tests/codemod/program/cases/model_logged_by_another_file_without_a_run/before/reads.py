import mlflow
from table_flavor import log_model

log_model({"a": 1}, name="only")
run = mlflow.active_run()
mlflow.set_tag("kind", "table")
print(run.info.run_id)
