from .tracker import log


def run(model):
    log(model, artifact_path="model")
    return 1
