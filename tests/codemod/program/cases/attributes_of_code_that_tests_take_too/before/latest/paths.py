class Paths:
    artifact_uri = "/a"
