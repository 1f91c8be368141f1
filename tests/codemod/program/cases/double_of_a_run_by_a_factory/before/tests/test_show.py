from types import SimpleNamespace
from unittest import mock
from app.show import show
def make_run(**info):
    return SimpleNamespace(info=SimpleNamespace(**info))
def test_show():
    with mock.patch("app.show.mlflow.get_run", return_value=make_run(run_uuid="a")):
        assert show("a") == "a"
