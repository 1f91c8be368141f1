import mlflow
import table

with mlflow.start_run():
    table.log_model({}, "tables/first")
    table.log_model({}, "second")
