import mlflow
import table_flavor

with mlflow.start_run():
    table_flavor.log_model({"a": 0}, "first")
table_flavor.log_in_a_run({"a": 1}, "second")
table_flavor.log_model({"a": 2}, "third")
print(mlflow.last_active_run().info.run_id)
