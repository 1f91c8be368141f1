import track
from track import Tracker, keep, put


def run(model):
    put(model, artifact_path="model")
    track.put(model, name="model")
    keep(model, "team/model")
    Tracker().log(model, "team/model")
    Tracker().log("team/model", "model")
    track.show("team/model", artifact_path="model")
