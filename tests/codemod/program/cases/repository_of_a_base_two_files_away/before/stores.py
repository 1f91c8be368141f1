from mlflow.store.artifact.artifact_repo import ArtifactRepository as Repository
