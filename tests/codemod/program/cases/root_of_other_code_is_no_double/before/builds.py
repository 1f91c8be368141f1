from types import SimpleNamespace


class Build:
    artifact_uri = "https://builds"


LAST = SimpleNamespace(artifact_uri="https://builds/last")
