import mlflow
from mlflow.models import set_signature
from b import log_again
def f(m, sig):
    with mlflow.start_run() as run:
        info = mlflow.onnx.log_model(m, name="model")
        log_again(m)
        set_signature(f"runs:/{run.info.run_id}/model", sig)
