import main
from unittest.mock import patch
@patch("main.mlflow.sklearn.log_model")
def test(lm):
    main.log(1)
    assert lm.call_args.kwargs["artifact_path"] == "model"
