import mlflow
from runs import begin_and_end


def run(model):
    begin_and_end()
    mlflow.xgboost.log_model(model, name="model")
    print(mlflow.active_run().info.run_id)
