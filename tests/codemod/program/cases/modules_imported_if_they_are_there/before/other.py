from utils import registered

mlflow, _ = registered("mlflow")
mlflow.log_model(model, "model")
