from stores import Repository as Base


class Logging(Base):
    def log_artifact(self, local_file, artifact_path=None):
        print(local_file)


class Ready(Logging):
    def __init__(self, artifact_uri, tracking_uri=None, registry_uri=None):
        super().__init__(artifact_uri)
