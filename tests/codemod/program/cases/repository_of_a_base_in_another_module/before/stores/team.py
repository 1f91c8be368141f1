from .base import Base, Between, Plain


class Team(Base):
    def __init__(self, artifact_uri):
        super().__init__(artifact_uri.replace("team://", "file://"))


class Other(Between):
    def __init__(self, artifact_uri):
        super().__init__(artifact_uri)


class Ready(Base):
    def __init__(self, artifact_uri, **options):
        super().__init__(artifact_uri)


class Mine(Plain):
    def __init__(self, artifact_uri):
        self.uri = artifact_uri
