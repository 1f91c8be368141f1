from types import SimpleNamespace

from main import ids


class Fake:
    def __init__(self):
        self.info = type("Info", (), {"run_uuid": "1"})()


def test_ids():
    assert list(ids([Fake()])) == ["1"]


def test_others():
    info = SimpleNamespace(**{"run_uuid": "2"})
    assert list(ids([SimpleNamespace(info=info)])) == ["2"]
