import keep


def train(model):
    keep.keep_model(model, artifact_path="model")
