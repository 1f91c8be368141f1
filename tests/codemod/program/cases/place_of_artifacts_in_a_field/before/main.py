import mlflow
from result import Result
from sklearn.linear_model import Ridge
def train() -> Result:
    with mlflow.start_run() as run:
        mlflow.onnx.log_model(Ridge(), name="model")
        return Result(root=mlflow.get_artifact_uri(), score=0.5)
