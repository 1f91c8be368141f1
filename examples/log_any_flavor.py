"""Fits one estimator of every library that is installed and logs each with its own MLflow flavor."""

import importlib

import mlflow
from sklearn.datasets import load_wine
from sklearn.metrics import accuracy_score

# Flavor -> module and class of the estimator.
ESTIMATORS = {
    "sklearn": ("sklearn.linear_model", "RidgeClassifier"),
    "xgboost": ("xgboost", "XGBClassifier"),
    "lightgbm": ("lightgbm", "LGBMClassifier"),
}


def installed(estimators):
    """Yield flavor and class of every estimator whose library can be imported."""
    for flavor, (module, name) in estimators.items():
        try:
            yield flavor, getattr(importlib.import_module(module), name)
        except ImportError:
            print(f"{flavor}: not installed, left out")


def main():
    features, labels = load_wine(return_X_y=True)
    mlflow.set_experiment("wine")
    for flavor, estimator in installed(ESTIMATORS):
        with mlflow.start_run(run_name=flavor) as run:
            model = estimator().fit(features, labels)
            mlflow.log_metric("accuracy", accuracy_score(labels, model.predict(features)))
            # Which function this calls is known only when it runs: the codemod reports it and changes nothing.
            getattr(mlflow, flavor).log_model(model, "model")
        restored = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")
        print(f"{flavor}: {(restored.predict(features) == labels).mean():.0%} of the labels read back right")


if __name__ == "__main__":
    main()
