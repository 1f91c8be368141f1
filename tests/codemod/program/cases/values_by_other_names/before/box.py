from types import SimpleNamespace
import mlflow

def own(model, artifact_path):
    print(artifact_path)
box = SimpleNamespace(value=SimpleNamespace(log=own))
if fast:
    box.value.log = mlflow.onnx.log_model
box.value.log(model, artifact_path='a')
