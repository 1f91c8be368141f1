import main
from unittest.mock import patch, MagicMock
def test(mocker):
    sr = mocker.patch("main.mlflow.start_run")
    sr.configure_mock(**{"return_value.__enter__.return_value.info.run_uuid": "x"})
    assert main.rid() == "x"
