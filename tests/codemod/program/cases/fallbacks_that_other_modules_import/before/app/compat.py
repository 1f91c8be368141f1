try:
    from mlflow.xgboost import log_model
except ImportError:

    def log_model(model, artifact_path):
        return artifact_path


try:
    import mlflow.lightgbm as tracker
except ModuleNotFoundError:

    class tracker:
        @staticmethod
        def log_model(model, artifact_path):
            return artifact_path


try:
    import mlflow.xgboost as open_tracker
except ModuleNotFoundError:

    class open_tracker:
        @staticmethod
        def log_model(*args, **kwargs):
            return None
