import mlflow
import table_flavor

with mlflow.start_run():
    table_flavor.log_model({}, "tables/best")
    table_flavor.log_model({}, "table")
