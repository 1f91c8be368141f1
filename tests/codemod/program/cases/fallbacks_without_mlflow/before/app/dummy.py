def log_model(model, artifact_path):
    return artifact_path
