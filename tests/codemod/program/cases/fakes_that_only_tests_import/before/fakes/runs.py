class Info:
    artifact_uri = "/a"


class Run:
    info = Info()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass
