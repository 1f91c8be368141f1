import forests.flavor
import mlflow

with mlflow.start_run() as run:
    forests.flavor.log_model(forest=1, artifact_path="forest")
    uri = mlflow.get_artifact_uri("forest")
again = forests.flavor.load_model(model_uri=uri)
