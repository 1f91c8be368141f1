import main
from unittest.mock import patch
M = "main"
def test():
    with patch(f"{M}.mlflow.evaluate") as e, patch(M + ".mlflow.log_metric"):
        main.score(1, 2)
    e.assert_called_once()
