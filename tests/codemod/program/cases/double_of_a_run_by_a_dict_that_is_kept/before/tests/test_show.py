from types import SimpleNamespace
from unittest import mock
from app.show import show
INFO = {"run_uuid": "a", "status": "FINISHED"}
def test_show():
    with mock.patch("app.show.mlflow.get_run") as g:
        g.return_value = SimpleNamespace(info=SimpleNamespace(**INFO))
        assert show("a") == "a"
