from pkg.tracking import Tracker

info = Tracker().log(model)
path = info.artifact_path
if info.model_uri.startswith("models:/m-"):
    model_id = info.model_id
