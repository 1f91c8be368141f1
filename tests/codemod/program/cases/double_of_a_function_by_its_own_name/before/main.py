import mlflow, sys
log = mlflow.onnx.log_model if len(sys.argv) > 5 else mlflow.xgboost.log_model
def train(m):
    log(m, "model")
