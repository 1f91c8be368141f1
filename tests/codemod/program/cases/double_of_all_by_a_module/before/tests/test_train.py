from app.train import train
from tests import fakes
def test_train():
    train(1)
    assert fakes.LOGGED == ["model"]
