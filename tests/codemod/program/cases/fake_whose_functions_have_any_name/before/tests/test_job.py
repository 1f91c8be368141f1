from app.job import Trainer
from fake_flavor import Fake


def test_train():
    trainer = Trainer()
    trainer.flavor = Fake()
    trainer.train(1)
    assert trainer.flavor.path == "model"
