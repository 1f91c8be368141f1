import mlflow

mlflow.pyfunc.load_model("models:/line/Production")
