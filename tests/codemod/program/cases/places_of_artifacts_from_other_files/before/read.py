import mlflow
from places import Places, address, place, root

run = mlflow.active_run()
mlflow.onnx.load_model(root(run) + "/model")
mlflow.onnx.load_model(place(run))
mlflow.onnx.load_model(Places(run).of("model"))
mlflow.onnx.load_model(address(HOST, "model"))
options = {"uri": place(run)}
mlflow.onnx.load_model(options["uri"])
mlflow.artifacts.download_artifacts(root(run) + "/report.html")
