from unittest.mock import patch
import train


def test_train():
    with patch("train.get_flavor") as g:
        train.train(1)
    assert g.mock_calls[1].kwargs["artifact_path"] == "model"


def test_rv():
    with patch("train.get_flavor") as g:
        train.train(1)
    flavor = g.return_value
    assert flavor.method_calls[0].kwargs == {"artifact_path": "model"}
