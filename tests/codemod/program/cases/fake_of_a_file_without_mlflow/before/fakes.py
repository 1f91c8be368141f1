class FakeSklearn:
    def log_model(self, model, artifact_path, **kw):
        self.path = artifact_path
class Fake:
    sklearn = FakeSklearn()
