import mlflow

PROD = "http://prod:5000"

def client(uri=PROD):
    return mlflow.MlflowClient(tracking_uri=uri)
