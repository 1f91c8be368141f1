"""A custom Python model with a file and parameters, logged by keyword as the documentation of MLflow 2 shows it."""

import json
import tempfile
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.models import infer_signature
from mlflow.pyfunc import PythonModel, PythonModelContext


class Calibration(PythonModel):  # type: ignore[misc]  # MLflow's annotations are not complete
    """A line whose coefficients lie in an artifact."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the coefficients."""
        self.coefficients = json.loads(Path(context.artifacts["coefficients"]).read_text(encoding="utf-8"))

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: dict[str, Any] | None = None
    ) -> pd.Series:
        """Return the calibrated counts."""
        offset = (params or {}).get("offset", 0.0)
        return model_input["counts"] * self.coefficients["gain"] + self.coefficients["dark"] + offset


def sample() -> pd.DataFrame:
    """Return five counts."""
    return pd.DataFrame({"counts": [0.0, 1.0, 10.0, 100.0, 0.1]})


def train(name: str) -> None:
    """Log the model with its file and register it as ``name``."""
    coefficients = {"gain": 0.37, "dark": 1.5}
    with mlflow.start_run(run_name="calibration"), tempfile.TemporaryDirectory() as folder:
        mlflow.log_params(coefficients)
        mlflow.log_metrics({"residual": 0.01, "points": 5})
        file = Path(folder) / "coefficients.json"
        file.write_text(json.dumps(coefficients), encoding="utf-8")
        mlflow.pyfunc.log_model(
            artifact_path="model",
            python_model=Calibration(),
            artifacts={"coefficients": str(file)},
            registered_model_name=name,
            signature=infer_signature(sample(), pd.Series([1.0]), params={"offset": 0.0}),
            pip_requirements=["pandas"],
        )
