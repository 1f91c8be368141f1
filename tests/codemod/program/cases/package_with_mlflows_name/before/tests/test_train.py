import os

def test_train(monkeypatch):
    monkeypatch.syspath_prepend(os.path.join(os.path.dirname(__file__), "stubs"))
    import train
    train.train(1)
