import mlflow
class Base:
    def flavor(self):
        return mlflow.xgboost
    def save(self, m):
        self.flavor().log_model(m, artifact_path="model")
