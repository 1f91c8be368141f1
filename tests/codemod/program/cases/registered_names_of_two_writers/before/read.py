import mlflow

mlflow.pyfunc.load_model(f"runs:/{i}/model")
