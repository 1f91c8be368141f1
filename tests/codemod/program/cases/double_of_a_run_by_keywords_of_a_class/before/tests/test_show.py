from unittest import mock
from app.show import show
class Info:
    def __init__(self, **kw):
        self.__dict__.update(kw)
def test_show():
    with mock.patch("app.show.mlflow.get_run") as g:
        g.return_value.info = Info(run_uuid="a")
        assert show("a") == "a"
def test_spec():
    with mock.patch("app.show.mlflow.get_run") as g:
        g.return_value = mock.NonCallableMagicMock(info={"x": 1})
        g.return_value.info = type("I", (), dict(run_uuid="b"))
        assert show("a") == "b"
