from mlflow.pytorch import log_model as log, save_model

__all__ = ["log", "save_model"]
