from mlflow.store.artifact.local_artifact_repo import LocalArtifactRepository


class Base(LocalArtifactRepository):
    pass


class Between(Base):
    def __init__(self, artifact_uri, tracking_uri=None, registry_uri=None):
        super().__init__(artifact_uri)


class Plain:
    pass
