import sys
from unittest.mock import MagicMock, patch

sys.modules.setdefault("sklearn", MagicMock())
sys.modules.setdefault("sklearn.ensemble", MagicMock())

from app import job


def test_fit():
    with patch("app.job.mlflow.sklearn.save_model") as save:
        model = job.fit()
    save.assert_called_once_with(model, path="out")


def test_export():
    with patch("app.job.mlflow.sklearn.save_model") as save:
        job.export(3, "x")
    save.assert_called_once_with(3, path="x")
