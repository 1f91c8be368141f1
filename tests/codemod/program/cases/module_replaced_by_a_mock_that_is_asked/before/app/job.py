from app import tracker
from app.tracker import log


def run(model):
    log(model, artifact_path="model")


def again(model):
    tracker.log(model, artifact_path="model")
