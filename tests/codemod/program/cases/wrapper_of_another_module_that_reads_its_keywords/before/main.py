import tracking

tracking.log(model, artifact_path="model")
tracking.plain(model, artifact_path="model")
