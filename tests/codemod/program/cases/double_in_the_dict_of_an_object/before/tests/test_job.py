from app.job import Trainer


class Fake:
    def log_model(self, model, artifact_path):
        self.path = artifact_path


def test_train():
    trainer, fake = Trainer.__new__(Trainer), Fake()
    trainer.__dict__["flavor"] = fake
    trainer.train(1)
    assert fake.path == "model"
