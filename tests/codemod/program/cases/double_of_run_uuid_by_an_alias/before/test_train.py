import contextlib
from types import SimpleNamespace as Object
from unittest.mock import Mock, patch

import train


def test_identify(monkeypatch):
    run = Object(info=Object(run_uuid="x"))
    monkeypatch.setattr(train.mlflow, "start_run", lambda: contextlib.nullcontext(run))
    assert train.identify() == "x"


@patch("train.mlflow.models.get_model_info", return_value=Mock(signature_dict={"inputs": 1}))
def test_columns(info):
    assert train.columns("x") == {"inputs": 1}
