import mlflow

mlflow.start_run()
mlflow.end_run()
mlflow.xgboost.log_model(model, name="model")
