class Sink:
    def log_model(self, model, artifact_path):
        print(artifact_path)
sink = Sink()
