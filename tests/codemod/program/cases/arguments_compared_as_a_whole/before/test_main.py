import main
from unittest.mock import patch
@patch("main.mlflow.sklearn.log_model")
def test(lm):
    main.log(1)
    args, kwargs = lm.call_args
    assert kwargs == {"artifact_path": "model", "serialization_format": "cloudpickle"}
