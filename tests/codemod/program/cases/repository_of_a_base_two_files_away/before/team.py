import base


class Team(base.Logging):
    def __init__(self, artifact_uri):
        super().__init__(artifact_uri)


class Other(base.Ready):
    pass
