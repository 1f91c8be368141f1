class Places:
    def __init__(self, run):
        self.root = run.info.artifact_uri

    def of(self, name):
        return self.root + "/" + name


def root(run):
    return run.info.artifact_uri


def place(run, name="model"):
    return f"{run.info.artifact_uri}/{name}"


def address(host, name):
    return f"{host}/{name}"
