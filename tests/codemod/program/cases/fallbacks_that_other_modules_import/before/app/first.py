from app.compat import log_model


def train(model):
    return log_model(model, artifact_path="model")
