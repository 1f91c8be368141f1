import mlflow
mlflow.pyfunc.load_model("/".join(["models:", "m", "Production"]))
