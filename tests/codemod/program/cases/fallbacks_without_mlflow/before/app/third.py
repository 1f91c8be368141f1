try:
    import mlflow
except ImportError:

    class mlflow:
        class xgboost:
            @staticmethod
            def log_model(xgb_model, artifact_path):
                return artifact_path


def train(model):
    return mlflow.xgboost.log_model(model, artifact_path="model")
