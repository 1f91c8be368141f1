"""A random forest, logged as MLflow 2 users do: by position. Skops, the default of MLflow 3.14 and newer, refuses it."""

import mlflow
import pandas as pd
from mlflow.models import infer_signature
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestRegressor
from sklearn.metrics import mean_squared_error


def _data() -> tuple[pd.DataFrame, pd.Series]:
    data = load_diabetes(as_frame=True)
    return data.data, data.target


def sample() -> pd.DataFrame:
    """Return ten rows of the data."""
    return _data()[0].head(10)


def train(name: str) -> None:
    """Train a forest, log it with parameters, metrics, a tag and a file, and register it as ``name``."""
    inputs, target = _data()
    params = {"n_estimators": 20, "max_depth": 6, "random_state": 7}
    mlflow.set_experiment("diabetes")
    with mlflow.start_run():
        mlflow.log_params(params)
        forest = RandomForestRegressor(**params).fit(inputs[:300], target[:300])
        for depth in (300, 400):
            error = mean_squared_error(target[:depth], forest.predict(inputs[:depth]))
            mlflow.log_metric("mse", error, step=depth)
        mlflow.set_tag("data", "diabetes")
        mlflow.log_dict(params, "settings/forest.json")
        mlflow.sklearn.log_model(
            forest,
            "model",
            registered_model_name=name,
            signature=infer_signature(inputs, forest.predict(inputs)),
            input_example=inputs.head(2),
            pip_requirements=["scikit-learn", "pandas"],
        )
